"""``quick_actions``: the well-known ids, what they count, and when they can be done."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.models import User
from tests.dashboard.computing import value
from tests.factories import (
    AdminFactory,
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
COLORS = {"primary", "success", "warning", "info", "danger", "secondary", "dark"}


def actions(audience: str, subject: Any) -> dict[str, dict[str, Any]]:
    return {action["id"]: action for action in value("quick_actions", audience, subject, NOW)}


def of_admins() -> dict[str, dict[str, Any]]:
    return actions("admin role", "admin")


def of_tenant(tenant: User) -> dict[str, dict[str, Any]]:
    return actions("tenants", tenant)


def of_agent(agent: User) -> dict[str, dict[str, Any]]:
    return actions("agents", agent)


def test_every_role_has_the_ids_that_front_ends_know() -> None:
    tenant, agent = TenantFactory(), AgentFactory()
    assert list(of_admins()) == [
        "view_all_users",
        "manage_subscriptions",
        "view_agents",
        "call_monitoring",
        "billing_management",
        "system_settings",
    ]
    common = [
        "start_call",
        "view_customers",
        "manage_callbacks",
        "subscription_management",
        "account_settings",
    ]
    assert list(of_tenant(tenant)) == ["create_agent", *common]
    AIAgentFactory(owner=tenant)
    assert list(of_tenant(tenant)) == ["manage_agent", *common]
    assert list(of_agent(agent)) == ["answer_call", "call_history", "performance"]


def test_every_action_says_all_that_a_card_shows() -> None:
    for shown in (of_admins(), of_tenant(TenantFactory()), of_agent(AgentFactory())):
        for action in shown.values():
            assert set(action) - {"count"} == {
                "id",
                "title",
                "description",
                "icon",
                "color",
                "url",
                "enabled",
            }
            assert all(action[name] for name in ("title", "description", "icon"))
            assert action["url"].startswith("/")
            assert action["color"] in COLORS


def test_the_admins_counts() -> None:
    AdminFactory()
    tenant = TenantFactory()
    SubscriptionFactory(user=tenant)
    SubscriptionFactory(user=tenant, status="trialing")
    AIAgentFactory(owner=tenant)
    PaymentFactory(user=tenant, status="pending")
    PaymentFactory(user=tenant, status="failed")
    for status in ("in_progress", "forwarding", "queued", "completed"):
        CallFactory(owner=tenant, status=status)
    assert {id_: action.get("count") for id_, action in of_admins().items()} == {
        "view_all_users": 2,
        "manage_subscriptions": 1,
        "view_agents": 1,
        "call_monitoring": 2,
        "billing_management": 1,
        "system_settings": None,
    }


def test_a_tenants_counts_are_its_own() -> None:
    tenant = TenantFactory()
    CustomerFactory(owner=tenant)
    CallbackFactory(owner=tenant)  # brings a customer
    CallbackFactory(owner=tenant, status="completed")
    CallbackFactory()
    shown = of_tenant(tenant)
    assert (shown["view_customers"]["count"], shown["manage_callbacks"]["count"]) == (3, 1)


def test_calls_start_once_an_ai_agent_is_ready(settings: Any) -> None:
    settings.CALL_GATEWAY = "domain.simulation.gateways.SimulatedCalls"
    tenant = TenantFactory()
    assert of_tenant(tenant)["start_call"]["enabled"] is False
    AIAgentFactory(owner=tenant, training_level=19)
    assert of_tenant(tenant)["start_call"]["enabled"] is False
    AIAgentFactory(owner=tenant, training_level=20)
    assert of_tenant(tenant)["start_call"]["enabled"] is True


def test_no_call_starts_where_nobody_places_it() -> None:
    tenant = AIAgentFactory().owner
    assert of_tenant(tenant)["start_call"]["enabled"] is False


def test_an_agent_answers_what_rings_at_it() -> None:
    agent = AgentFactory()
    QueueEntryFactory(owner=agent.owner)  # waits for anybody: the team's document says so
    QueueEntryFactory(owner=agent.owner, status="assigned")  # rings at somebody else
    assert (of_agent(agent)["answer_call"]["enabled"], of_agent(agent)["answer_call"]["count"]) == (False, 0)
    QueueEntryFactory(status="assigned", assigned_agent=agent)
    assert (of_agent(agent)["answer_call"]["enabled"], of_agent(agent)["answer_call"]["count"]) == (True, 1)
