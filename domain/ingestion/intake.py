"""Events on their way in: read, stored once, applied once, whatever is repeated or reordered."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from django.db import transaction

from domain.errors import DomainError, InvalidInput
from domain.ingestion import calls, stripe
from domain.ingestion.verdicts import Ignored, NotYet
from domain.models import WebhookEvent
from domain.services.base import locked
from domain.services.webhooks import receive_event, settle_event

Provider, Status = WebhookEvent.Provider, WebhookEvent.Status
MAX_KEY: Final = 255

_APPLIERS: Final[Mapping[str, Callable[[str, dict[str, Any]], None]]] = {
    Provider.TWILIO: calls.apply,
    Provider.VAPI: calls.apply,
    Provider.STRIPE: stripe.apply,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an event. ``again``: the provider should send it once more, later."""

    event: WebhookEvent
    repeated: bool
    again: bool


def parse(body: bytes) -> tuple[str, dict[str, Any]]:
    """The id of an event and all of it. InvalidInput unless ``body`` is one that can be stored."""
    try:
        payload = json.loads(body, parse_constant=_refuse_constant)
        # What Python reads and PostgreSQL's jsonb refuses: NUL, and halves of surrogate pairs.
        if "\\u0000" in json.dumps(payload, ensure_ascii=True):
            raise ValueError("it contains NUL")
        json.dumps(payload, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "The body is not JSON that can be stored.") from error
    key = payload.get("id") if isinstance(payload, dict) else None
    if not isinstance(key, str) or not 1 <= len(key) <= MAX_KEY:
        raise InvalidInput("id", f"An event is an object with an id of at most {MAX_KEY} characters.")
    return key, payload


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
            _APPLIERS[event.provider](event.provider, event.payload)
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


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
