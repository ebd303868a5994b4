"""System checks of the call centre: secrets that can be guessed, events that nobody would take in."""

from collections.abc import Sequence
from typing import Final

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

# A secret is signed with, and whoever guesses it reports what they like.
MIN_SECRET: Final = 24
_SIMULATED: Final = "domain.simulation."


@register(Tags.security)
def check_webhook_secrets(
    app_configs: Sequence[AppConfig] | None = None, **options: object
) -> list[CheckMessage]:
    """Refuse a secret that can be guessed."""
    return [
        Error(
            f"A secret of the {provider} webhook is shorter than {MIN_SECRET} characters: whoever guesses it"
            " reports what they like.",
            hint="python -c 'import secrets; print(secrets.token_urlsafe(32))' makes one.",
            id="domain.E001",
        )
        for provider, secrets in settings.WEBHOOK_SECRETS.items()
        if any(len(secret) < MIN_SECRET for secret in secrets)
    ]


@register()
def check_events_arrive(
    app_configs: Sequence[AppConfig] | None = None, **options: object
) -> list[CheckMessage]:
    """Warn of a provider that is asked to act, but cannot report what became of it."""
    found: list[CheckMessage] = []
    for number, gateway, providers in (
        (1, "CALL_GATEWAY", ("twilio", "vapi")),
        (2, "PAYMENT_GATEWAY", ("stripe",)),
    ):
        path = (
            getattr(settings, gateway) or _SIMULATED
        )  # the demo's providers report nothing: they are played
        if not path.startswith(_SIMULATED) and not any(
            settings.WEBHOOK_SECRETS.get(name) for name in providers
        ):
            names = " or ".join(f"{name.upper()}_WEBHOOK_SECRET" for name in providers)
            found.append(
                checks.Warning(
                    f"{gateway} is set, but its events would be refused: there is no {names}.",
                    hint="docs/webhooks.md says where events arrive and how they are signed.",
                    id=f"domain.W00{number}",
                )
            )
    return found
