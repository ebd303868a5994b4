"""What differs under pytest: an environment of its own, fast password hashing, a throw-away database.

``TEST_DATABASE`` chooses ``sqlite`` (the default) or ``postgres``; where that database is, tests/conftest.py
fills in when the first test needs it.
"""

import os

from django.core.exceptions import ImproperlyConfigured

# The settings of whoever runs the tests must neither change their outcome nor lend them a database.
for _name in (
    *("DEBUG", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"),
    *("ACCESS_TOKEN_SECONDS", "REFRESH_TOKEN_SECONDS", "NUM_PROXIES", "PREPARED_STATEMENTS"),
    *("WEB_PROCESSES", "REDIS_PREFIX", "METRICS_TOKEN", "ALLOWED_ORIGINS", "CALL_GATEWAY", "PAYMENT_GATEWAY"),
    *("PLATFORM_CURRENCY", "PLATFORM_TIME_ZONE"),
    *("TWILIO_WEBHOOK_SECRET", "VAPI_WEBHOOK_SECRET", "STRIPE_WEBHOOK_SECRET"),
):
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "a key for tests alone, long enough for every signature made with it"  # noqa: S105

from project.settings.base import *  # noqa: E402, F403
from project.settings.base import REST_FRAMEWORK as _REST_FRAMEWORK  # noqa: E402
from project.settings.base import database, snapshot_alias  # noqa: E402

TEST_DATABASE = os.environ.get("TEST_DATABASE") or "sqlite"
if TEST_DATABASE not in {"sqlite", "postgres"}:
    raise ImproperlyConfigured(f"TEST_DATABASE={TEST_DATABASE!r}: expected sqlite or postgres")

# No place that exists: whatever connects before the test set-up fails instead of leaving something behind.
_NOWHERE = {"sqlite": "sqlite:////dev/null/nothing", "postgres": "postgres://127.0.0.1:1/nothing"}
DATABASES = {"default": database(_NOWHERE[TEST_DATABASE])}
DATABASES["snapshot"] = snapshot_alias(DATABASES["default"])

INSTALLED_APPS = [*INSTALLED_APPS, "tests.realtime.sample"]  # noqa: F405 - models for the engine's own tests

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests sign in as often as they like; those of the throttles set limits of their own.
REST_FRAMEWORK = {
    **_REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(_REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]),
}

WHITENOISE_AUTOREFRESH = True  # looks for static files when asked, and so needs no folder of collected ones
