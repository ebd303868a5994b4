"""``system_health``: do the providers' events arrive, and can they be applied?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import WebhookEvent
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import WebhookEventFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
Status = WebhookEvent.Status


def health(now: datetime = NOW) -> dict[str, Any]:
    return value("system_health", "admin role", "admin", now)


def test_before_anything_arrived_it_is_idle() -> None:
    assert health() == {
        "status": "idle",
        "providers": [
            {"id": name, "provider": name, "last_webhook_at": None, "failures_24h": 0}
            for name in ("twilio", "vapi", "stripe")
        ],
    }


def test_each_provider_says_when_it_was_last_heard_of() -> None:
    WebhookEventFactory(provider="vapi", created_at=NOW - 40 * DAY)
    WebhookEventFactory(provider="vapi", created_at=NOW - 30 * DAY, status=Status.FAILED)  # too old to matter
    assert health()["status"] == "ok"
    assert [item["last_webhook_at"] for item in health()["providers"]] == [None, "2026-02-02T15:00:00Z", None]


def test_a_failure_degrades_it_for_24_hours() -> None:
    WebhookEventFactory(provider="stripe", created_at=NOW, status=Status.FAILED)
    WebhookEventFactory(provider="stripe", created_at=NOW + MICROSECOND, status=Status.FAILED)
    WebhookEventFactory(provider="stripe", created_at=NOW, status=Status.IGNORED)
    later = NOW + DAY - MICROSECOND
    assert health(later)["status"] == "degraded"
    assert [item["failures_24h"] for item in health(later)["providers"]] == [0, 0, 2]
    assert compute("system_health", "admin role", "admin", later).valid_until == NOW + DAY
    assert [item["failures_24h"] for item in health(NOW + DAY)["providers"]] == [0, 0, 1]
    assert health(NOW + DAY + MICROSECOND)["status"] == "ok"
    assert compute("system_health", "admin role", "admin", NOW + 2 * DAY).valid_until is None
