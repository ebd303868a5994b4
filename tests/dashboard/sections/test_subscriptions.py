"""``subscription_metrics`` and ``subscription_info``: who has which plan, since when, and how long still."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.models import Plan, Subscription, SubscriptionChange, User
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import (
    CallFactory,
    PlanFactory,
    SubscriptionChangeFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Status = Subscription.Status


def of_platform(now: datetime = NOW) -> dict[str, Any]:
    return value("subscription_metrics", "admin role", "admin", now)


def of(tenant: User, now: datetime = NOW) -> dict[str, Any]:
    return value("subscription_info", "tenants", tenant, now)


def subscribed(status: str = Status.ACTIVE, days_ago: float = 100, **more: Any) -> Subscription:
    return SubscriptionFactory(
        status=status,
        created_at=NOW - days_ago * DAY,
        current_period_start=more.pop("current_period_start", NOW - DAY),
        **more,
    )


def turned(subscription: Subscription, before: str, after: str, days_ago: float) -> None:
    SubscriptionChangeFactory(
        subscription=subscription, from_status=before, to_status=after, at=NOW - days_ago * DAY
    )
    Subscription.objects.filter(pk=subscription.pk).update(status=after)


def test_without_subscriptions_everything_is_zero_and_churn_unknown() -> None:
    assert of_platform() == {
        "total_subscriptions": 0,
        "active_subscriptions": 0,
        "inactive_subscriptions": 0,
        "cancelled_subscriptions": 0,
        "new_subscriptions_today": 0,
        "new_subscriptions_this_week": 0,
        "new_subscriptions_this_month": 0,
        "subscription_by_plans": [],
        "trialing": 0,
        "past_due": 0,
        "mrr": 0.0,
        "churn_rate": None,
    }


def test_who_subscribed_today_is_new_until_the_platforms_midnight() -> None:
    subscribed(days_ago=0)
    piece = compute("subscription_metrics", "admin role", "admin", NOW)
    assert isinstance(piece.value, dict)
    assert piece.value["new_subscriptions_today"] == 1
    assert piece.valid_until == datetime(2026, 3, 5, tzinfo=UTC)
    assert of_platform(piece.valid_until)["new_subscriptions_today"] == 0


def test_every_status_is_counted_once() -> None:
    for status in Status.values:
        subscribed(status)
    metrics = of_platform()
    assert metrics["inactive_subscriptions"] == 4
    parts = (
        "active_subscriptions",
        "inactive_subscriptions",
        "cancelled_subscriptions",
        "trialing",
        "past_due",
    )
    assert [metrics[part] for part in parts] == [1, 4, 1, 1, 1]
    assert metrics["total_subscriptions"] == sum(metrics[part] for part in parts)


def test_new_ones_are_counted_by_the_platforms_days() -> None:
    today, month = datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    for at in (today, today - MICROSECOND, today - 6 * DAY, today - 6 * DAY - MICROSECOND, month):
        SubscriptionFactory(created_at=at)
    metrics = of_platform()
    new = [metrics[f"new_subscriptions_{window}"] for window in ("today", "this_week", "this_month")]
    assert new == [1, 4, 3]


def test_the_recurring_revenue_is_monthly_and_without_trials() -> None:
    monthly = PlanFactory(price=Decimal("49.00"))
    yearly = PlanFactory(price=Decimal("100.00"), interval=Plan.Interval.YEAR)
    subscribed(plan=monthly)
    subscribed(Status.PAST_DUE, plan=monthly)
    subscribed(plan=yearly)
    for status in set(Status.values) - {Status.ACTIVE, Status.PAST_DUE}:
        subscribed(status, plan=monthly)
    assert of_platform()["mrr"] == 106.33  # 2 × 49 + 100 / 12


def test_plans_are_ranked_by_their_active_subscriptions() -> None:
    none, few, many, as_many = (PlanFactory(price=price) for price in (1, 2, 3, 3))
    subscribed(Status.PAST_DUE, plan=none)
    subscribed(plan=few)
    for plan in (as_many, many) * 2:
        subscribed(plan=plan)
    shares = of_platform()["subscription_by_plans"]
    assert shares == [
        {"id": plan.pk, "plan__name": "pro", "plan__price": price, "count": count}
        for plan, price, count in ((many, 3.0, 2), (as_many, 3.0, 2), (few, 2.0, 1))
    ]


class TestChurn:
    """Of those who paid at any time in the last 30 days: those who stopped."""

    def rate(self, now: datetime = NOW) -> float | None:
        return of_platform(now)["churn_rate"]

    def test_a_worked_example(self) -> None:
        for _ in range(6):
            subscribed()  # stay
        turned(subscribed(), "active", "canceled", 3)
        unpaid = subscribed()
        turned(unpaid, "active", "past_due", 9)  # still paying
        turned(unpaid, "past_due", "unpaid", 2)
        turned(unpaid, "unpaid", "canceled", 1)  # has churned already
        subscribed(Status.TRIALING)
        assert self.rate() == 25.0  # 2 of 8

    def test_a_trial_that_ends_is_no_churn(self) -> None:
        turned(subscribed(Status.TRIALING), "trialing", "canceled", 3)
        assert self.rate() is None

    def test_who_began_and_stopped_within_the_window_counts_once(self) -> None:
        short = subscribed(Status.INCOMPLETE, days_ago=20)
        turned(short, "incomplete", "active", 19)
        turned(short, "active", "canceled", 5)
        assert self.rate() == 100.0

    def test_who_came_back_is_one_of_those_who_pay(self) -> None:
        returned = subscribed()
        turned(returned, "active", "unpaid", 5)
        turned(returned, "unpaid", "active", 4)
        subscribed()
        assert self.rate() == 50.0

    def test_who_stopped_before_the_window_is_forgotten(self) -> None:
        gone = subscribed()
        turned(gone, "active", "canceled", 1)
        SubscriptionChange.objects.filter(subscription=gone, to_status="canceled").update(
            at=NOW - 30 * DAY + MICROSECOND
        )
        subscribed()
        piece = compute("subscription_metrics", "admin role", "admin", NOW)
        assert piece.value["churn_rate"] == 50.0
        assert piece.valid_until == NOW + MICROSECOND
        assert self.rate(NOW + MICROSECOND) == 0.0


def test_a_tenant_without_a_subscription_is_told_so() -> None:
    """The original answered 500."""
    tenant = TenantFactory()
    expected = {"status": "no_subscription", "message": "You have no subscription yet."}
    assert of(tenant) == expected
    for status in (Status.CANCELED, Status.INCOMPLETE_EXPIRED):
        subscribed(status, user=tenant)
    assert of(tenant) == expected


def test_a_subscription_is_shown_with_its_limits() -> None:
    plan = PlanFactory(
        name="starter", price=Decimal("19.50"), call_limit=None, agents_allowed=2, features=["Voicemail"]
    )
    subscription = subscribed(plan=plan, cancel_at_period_end=True, current_period_start=NOW - 10 * DAY)
    assert of(subscription.user) == {
        "id": subscription.pk,
        "plan_name": "starter",
        "plan_price": 19.5,
        "status": "active",
        "days_remaining": 20,
        "current_period_start": "2026-02-22T15:00:00Z",
        "current_period_end": "2026-03-24T15:00:00Z",
        "cancel_at_period_end": True,
        "features": ["Voicemail"],
        "limits": {"call_limit": None, "agent_limit": 2, "max_minutes": 1000},
        "minutes_used": 0,
    }


def test_of_several_the_one_that_gives_most_is_current_then_the_newest() -> None:
    tenant = TenantFactory()
    made = [
        subscribed(status, user=tenant, days_ago=days_ago)
        for status, days_ago in (
            (Status.CANCELED, 1),
            (Status.INCOMPLETE, 2),
            (Status.PAUSED, 3),
            (Status.TRIALING, 9),
            (Status.PAST_DUE, 8),
            (Status.ACTIVE, 10),
        )
    ]
    for expected in (made[4], made[3], made[5], made[2], made[1]):
        assert of(tenant)["id"] == expected.pk
        expected.delete()
    assert of(tenant)["status"] == "no_subscription"


def test_days_remaining_are_the_tenants_calendar_days_and_change_at_midnight() -> None:
    tenant = TenantFactory(timezone="Asia/Kathmandu")  # midnight at 18:15 UTC
    end = datetime(2026, 3, 5, 18, 15, tzinfo=UTC)  # the first instant of 6 March there
    subscribed(user=tenant, current_period_end=end)
    midnight = datetime(2026, 3, 4, 18, 15, tzinfo=UTC)
    assert of(tenant)["days_remaining"] == 2
    assert compute("subscription_info", "tenants", tenant, NOW).valid_until == midnight
    assert of(tenant, midnight)["days_remaining"] == 1
    assert of(tenant, end)["days_remaining"] == 0
    assert of(tenant, end + 5 * DAY)["days_remaining"] == 0
    assert compute("subscription_info", "tenants", tenant, end).valid_until is None


def test_begun_minutes_of_the_calls_that_ended_in_the_period_are_used() -> None:
    tenant = TenantFactory()
    start, end = NOW - 10 * DAY, NOW + 20 * DAY
    subscribed(user=tenant, current_period_start=start, current_period_end=end)

    def ended(at: datetime, talk_s: int) -> None:
        CallFactory(owner=tenant, started_at=at - MINUTE, answered_at=at - MINUTE, ended_at=at, talk_s=talk_s)

    ended(start - MICROSECOND, 10_000)  # the period before
    ended(end, 10_000)  # the next one
    assert of(tenant)["minutes_used"] == 0
    ended(start, 30)
    assert of(tenant)["minutes_used"] == 1
    ended(end - MICROSECOND, 30)
    assert of(tenant)["minutes_used"] == 1  # the sum is rounded up, not each call
    ended(NOW, 1)
    assert of(tenant)["minutes_used"] == 2
    CallFactory(owner=tenant, status="in_progress", started_at=NOW)  # not over: not counted yet
    assert of(tenant)["minutes_used"] == 2


def test_another_tenants_subscription_and_calls_change_nothing() -> None:
    subscription = subscribed()
    before = of(subscription.user)
    CallFactory(owner=subscribed().user, started_at=NOW - MINUTE)
    assert of(subscription.user) == before
