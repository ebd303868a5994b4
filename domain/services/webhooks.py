"""Events of providers: stored once, then applied, ignored or failed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from domain import transitions
from domain.errors import Conflict
from domain.models import WebhookEvent
from domain.services.base import insert, instant, locked, update


@transaction.atomic
def receive_event(
    *, provider: str, event_key: str, payload: dict[str, Any], at: datetime | None = None
) -> tuple[WebhookEvent, bool]:
    """Store an event; whether it is new. A repeated one is returned as it was stored."""
    known = WebhookEvent.objects.filter(provider=provider, event_key=event_key)
    if (found := known.first()) is not None:
        return found, False
    event = WebhookEvent(provider=provider, event_key=event_key, payload=payload, created_at=instant(at))
    try:
        return insert(event, taken="This event is known already."), True
    except Conflict:  # stored by another request a moment ago
        return known.get(), False


@transaction.atomic
def settle_event(
    *, event: WebhookEvent, status: str, detail: str = "", at: datetime | None = None
) -> WebhookEvent:
    """Say what became of an event: applied, ignored or failed; a failed one may be tried again."""
    event = locked(event)
    transitions.check("webhook event", event.status, status)
    event.status = status
    event.detail = detail[:500]
    event.processed_at = instant(at, not_before=event.created_at)
    return update(event, "status", "detail", "processed_at")
