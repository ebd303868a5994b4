"""Events of providers, stored once."""

from datetime import UTC, datetime

import pytest

from domain.errors import InvalidInput
from domain.models import WebhookEvent
from domain.services import webhooks

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_an_event_is_new_once():
    event, new = webhooks.receive_event(provider="stripe", event_key="evt_1", payload={"a": 1}, at=NOON)
    assert (new, event.status, event.created_at) == (True, "received", NOON)
    again, new = webhooks.receive_event(provider="stripe", event_key="evt_1", payload={"a": 2})
    assert (again, new, again.payload) == (event, False, {"a": 1})
    _, new = webhooks.receive_event(provider="twilio", event_key="evt_1", payload={})
    assert new


def test_an_unknown_provider_is_refused(refused):
    with refused(InvalidInput):
        webhooks.receive_event(provider="carrier-pigeon", event_key="1", payload={})


def test_a_failed_event_may_be_tried_again():
    event, _ = webhooks.receive_event(provider="stripe", event_key="evt_1", payload={}, at=NOON)
    event = webhooks.settle_event(event=event, status="failed", detail="x" * 600, at=NOON)
    assert (event.status, len(event.detail), event.processed_at) == ("failed", 500, NOON)
    webhooks.settle_event(event=event, status="applied")
    assert WebhookEvent.objects.get().status == "applied"
