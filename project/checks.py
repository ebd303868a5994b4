"""System checks of the whole: settings that would start and then fail or betray."""

from collections.abc import Sequence
from typing import Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

# Tokens are signed with HMAC-SHA-256, which is as strong as its key up to 32 bytes (RFC 7518, section 3.2).
MIN_KEY_BYTES: Final = 32


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None = None, **options: object) -> list[CheckMessage]:
    """Refuse a key that can be guessed; with DEBUG on there is one by itself, in var/secret_key."""
    if settings.DEBUG or len(settings.SECRET_KEY.encode()) >= MIN_KEY_BYTES:
        return []
    return [
        Error(
            f"SECRET_KEY is shorter than {MIN_KEY_BYTES} bytes: whoever guesses it signs tokens of anybody.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(48))' makes one.",
            id="project.E001",
        )
    ]
