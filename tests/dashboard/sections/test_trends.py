"""``performance_trends``: seven complete days against the seven before, for every role."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.dashboard.computing import compute, value
from tests.factories import AgentFactory, CallFactory, PaymentFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
TODAY = datetime(2026, 5, 20, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def of_platform(now: datetime = NOW) -> Any:
    return value("performance_trends", "admin role", "admin", now)


def test_of_nothing_every_trend_is_stable() -> None:
    nothing = {
        "today": 0,
        "week": 0,
        "month": 0,
        "current": 0,
        "previous": 0,
        "change_pct": None,
        "trend": "stable",
    }
    assert value("performance_trends", "tenants", TenantFactory(), NOW) == {
        "call_volume": nothing,
        "conversions": nothing,
    }
    assert value("performance_trends", "agents", AgentFactory(), NOW) == {"call_volume": nothing}


def test_the_compared_windows_leave_today_out_and_touch_without_overlap() -> None:
    tenant = TenantFactory()
    for started_at in (
        TODAY,  # today: in neither
        TODAY - MICROSECOND,
        TODAY - timedelta(days=7),
        TODAY - timedelta(days=7) - MICROSECOND,
        TODAY - timedelta(days=14),
        TODAY - timedelta(days=14) - MICROSECOND,  # before both
    ):
        CallFactory(owner=tenant, started_at=started_at, outcome="converted")
    found = value("performance_trends", "tenants", tenant, NOW)
    assert found["call_volume"] == {
        "today": 1,
        "week": 2,
        "month": 6,
        "current": 2,
        "previous": 2,
        "change_pct": 0.0,
        "trend": "stable",
    }
    assert found["conversions"] == found["call_volume"]


def test_a_trend_can_fall() -> None:
    agent = AgentFactory()
    for days in (8, 9, 10, 1):
        CallFactory(agent=agent, started_at=TODAY - timedelta(days=days))
    found = value("performance_trends", "agents", agent, NOW)["call_volume"]
    assert (found["current"], found["previous"], found["change_pct"], found["trend"]) == (1, 3, -66.7, "down")


def test_a_trend_follows_the_tenants_days() -> None:
    agent = AgentFactory(owner=TenantFactory(timezone="Asia/Kathmandu"))
    midnight = datetime(2026, 5, 19, 18, 15, tzinfo=UTC)
    CallFactory(agent=agent, started_at=midnight)
    CallFactory(agent=agent, started_at=midnight - MICROSECOND)
    found = value("performance_trends", "agents", agent, NOW)["call_volume"]
    assert (found["today"], found["current"], found["trend"]) == (1, 1, "up")
    assert compute("performance_trends", "agents", agent, NOW).valid_until == midnight + timedelta(days=1)


def test_the_platforms_trends_are_of_users_revenue_and_calls() -> None:
    tenant = TenantFactory(created_at=TODAY - timedelta(days=3))
    TenantFactory(created_at=TODAY - timedelta(days=8))
    TenantFactory(created_at=TODAY - timedelta(days=9))
    PaymentFactory(user=tenant, amount=Decimal("30.30"), created_at=TODAY - timedelta(days=2))
    PaymentFactory(user=tenant, amount=Decimal("20.20"), created_at=TODAY - timedelta(days=10))
    PaymentFactory(user=tenant, amount=Decimal(99), status="refunded", created_at=TODAY - timedelta(days=2))
    PaymentFactory(user=tenant, amount=Decimal(99), status="failed", created_at=TODAY - timedelta(days=2))
    CallFactory(owner=tenant, started_at=NOW)
    found = of_platform()
    assert (found["user_growth"]["current"], found["user_growth"]["previous"]) == (1, 2)
    assert found["user_growth"]["trend"] == "down"
    assert found["revenue_growth"] == {
        "today": 0.0,
        "week": 30.3,
        "month": 50.5,
        "current": 30.3,
        "previous": 20.2,
        "change_pct": 50.0,
        "trend": "up",
    }
    assert (found["call_volume"]["today"], found["call_volume"]["current"]) == (1, 0)
