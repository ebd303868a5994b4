"""The summary cards of every role."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.dashboard.computing import compute, value
from tests.factories import (
    AdminFactory,
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    PaymentFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_an_empty_platform() -> None:
    assert value("summary_stats", "admin role", "admin", NOW) == {
        "total_users": 0,
        "active_users": 0,
        "new_users_today": 0,
        "new_users_this_week": 0,
        "new_users_this_month": 0,
        "active_subscriptions": 0,
        "total_revenue": 0.0,
        "active_calls": 0,
    }


def test_the_platform_in_numbers() -> None:
    tenant = TenantFactory(created_at=ago(hours=1))
    AdminFactory(created_at=ago(days=2), is_active=False)
    AgentFactory(owner=tenant, created_at=ago(days=10))
    TenantFactory(created_at=ago(days=100))
    for status in ("active", "active", "trialing", "past_due", "canceled"):
        SubscriptionFactory(user=tenant, status=status)
    PaymentFactory(user=tenant, amount=Decimal("100.50"), created_at=ago(days=400))
    PaymentFactory(user=tenant, amount=Decimal("50.00"), status="partially_refunded")
    PaymentFactory(user=tenant, status="pending")
    for status in ("in_progress", "forwarding", "ringing"):
        CallFactory(owner=tenant, status=status)
    assert value("summary_stats", "admin role", "admin", NOW) == {
        "total_users": 4,
        "active_users": 3,
        "new_users_today": 1,
        "new_users_this_week": 2,
        "new_users_this_month": 3,
        "active_subscriptions": 2,
        "total_revenue": 125.5,
        "active_calls": 2,
    }


def test_a_new_tenants_cards() -> None:
    tenant = TenantFactory()
    assert value("summary_stats", "tenants", tenant, NOW) == {
        "calls_today": 0,
        "active_calls": 0,
        "pending_callbacks": 0,
        "conversion_rate": None,
    }
    assert value("summary", "tenants", tenant, NOW) == {
        "account_status": "active",
        "agent_ready": False,
        "calls_today": 0,
        "pending_callbacks": 0,
        "conversion_rate": None,
    }


def test_a_tenants_cards() -> None:
    tenant = TenantFactory(is_active=False)
    AIAgentFactory(owner=tenant)
    CallFactory(owner=tenant, started_at=ago(hours=1), outcome="converted")
    CallFactory(owner=tenant, started_at=ago(days=3), outcome="not_interested")
    CallFactory(owner=tenant, started_at=ago(minutes=2), status="in_progress")
    CallFactory(started_at=ago(hours=1), status="in_progress")
    CallbackFactory(owner=tenant, due_at=ago(hours=1))
    CallbackFactory(owner=tenant, due_at=NOW + timedelta(hours=1))
    for status in ("in_progress", "completed", "cancelled"):
        CallbackFactory(owner=tenant, status=status, due_at=NOW)
    assert value("summary_stats", "tenants", tenant, NOW) == {
        "calls_today": 2,
        "active_calls": 1,
        "pending_callbacks": 2,
        "conversion_rate": 33.3,
    }
    assert value("summary", "tenants", tenant, NOW) == {
        "account_status": "disabled",
        "agent_ready": True,
        "calls_today": 2,
        "pending_callbacks": 2,
        "conversion_rate": 33.3,
    }


def test_an_ai_agent_that_is_not_trained_enough_is_not_ready() -> None:
    ai_agent = AIAgentFactory(training_level=19)
    assert value("summary", "tenants", ai_agent.owner, NOW)["agent_ready"] is False


def test_an_agents_cards() -> None:
    agent = AgentFactory()
    CallFactory(agent=agent, started_at=ago(hours=1))
    CallFactory(agent=agent, started_at=ago(minutes=3), status="in_progress")
    QueueEntryFactory(status="assigned", assigned_agent=agent, since=ago(seconds=10))
    due_next = NOW + timedelta(minutes=30)
    CallbackFactory(assigned_agent=agent, due_at=ago(minutes=20))
    CallbackFactory(assigned_agent=agent, due_at=due_next)
    assert value("summary_stats", "agents", agent, NOW) == {
        "calls_today": 2,
        "my_queue": 1,
        "in_progress": 1,
        "overdue_callbacks": 1,
    }
    until = compute("summary_stats", "agents", agent, NOW).valid_until
    assert until is not None
    assert until > due_next  # due, and not yet overdue
    assert compute("summary_stats", "agents", agent, until).value["overdue_callbacks"] == 2  # type: ignore[index, call-overload]
