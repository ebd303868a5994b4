"""The one set of settings; `test` changes only what tests need."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from project.settings.environment import (
    env_bool,
    env_currency,
    env_int,
    env_list,
    env_zone,
    package_folder,
    secret_from_file,
)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = BASE_DIR / "var"  # whatever the service writes by itself: database, secret, built page

DEBUG = env_bool("DEBUG", True)


def _secret_key() -> str:
    if key := os.environ.get("SECRET_KEY"):
        return key
    if DEBUG:
        return secret_from_file(VAR_DIR / "secret_key")
    # Not a file that nobody backs up and that each host would have another of. Not a system check either:
    # a server started by `uvicorn project.asgi:application` runs none.
    raise ImproperlyConfigured("DEBUG is off and SECRET_KEY is not set: set it to a long random string")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
# Proxies of our own in front, which write X-Forwarded-For and -Proto; with 0 neither is believed.
NUM_PROXIES = env_int("NUM_PROXIES", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG  # those of Django's admin

INSTALLED_APPS = [
    "daphne",  # first, or runserver serves no WebSocket
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "project",
    "realtime",
    "domain",
    "accounts",
    "dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "project.urls"
ASGI_APPLICATION = "project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def database(url: str) -> dict[str, Any]:
    """The settings of one database, by URL; SQLite gets what concurrent writers need."""
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0))
    if "sqlite3" in config["ENGINE"]:
        config["OPTIONS"] = {
            # A deferred transaction that reads, then writes, fails at once if another one committed between.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    return config


def snapshot_alias(config: dict[str, Any]) -> dict[str, Any]:
    """The same database for the consistent reads of a refresh: one read-only snapshot per transaction."""
    options = dict(config.get("OPTIONS", {}))
    if "sqlite3" in config["ENGINE"]:
        options["transaction_mode"] = "DEFERRED"  # a reader must never hold the write lock
        options["init_command"] = "PRAGMA query_only=ON;"
    elif env_bool("PREPARED_STATEMENTS", True):
        # The same queries every time: planning them takes PostgreSQL longer than running them.
        options |= {"server_side_binding": True, "prepare_threshold": 1}
    return {**config, "OPTIONS": options, "TEST": {"MIRROR": "default"}}


def pooled(config: dict[str, Any]) -> dict[str, Any]:
    """The same with PostgreSQL's connections lent from a pool; under ASGI none may stay with a thread.

    Opening one takes longer than most requests (docs/adr/0004-a-pool-of-connections.md). One that the server
    has closed meanwhile is found when it is lent, and replaced.
    """
    if "postgresql" not in config["ENGINE"]:
        return config
    pool = {"min_size": 1, "max_size": env_int("DATABASE_POOL_SIZE", 8), "timeout": 3}
    return {**config, "CONN_HEALTH_CHECKS": True, "OPTIONS": {**config.get("OPTIONS", {}), "pool": pool}}


def _databases() -> dict[str, Any]:
    VAR_DIR.mkdir(exist_ok=True)
    default = database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'switchboard.sqlite3'}")
    return {"default": pooled(default), "snapshot": pooled(snapshot_alias(default))}


DATABASES = _databases()
DATABASE_ROUTERS = ["realtime.snapshots.SnapshotRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "domain.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is missing
DEMO_ACCOUNTS: list[dict[str, str]] = []  # offered on the sign-in page; filled by `manage.py demo` alone
PAGE_DIR = VAR_DIR / "page"  # where the front-end build puts the live page
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [
    ("asyncapi", package_folder("asyncapi_viewer") / "static"),  # draws the page of the WebSocket's documents
    *([PAGE_DIR] if PAGE_DIR.exists() else []),
]
WHITENOISE_USE_FINDERS = True  # one process serves everything; no collectstatic step before a first run
# The build's files have the hash of their contents in their names: a browser need not ask for them again.
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/assets/[^/]+-[\w-]{8}\.\w+$"

# The call centre.
PLATFORM_CURRENCY = env_currency("PLATFORM_CURRENCY", "USD")  # of every amount; not to be changed later
PLATFORM_TIME_ZONE = env_zone("PLATFORM_TIME_ZONE", "UTC")  # the windows of the admins' figures
# Dotted paths of who places calls and who charges cards (domain/gateways.py); None: nobody does.
CALL_GATEWAY = os.environ.get("CALL_GATEWAY") or None
PAYMENT_GATEWAY = os.environ.get("PAYMENT_GATEWAY") or None
# What each provider signs its events with; several while one is being changed, none: its events are refused.
WEBHOOK_SECRETS = {
    name: env_list(f"{name.upper()}_WEBHOOK_SECRET", []) for name in ("twilio", "vapi", "stripe")
}

METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # who reads /metrics; without, this machine alone

# The push engine. Without REDIS_URL: one process, everything in memory.
REDIS_URL = os.environ.get("REDIS_URL", "")
REDIS_PREFIX = os.environ.get("REDIS_PREFIX") or "switchboard"  # of keys and channels: services may share one
WEB_PROCESSES = env_int("WEB_PROCESSES", 1)  # how many `serve` share the database, on all hosts


def _redis_host(url: str) -> dict[str, Any]:
    from realtime.stores.address import layer_host  # not above: one process alone needs no Redis

    try:
        return layer_host(url)
    except ValueError as error:
        raise ImproperlyConfigured(f"REDIS_URL: {error}") from None


CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    # Pub/sub: it idles and survives a restart of Redis, which the core layer with redis-py 8 does not.
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [_redis_host(REDIS_URL)], "prefix": REDIS_PREFIX},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.SessionJWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "domain.api.schema.Schema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    # Counted in the default cache. A whole office may sit behind one address, so that limit is generous; the
    # one per email bounds the guessing of a password.
    "DEFAULT_THROTTLE_RATES": {
        "sign_in_address": os.environ.get("SIGN_IN_RATE_PER_ADDRESS", "120/min"),
        "sign_in_email": os.environ.get("SIGN_IN_RATE_PER_EMAIL", "10/min"),
        "token_address": os.environ.get("TOKEN_RATE_PER_ADDRESS", "1200/min"),
        "password_user": "10/min",  # whoever found a screen unlocked guesses the password to change it
        "webhook_address": "60/min",  # badly signed events; well signed ones are not counted
    },
    "NUM_PROXIES": NUM_PROXIES,
}

DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "domain.api.errors.DomainExceptionHandler",
    "ERROR_SCHEMAS": {
        "400": "domain.api.openapi.ErrorResponse400Serializer",
        "401": "accounts.openapi.ErrorResponse401Serializer",
    },
    # Listed where they may happen. Those that are the same everywhere (405, 406, 415, 500) are said once.
    "ALLOWED_ERROR_STATUS_CODES": ["400", "401", "403", "404", "429"],
    # One shape of errors, also under development; the log has the trace.
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(seconds=env_int("ACCESS_TOKEN_SECONDS", 15 * 60)),
    "REFRESH_TOKEN_LIFETIME": timedelta(seconds=env_int("REFRESH_TOKEN_SECONDS", 14 * 24 * 3600)),
    "CHECK_REVOKE_TOKEN": True,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Switchboard",
    "DESCRIPTION": (
        "Dashboards of a call centre, pushed. The WebSocket's frames are described at `/asyncapi/`.\n\n"
        "To try it out: *Sign in* under **auth**, copy `access` of the answer, press **Authorize** and paste"
        " it. Admins see all rows, tenants (role `user`) their own, agents theirs and their tenant's queue;"
        " anything else is 404, and what a role may not do is 403.\n\n"
        "Lists come in pages: `{count, next, previous, results}`. Errors have one shape:"
        " `{type, errors: [{code, detail, attr}]}`; every address may also answer 405, 406, 415 and 500 in"
        " it, and 503 while the database is away."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none"},
    "TAGS": [
        {"name": "auth", "description": "Sign in, stay signed in, sign out."},
        {"name": "dashboard", "description": "The whole dashboard of one's role."},
        {"name": "calls", "description": "Start, answer and end calls."},
        {"name": "queue", "description": "Who waits, and who takes them."},
        {"name": "callbacks", "description": "Promises to call back."},
        {"name": "customers", "description": "Whom the tenants talk to."},
        {"name": "AI agents", "description": "Their training and their status."},
        {"name": "billing", "description": "Payments and subscriptions."},
        {"name": "users", "description": "Accounts and roles."},
        {"name": "agent state", "description": "Whether an agent takes calls."},
        {"name": "profile", "description": "Oneself."},
        {"name": "system alerts", "description": "What the admins announce."},
        {"name": "settings", "description": "How the platform is set up."},
        {"name": "webhooks", "description": "What providers report, signed."},
    ],
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["drf_standardized_errors.openapi_hooks.postprocess_schema_enums"],
    # The codes of errors share the field names `type` and `code`; each set has its name here.
    "ENUM_NAME_OVERRIDES": {
        "ErrorCode401Enum": "accounts.openapi.CODES_401",
        "OriginErrorCodeEnum": "accounts.openapi.ORIGIN_CODES",
        "ErrorType400Enum": "domain.api.openapi.TYPES_400",
        "ErrorCode409Enum": "domain.api.errors.CODES_409",
        "WebhookErrorCodeEnum": "domain.api.serializers.webhooks.CODES",
        "WebhookStatusEnum": "domain.api.serializers.webhooks.SETTLED",
        "ErrorCode502Enum": "domain.api.errors.CODES_502",
        **{
            f"{name}Enum": f"domain.models.{path}"
            for name, path in {
                "AgentState": "AgentState.State",
                "AIAgentStatus": "AIAgent.Status",
                "CallDirection": "Call.Direction",
                "CallOutcome": "Call.Outcome",
                "CallProvider": "Call.Provider",
                "CallStatus": "Call.Status",
                "CallbackStatus": "Callback.Status",
                "CustomerInterest": "Customer.Interest",
                "EndedReason": "Call.EndedReason",
                "PaymentStatus": "Payment.Status",
                "Personality": "AIAgent.Personality",
                "PlanInterval": "Plan.Interval",
                "PlanName": "Plan.Name",
                "QueueStatus": "QueueEntry.Status",
                "Role": "User.Role",
                "Severity": "SystemAlert.Severity",
                "SubscriptionStatus": "Subscription.Status",
                "SystemAlertStatus": "SystemAlert.Status",
            }.items()
        },
        **{
            name: f"drf_standardized_errors.openapi_serializers.{name}.choices"
            for name in (
                *("ValidationErrorEnum", "ClientErrorEnum", "ServerErrorEnum", "ParseErrorCodeEnum"),
                *("ErrorCode403Enum", "ErrorCode404Enum", "ErrorCode429Enum"),
            )
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

REALTIME: dict[str, Any] = {  # realtime/conf.py documents all of them
    "AUTHENTICATOR": "dashboard.access.Authenticator",
    "REDIS_URL": REDIS_URL,
    "REDIS_PREFIX": f"{REDIS_PREFIX}:",
    "ALLOWED_ORIGINS": env_list("ALLOWED_ORIGINS", []),  # pages on other hosts that may connect
    "TRUSTED_PROXIES": NUM_PROXIES,
}
