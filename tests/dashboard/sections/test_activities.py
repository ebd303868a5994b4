"""``recent_activities`` of the platform and of a tenant."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.dashboard.computing import value
from tests.factories import (
    AgentFactory,
    AIAgentFactory,
    CallFactory,
    PaymentFactory,
    PlanFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def test_nothing_has_happened_yet() -> None:
    assert value("recent_activities", "admin role", "admin", NOW) == {
        "new_users": [],
        "new_subscriptions": [],
        "recent_calls": [],
    }
    assert value("recent_activities", "tenants", TenantFactory(), NOW) == {
        "recent_calls": [],
        "recent_payments": [],
    }


def test_the_newest_come_first_five_of_each_and_ties_go_by_id() -> None:
    users = [TenantFactory(created_at=ago(days=7 - n)) for n in range(6)]
    last = TenantFactory(created_at=users[-1].created_at)
    subscriptions = [SubscriptionFactory(user=last, created_at=ago(days=7 - n)) for n in range(6)]
    calls = [CallFactory(owner=last, started_at=ago(hours=7 - n)) for n in range(6)]
    found = value("recent_activities", "admin role", "admin", NOW)
    assert [item["id"] for item in found["new_users"]] == [each.pk for each in (last, *users[:1:-1])]
    assert [item["id"] for item in found["new_subscriptions"]] == [each.pk for each in subscriptions[:0:-1]]
    assert [item["id"] for item in found["recent_calls"]] == [each.pk for each in calls[:0:-1]]


def test_what_an_admin_reads_of_a_user_and_a_subscription() -> None:
    user = TenantFactory(first_name="Grace", last_name="Hopper", created_at=NOW)
    plan = PlanFactory(name="starter", price=Decimal("19.90"))
    subscription = SubscriptionFactory(user=user, plan=plan, status="trialing", created_at=NOW)
    found = value("recent_activities", "admin role", "admin", NOW)
    assert found["new_users"] == [
        {
            "id": user.pk,
            "email": user.email,
            "full_name": "Grace Hopper",
            "role": "user",
            "date_joined": "2026-05-20T15:30:00Z",
        }
    ]
    assert found["new_subscriptions"] == [
        {
            "id": subscription.pk,
            "user_email": user.email,
            "plan_name": "starter",
            "status": "trialing",
            "amount": 19.9,
            "created_at": "2026-05-20T15:30:00Z",
        }
    ]


def test_a_call_names_who_had_it() -> None:
    agent = AgentFactory(first_name="Ada", last_name="Lovelace")
    ai_agent = AIAgentFactory(owner=agent.owner, name="Nova")
    for minutes, people in enumerate([{"agent": agent, "ai_agent": ai_agent}, {"ai_agent": ai_agent}, {}]):
        CallFactory(owner=agent.owner, started_at=ago(minutes=minutes), **people)
    found = value("recent_activities", "tenants", agent.owner, NOW)["recent_calls"]
    assert [item["agent_name"] for item in found] == ["Ada Lovelace", "Nova", None]
    assert found[0].keys() == {"id", "phone_number", "call_type", "status", "agent_name", "started_at"}


def test_a_tenant_reads_its_own_calls_and_three_payments() -> None:
    tenant = TenantFactory()
    CallFactory(started_at=NOW)
    PaymentFactory(created_at=NOW)
    payments = [PaymentFactory(user=tenant, created_at=ago(days=5 - n)) for n in range(5)]
    found = value("recent_activities", "tenants", tenant, NOW)
    assert found["recent_calls"] == []
    assert [item["id"] for item in found["recent_payments"]] == [each.pk for each in payments[:1:-1]]
