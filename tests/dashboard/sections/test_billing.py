"""``billing_revenue`` and ``billing_info``: what was paid, is owed, and comes next."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.models import Payment, Subscription, User
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import PaymentFactory, PlanFactory, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
TODAY = datetime(2026, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)
Status = Payment.Status


def of_platform(now: datetime = NOW) -> dict[str, Any]:
    return value("billing_revenue", "admin role", "admin", now)


def of(tenant: User, now: datetime = NOW) -> dict[str, Any]:
    return value("billing_info", "tenants", tenant, now)


def paid(amount: str, at: datetime, refunded: str = "0", **more: Any) -> Payment:
    status = Status.PARTIALLY_REFUNDED if Decimal(refunded) else Status.PAID
    return PaymentFactory(
        status=status, amount=Decimal(amount), refunded=Decimal(refunded), paid_at=at, created_at=at, **more
    )


def test_without_payments_revenue_is_zero_on_each_of_thirty_days() -> None:
    revenue = of_platform()
    assert [revenue[key] for key in ("total_revenue", "pending_payments", "failed_payments")] == [0.0, 0, 0]
    assert (revenue["daily"][0]["date"], revenue["daily"][-1]["date"]) == ("2026-02-03", "2026-03-04")
    assert {day["amount"] for day in revenue["daily"]} == {0.0}
    assert len(revenue["daily"]) == 30


def test_a_worked_example() -> None:
    paid("0.10", TODAY)
    paid("0.20", NOW, refunded="0.05")
    paid("10.00", TODAY - MICROSECOND)  # yesterday
    paid("100.00", TODAY - 6 * DAY)  # the oldest day of the week, in February
    paid("1000.00", TODAY - 7 * DAY)  # before the week
    paid("10000.00", TODAY - 30 * DAY)  # before the chart
    PaymentFactory(status=Status.REFUNDED, amount=Decimal(77), paid_at=NOW, created_at=NOW)  # nets to nothing
    for status in (Status.PENDING, Status.PENDING, Status.FAILED, Status.CANCELED):
        PaymentFactory(status=status, amount=Decimal(5000))
    revenue = of_platform()
    daily = {day["date"]: day["amount"] for day in revenue.pop("daily") if day["amount"]}
    assert revenue == {
        "total_revenue": 11110.25,
        "revenue_today": 0.25,
        "revenue_this_week": 110.25,
        "revenue_this_month": 10.25,
        "pending_payments": 2,
        "failed_payments": 1,
    }
    assert daily == {"2026-03-04": 0.25, "2026-03-03": 10.0, "2026-02-26": 100.0, "2026-02-25": 1000.0}


def test_the_month_starts_at_its_first_midnight() -> None:
    """The original began it at the present time of day."""
    paid("3.00", datetime(2026, 3, 1, tzinfo=UTC))
    paid("4.00", datetime(2026, 3, 1, tzinfo=UTC) - MICROSECOND)
    assert of_platform()["revenue_this_month"] == 3.0


def test_the_platforms_day_ends_at_its_midnight(settings: Any) -> None:
    settings.PLATFORM_TIME_ZONE = "Asia/Kathmandu"  # +05:45
    midnight = datetime(2026, 3, 4, 18, 15, tzinfo=UTC)
    paid("3.00", midnight - MICROSECOND)
    paid("4.00", midnight)
    assert compute("billing_revenue", "admin role", "admin", NOW).valid_until == midnight
    assert of_platform()["revenue_today"] == 3.0
    assert of_platform()["daily"][-1] == {"date": "2026-03-04", "amount": 3.0}
    assert of_platform(midnight)["revenue_today"] == 4.0
    assert of_platform(midnight)["daily"][-2:] == [
        {"date": "2026-03-04", "amount": 3.0},
        {"date": "2026-03-05", "amount": 4.0},
    ]


def test_a_payment_paid_after_all_has_not_failed() -> None:
    payment = PaymentFactory(status=Status.FAILED)
    assert of_platform()["failed_payments"] == 1
    Payment.objects.filter(pk=payment.pk).update(status=Status.PAID, paid_at=NOW)
    assert of_platform()["failed_payments"] == 0
    assert of_platform()["revenue_today"] == 49.0


def test_a_new_tenant_has_neither_paid_nor_to_pay() -> None:
    assert of(TenantFactory()) == {
        "next_billing_date": None,
        "next_amount": None,
        "total_spent": 0.0,
        "recent_payments": [],
    }


def test_the_next_bill_is_the_plans_price_at_the_periods_end() -> None:
    subscription = SubscriptionFactory(
        plan=PlanFactory(price=Decimal("49.90")), current_period_start=NOW - 10 * DAY
    )
    info = of(subscription.user)
    assert (info["next_billing_date"], info["next_amount"]) == ("2026-03-24T15:00:00Z", 49.9)


@pytest.mark.parametrize(
    ("status", "cancelling", "bills"),
    [
        (Subscription.Status.ACTIVE, False, True),
        (Subscription.Status.ACTIVE, True, False),
        (Subscription.Status.TRIALING, False, True),
        (Subscription.Status.PAST_DUE, False, True),
        (Subscription.Status.UNPAID, False, False),
        (Subscription.Status.PAUSED, False, False),
        (Subscription.Status.INCOMPLETE, False, False),
        (Subscription.Status.CANCELED, False, False),
    ],
)
def test_only_a_subscription_that_goes_on_brings_a_bill(status: str, cancelling: bool, bills: bool) -> None:
    subscription = SubscriptionFactory(status=status, cancel_at_period_end=cancelling)
    info = of(subscription.user)
    assert (info["next_billing_date"] is not None, info["next_amount"] is not None) == (bills, bills)


def test_the_last_three_payments_are_shown_newest_first_and_all_that_was_paid_adds_up() -> None:
    tenant = TenantFactory()
    paid("1.00", NOW - 3 * DAY, user=tenant)
    older, newer = (paid("2.00", NOW - DAY, refunded="0.50", user=tenant) for _ in range(2))
    failed = PaymentFactory(user=tenant, status=Status.FAILED, created_at=NOW, description="Pro, March")
    info = of(tenant)
    assert info["total_spent"] == 4.0
    assert [payment["id"] for payment in info["recent_payments"]] == [failed.pk, newer.pk, older.pk]
    assert info["recent_payments"][0] == {
        "id": failed.pk,
        "amount": 49.0,
        "status": "failed",
        "created_at": "2026-03-04T15:00:00Z",
        "description": "Pro, March",
    }


def test_another_tenants_payments_change_nothing() -> None:
    tenant = TenantFactory()
    paid("1.00", NOW, user=tenant)
    before = of(tenant)
    paid("2.00", NOW)
    SubscriptionFactory()
    assert of(tenant) == before
