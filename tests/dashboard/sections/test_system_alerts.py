"""``system_alerts``: who reads a broadcast, and from when until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import SystemAlertFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read_by(role: str, now: datetime = NOW) -> list[dict[str, Any]]:
    return value("system_alerts", "every role", role, now)


def ids(role: str, now: datetime = NOW) -> list[int]:
    return [alert["id"] for alert in read_by(role, now)]


def test_nothing_announced() -> None:
    piece = compute("system_alerts", "every role", "admin", NOW)
    assert (piece.value, piece.valid_until) == ([], None)


def test_a_broadcast_is_read_by_the_roles_it_names() -> None:
    alert = SystemAlertFactory(
        severity="warning",
        title="Maintenance",
        message="At night.",
        url="https://status.example/",
        target_roles=["user", "agent"],
        starts_at=NOW - HOUR,
        expires_at=NOW + HOUR,
    )
    assert ids("admin") == []
    assert read_by("user") == read_by("agent")
    assert read_by("user") == [
        {
            "id": alert.pk,
            "severity": "warning",
            "title": "Maintenance",
            "message": "At night.",
            "url": "https://status.example/",
            "starts_at": "2026-03-04T14:00:00Z",
            "expires_at": "2026-03-04T16:00:00Z",
        }
    ]


def test_it_appears_when_it_starts_and_goes_when_it_expires() -> None:
    alert = SystemAlertFactory(target_roles=["user"], starts_at=NOW, expires_at=NOW + HOUR)
    before = compute("system_alerts", "every role", "user", NOW - MICROSECOND)
    assert (before.value, before.valid_until) == ([], NOW)
    assert ids("user", NOW) == [alert.pk]
    assert compute("system_alerts", "every role", "user", NOW).valid_until == NOW + HOUR
    assert ids("user", NOW + HOUR - MICROSECOND) == [alert.pk]
    after = compute("system_alerts", "every role", "user", NOW + HOUR)
    assert (after.value, after.valid_until) == ([], None)


def test_another_roles_broadcast_wakes_nobody() -> None:
    SystemAlertFactory(target_roles=["admin"], starts_at=NOW + HOUR)
    assert compute("system_alerts", "every role", "user", NOW).valid_until is None


def test_a_withdrawn_one_is_gone_even_before_it_starts() -> None:
    SystemAlertFactory(starts_at=NOW - HOUR, withdrawn_at=NOW)
    SystemAlertFactory(starts_at=NOW + HOUR, withdrawn_at=NOW)
    piece = compute("system_alerts", "every role", "agent", NOW)
    assert (piece.value, piece.valid_until) == ([], None)


def test_without_an_end_it_stands_and_has_no_address_unless_given() -> None:
    SystemAlertFactory(starts_at=NOW)
    (alert,) = read_by("admin", NOW + 1000 * HOUR)
    assert (alert["expires_at"], alert["url"]) == (None, None)


def test_errors_come_first_then_the_newest() -> None:
    info = SystemAlertFactory(severity="info", starts_at=NOW)
    older = SystemAlertFactory(severity="error", starts_at=NOW - HOUR)
    warning = SystemAlertFactory(severity="warning", starts_at=NOW)
    newer, twin = (SystemAlertFactory(severity="error", starts_at=NOW) for _ in range(2))
    assert ids("admin") == [newer.pk, twin.pk, older.pk, warning.pk, info.pk]
