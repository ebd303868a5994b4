"""The sections against the slow way of counting, on generated data that crowds around every threshold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.rollups.keeping import fold
from domain.models import AIAgent, Call, Callback, Customer, Payment, Plan, Subscription, User
from tests.dashboard import naive
from tests.dashboard.computing import MICROSECOND, compute_all
from tests.dashboard.naive import Calendar
from tests.factories import (
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    PlanFactory,
    SubscriptionChangeFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

# Early in a month, and in the week after a change of the clocks in America, on the day of one in Europe.
NOW = datetime(2026, 3, 29, 15, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
ZONES = ("Asia/Kathmandu", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe")
Draw = Callable[[st.SearchStrategy[Any]], Any]


def _midnights() -> list[datetime]:
    marks = []
    for name in ("UTC", *ZONES):
        local = NOW.astimezone(ZoneInfo(name)).date()
        for days_back in (-1, 0, 6, 7, local.day - 1, 29):
            day = local - timedelta(days=days_back)
            marks.append(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)).astimezone(UTC))
    return marks


def around(marks: list[datetime]) -> st.SearchStrategy[datetime]:
    """One of the marks, or the instant before or after it."""
    return st.builds(
        lambda mark, shift: mark + shift * MICROSECOND, st.sampled_from(marks), st.integers(-1, 1)
    )


instants = st.one_of(
    around([NOW, NOW - timedelta(minutes=15), NOW - timedelta(days=30)]),
    around(_midnights()),
    st.integers(-60 * 24 * 60, 60 * 24 * 3).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
amounts = st.integers(0, 100_000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def worlds(draw: Draw) -> Callable[[], list[User]]:
    """A function that fills the database with three tenants and a few rows of everything."""
    rows = [(draw(st.integers(0, 2)), make) for make in draw(st.lists(_ROWS, max_size=20))]
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=3, max_size=3))

    def fill() -> list[User]:
        tenants = [TenantFactory(timezone=zone) for zone in zones]
        plans = [
            PlanFactory(price=Decimal("19.99")),
            PlanFactory(price=Decimal("250.00"), interval=Plan.Interval.YEAR),
        ]
        for index, make in rows:
            make(tenants[index], plans)
        return tenants

    return fill


def _callback(status: str, due_at: datetime, delay: timedelta, begun: bool) -> Any:
    begun = begun if status == "cancelled" else status in ("in_progress", "completed")

    def make(tenant: User, plans: list[Plan]) -> None:
        CallbackFactory(
            owner=tenant, status=status, due_at=due_at, started_at=due_at + delay if begun else None
        )

    return make


def _customer(interest: str, do_not_call: bool, at: datetime) -> Any:
    def make(tenant: User, plans: list[Plan]) -> None:
        CustomerFactory(owner=tenant, interest=interest, is_do_not_call=do_not_call, created_at=at)

    return make


def _payment(status: str, amount: Decimal, at: datetime) -> Any:
    def make(tenant: User, plans: list[Plan]) -> None:
        PaymentFactory(user=tenant, status=status, amount=amount, created_at=at)

    return make


def _subscription(statuses: list[str], times: list[datetime], plan: int, period_end: datetime) -> Any:
    def make(tenant: User, plans: list[Plan]) -> None:
        at = sorted(times)[: len(statuses)]
        subscription = SubscriptionFactory(
            user=tenant,
            plan=plans[plan],
            status=statuses[-1],
            created_at=at[0],
            current_period_start=period_end - timedelta(days=30),
            changes=False,
        )
        for before, after, moment in zip(["", *statuses], statuses, at, strict=False):
            SubscriptionChangeFactory(
                subscription=subscription, from_status=before, to_status=after, at=moment
            )

    return make


def _ai_agent(status: str, level: int, outcomes: list[tuple[str, int | None, datetime]]) -> Any:
    def make(tenant: User, plans: list[Plan]) -> None:
        ai_agent = AIAgentFactory(owner=tenant, status=status, training_level=level)
        for outcome, satisfaction, at in outcomes:
            CallFactory(ai_agent=ai_agent, outcome=outcome, satisfaction=satisfaction, started_at=at)

    return make


_ROWS = st.one_of(
    st.builds(
        _callback,
        st.sampled_from(Callback.Status.values),
        instants,
        st.sampled_from(
            [timedelta(minutes=-5), timedelta(minutes=15), timedelta(minutes=15, microseconds=1)]
        ),
        st.booleans(),
    ),
    st.builds(_customer, st.sampled_from(Customer.Interest.values), st.booleans(), instants),
    st.builds(_payment, st.sampled_from(Payment.Status.values), amounts, instants),
    st.builds(
        _subscription,
        st.lists(st.sampled_from(Subscription.Status.values), min_size=1, max_size=4),
        st.lists(instants, min_size=4, max_size=4),
        st.integers(0, 1),
        instants,
    ),
    st.builds(
        _ai_agent,
        st.sampled_from(AIAgent.Status.values),
        st.integers(18, 22),
        st.lists(
            st.tuples(st.sampled_from(["", *Call.Outcome.values]), st.none() | st.integers(1, 5), instants),
            max_size=3,
        ),
    ),
)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_every_figure_equals_the_one_counted_the_slow_way(fill: Callable[[], list[User]]) -> None:
    with transaction.atomic():
        tenants = fill()
        _check_platform(Calendar(NOW, UTC_ZONE))
        _check_tenants(tenants)
        fold()  # the same from sums as from what is not summed yet
        _check_platform(Calendar(NOW, UTC_ZONE))
        _check_tenants(tenants)
        transaction.set_rollback(True)


def _check_platform(calendar: Calendar) -> None:
    def of(key: str) -> Any:
        return compute_all(key, "admin role", ["admin"], NOW)[0].value

    assert of("callback_management") == naive.callbacks_of_platform(calendar)
    assert of("customer_management") == naive.customers_of_platform(calendar)
    assert of("billing_revenue") == naive.revenue_of_platform(calendar)
    metrics = of("subscription_metrics")
    metrics["subscription_by_plans"] = [(row["id"], row["count"]) for row in metrics["subscription_by_plans"]]
    assert metrics == naive.subscriptions_of_platform(calendar)
    ai_agents = of("ai_agent_metrics")
    ai_agents["agents"] = [(row["id"], row["calls"]) for row in ai_agents["agents"]]
    assert ai_agents == naive.ai_agents_of_platform(calendar)


def _check_tenants(tenants: list[User]) -> None:
    def of(key: str) -> list[Any]:
        return [piece.value for piece in compute_all(key, "tenants", tenants, NOW)]

    for tenant, due, known, bills, subscription in zip(
        tenants,
        of("callback_management"),
        of("customer_management"),
        of("billing_info"),
        of("subscription_info"),
        strict=True,
    ):
        calendar = Calendar(NOW, ZoneInfo(tenant.timezone))
        due["upcoming_callbacks"] = [row["id"] for row in due["upcoming_callbacks"]]
        assert due == naive.callbacks_of(tenant, calendar)
        assert known == naive.customers_of(tenant, calendar)
        slow_bills = naive.billing_of(tenant)
        assert bills["total_spent"] == slow_bills["total_spent"]
        assert [row["id"] for row in bills["recent_payments"]] == slow_bills["recent_payments"]
        slow = naive.subscription_of(tenant, calendar)
        assert {key: subscription.get(key) for key in slow} == slow
