"""``callback_management``: what is due, overdue and kept, in whose day."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.models import Callback, User
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import CallbackFactory, TenantFactory

pytestmark = pytest.mark.django_db

KEY = "callback_management"
NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Status = Callback.Status


def of_platform(now: datetime = NOW) -> dict[str, object]:
    return value(KEY, "admin role", "admin", now)


def of(tenant: User, now: datetime = NOW) -> dict[str, object]:
    return value(KEY, "tenants", tenant, now)


def test_without_callbacks_everything_is_zero_and_the_sla_unknown() -> None:
    assert of_platform() == {
        "total_callbacks": 0,
        "scheduled_callbacks": 0,
        "completed_callbacks": 0,
        "overdue_callbacks": 0,
        "callbacks_today": 0,
        "callbacks_this_week": 0,
        "callback_sla": None,
    }
    assert of(TenantFactory()) == {
        "total_callbacks": 0,
        "scheduled_callbacks": 0,
        "completed_callbacks": 0,
        "overdue_callbacks": 0,
        "callbacks_today": 0,
        "upcoming_callbacks": [],
    }


def test_a_worked_example() -> None:
    tenant = TenantFactory()
    for status, due_at in (
        (Status.SCHEDULED, NOW - 2 * DAY),  # overdue, this week
        (Status.SCHEDULED, NOW - MINUTE),  # overdue, today
        (Status.SCHEDULED, NOW + MINUTE),  # today
        (Status.COMPLETED, NOW - 6 * DAY),  # the oldest day of the week
        (Status.COMPLETED, NOW - 7 * DAY),  # before it
        (Status.IN_PROGRESS, NOW - 2 * MINUTE),  # today; begun, so not overdue
        (Status.CANCELLED, NOW - 3 * DAY),  # this week
    ):
        CallbackFactory(owner=tenant, status=status, due_at=due_at)
    counted = {
        "total_callbacks": 7,
        "scheduled_callbacks": 3,
        "completed_callbacks": 2,
        "overdue_callbacks": 2,
        "callbacks_today": 3,
    }
    assert counted.items() <= of(tenant).items()
    # Kept: the completed and the begun ones. Missed: the one of two days ago. The others are young.
    assert of_platform() == {**counted, "callbacks_this_week": 6, "callback_sla": 75.0}


def test_a_callback_is_overdue_the_instant_after_it_was_due() -> None:
    callback = CallbackFactory(due_at=NOW)
    on_time = compute(KEY, "tenants", callback.owner, NOW)
    assert on_time.value["overdue_callbacks"] == 0
    assert on_time.valid_until == NOW + MICROSECOND
    assert of(callback.owner, NOW + MICROSECOND)["overdue_callbacks"] == 1
    assert of_platform(NOW)["overdue_callbacks"] == 0
    assert of_platform(NOW + MICROSECOND)["overdue_callbacks"] == 1


def test_rescheduling_an_overdue_callback_clears_it() -> None:
    callback = CallbackFactory(due_at=NOW - DAY)
    assert of(callback.owner)["overdue_callbacks"] == 1
    Callback.objects.filter(pk=callback.pk).update(due_at=NOW + DAY)
    assert of(callback.owner)["overdue_callbacks"] == 0


@pytest.mark.parametrize(
    ("zone", "day_starts", "day_ends"),
    [
        ("Asia/Kathmandu", "2026-03-03T18:15:00Z", "2026-03-04T18:15:00Z"),  # +05:45
        ("Asia/Kolkata", "2026-03-03T18:30:00Z", "2026-03-04T18:30:00Z"),  # +05:30
        ("America/Los_Angeles", "2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z"),
    ],
)
def test_today_is_the_tenants_own(zone: str, day_starts: str, day_ends: str) -> None:
    start, end = datetime.fromisoformat(day_starts), datetime.fromisoformat(day_ends)
    tenant = TenantFactory(timezone=zone)
    for due_at in (start - MICROSECOND, start, end - MICROSECOND, end):
        CallbackFactory(owner=tenant, due_at=due_at)
    assert of(tenant)["callbacks_today"] == 2


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25)],
)
def test_the_day_of_a_clock_change_has_23_or_25_hours(day: str, hours: int) -> None:
    tenant = TenantFactory(timezone="Europe/Berlin")
    noon = datetime.fromisoformat(f"{day}T11:00:00Z")
    start = datetime.fromisoformat(f"{day}T00:00:00Z") - timedelta(hours=1 if hours == 23 else 2)
    end = start + timedelta(hours=hours)
    for due_at in (start - MICROSECOND, start, end - MICROSECOND, end):
        CallbackFactory(owner=tenant, due_at=due_at)
    assert of(tenant, noon)["callbacks_today"] == 2


def test_the_next_three_are_shown_in_order() -> None:
    tenant = TenantFactory()
    second = CallbackFactory(owner=tenant, due_at=NOW + 2 * MINUTE)
    third = CallbackFactory(owner=tenant, due_at=NOW + 2 * MINUTE)
    first = CallbackFactory(owner=tenant, due_at=NOW, priority=1, reason="Wants a quote")
    CallbackFactory(owner=tenant, due_at=NOW + DAY)  # the fourth
    CallbackFactory(owner=tenant, due_at=NOW - MINUTE)  # overdue: an alert, not upcoming
    CallbackFactory(owner=tenant, due_at=NOW + MINUTE, status=Status.CANCELLED)
    shown = of(tenant)["upcoming_callbacks"]
    assert [item["id"] for item in shown] == [first.pk, second.pk, third.pk]
    assert shown[0] == {
        "id": first.pk,
        "customer_phone": first.customer.phone,
        "customer_name": first.customer.name,
        "scheduled_datetime": "2026-03-04T15:00:00Z",
        "reason": "Wants a quote",
        "priority_level": 1,
    }


def test_another_tenants_callbacks_change_nothing() -> None:
    tenant = TenantFactory()
    CallbackFactory(owner=tenant, due_at=NOW - DAY)
    before = of(tenant)
    CallbackFactory(due_at=NOW - DAY)
    CallbackFactory(due_at=NOW + DAY)
    assert of(tenant) == before


class TestServiceLevelAgreement:
    """Of the callbacks due in the last 30 days, started or missed: those started by 15 min after due."""

    def test_a_start_at_15_minutes_after_due_is_in_time_and_one_later_is_not(self) -> None:
        due_at = NOW - DAY
        for late_by in (-5 * MINUTE, timedelta(0), 15 * MINUTE, 15 * MINUTE + MICROSECOND):
            CallbackFactory(status=Status.IN_PROGRESS, due_at=due_at, started_at=due_at + late_by)
        assert of_platform()["callback_sla"] == 75.0

    def test_an_unstarted_one_is_missed_only_after_15_minutes(self) -> None:
        CallbackFactory(status=Status.COMPLETED, due_at=NOW - DAY)
        CallbackFactory(due_at=NOW - 15 * MINUTE)
        assert of_platform()["callback_sla"] == 100.0
        assert compute(KEY, "admin role", "admin", NOW).valid_until == NOW + MICROSECOND
        assert of_platform(NOW + MICROSECOND)["callback_sla"] == 50.0

    def test_one_started_before_it_was_due_counts_from_then_on(self) -> None:
        CallbackFactory(status=Status.IN_PROGRESS, due_at=NOW + MINUTE, started_at=NOW - MINUTE)
        piece = compute(KEY, "admin role", "admin", NOW)
        assert piece.value["callback_sla"] is None
        assert piece.valid_until == NOW + MINUTE
        assert of_platform(NOW + MINUTE)["callback_sla"] == 100.0

    def test_after_30_days_it_is_forgotten(self) -> None:
        CallbackFactory(status=Status.COMPLETED, due_at=NOW - 30 * DAY + MICROSECOND)
        piece = compute(KEY, "admin role", "admin", NOW)
        assert piece.value["callback_sla"] == 100.0
        assert piece.valid_until == NOW + MICROSECOND
        assert of_platform(NOW + MICROSECOND)["callback_sla"] is None

    def test_a_promise_taken_back_is_not_broken(self) -> None:
        CallbackFactory(status=Status.CANCELLED, due_at=NOW - DAY)
        assert of_platform()["callback_sla"] is None
        CallbackFactory(status=Status.CANCELLED, due_at=NOW - DAY, started_at=NOW - DAY)
        assert of_platform()["callback_sla"] == 100.0
