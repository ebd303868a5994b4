"""What differs under pytest: fast password hashing, a throw-away database, no throttles."""

from project.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
