"""Events on their way in: read, stored once, applied once, whatever is repeated or reordered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from domain.errors import DomainError
from domain.ingestion import calls, stripe, twilio, vapi
from domain.ingestion.verdicts import Ignored, NotYet
from domain.models import WebhookEvent
from domain.services.base import locked
from domain.services.webhooks import receive_event, settle_event

Provider, Status = WebhookEvent.Provider, WebhookEvent.Status

Applier = Callable[[str, dict[str, Any]], None]

_APPLIERS: Final[Mapping[str, Applier]] = {
    Provider.TWILIO: calls.apply,
    Provider.VAPI: calls.apply,
    Provider.STRIPE: stripe.apply,
}
# Reports in the providers' own forms, by what they are stored as.
_OWN_FORMS: Final[Mapping[tuple[str, str], Applier]] = {
    (Provider.TWILIO, twilio.KIND): twilio.apply,
    **{(Provider.VAPI, kind): vapi.apply for kind in vapi.KINDS.values()},
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an event. ``again``: the provider should send it once more, later."""

    event: WebhookEvent
    repeated: bool
    again: bool


def take_in(*, provider: str, event_key: str, payload: dict[str, Any]) -> Receipt:
    """Store an event, then apply it; one that was applied or ignored before is left alone.

    Stored first and on its own: what goes wrong afterwards, even a crash, leaves it to be tried again.
    """
    event, new = receive_event(provider=provider, event_key=event_key, payload=payload)
    return settle(event, repeated=not new)


@transaction.atomic
def settle(event: WebhookEvent, *, repeated: bool = True) -> Receipt:
    """Apply a stored event that is new or has failed; what it says and what became of it commit together."""
    event = locked(event)  # two deliveries at once take turns
    if event.status in (Status.APPLIED, Status.IGNORED):
        return Receipt(event, repeated=True, again=False)
    again = False
    try:
        with transaction.atomic():
            _applier(event)(event.provider, event.payload)
        status, detail = Status.APPLIED, ""
    except Ignored as reason:
        status, detail = Status.IGNORED, str(reason)
    except NotYet as reason:
        status, detail, again = Status.FAILED, str(reason), True
    except DomainError as refusal:
        status, detail = Status.FAILED, str(refusal)
    if (event.status, event.detail) != (status, detail[:500]):
        event = settle_event(event=event, status=status, detail=detail)
    return Receipt(event, repeated=repeated, again=again)


def _applier(event: WebhookEvent) -> Applier:
    return _OWN_FORMS.get((event.provider, str(event.payload.get("type"))), _APPLIERS[event.provider])
