"""``ai_agent_metrics`` and ``ai_agent_info``: what AI agents are ready for and have done."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from domain.models import AIAgent, Call, User
from tests.dashboard.computing import MICROSECOND, value
from tests.factories import AIAgentFactory, CallFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
Status = AIAgent.Status


def of_platform(now: datetime = NOW) -> dict[str, Any]:
    return value("ai_agent_metrics", "admin role", "admin", now)


def of(tenant: User, now: datetime = NOW) -> dict[str, Any]:
    return value("ai_agent_info", "tenants", tenant, now)


def call(ai_agent: AIAgent | None, outcome: str = "", at: datetime = NOW, **more: Any) -> Call:
    return CallFactory(ai_agent=ai_agent, outcome=outcome, started_at=at, **more)


def test_without_ai_agents_everything_is_zero_and_the_rates_unknown() -> None:
    assert of_platform() == {
        "total_agents": 0,
        "active_agents": 0,
        "training_agents": 0,
        "learning_agents": 0,
        "paused_agents": 0,
        "agents_ready_for_calls": 0,
        "performance": {
            "total_calls_handled": 0,
            "total_conversions": 0,
            "avg_conversion_rate": None,
            "avg_customer_satisfaction": None,
        },
        "agents": [],
    }


def test_ready_means_trained_to_20_percent_and_neither_in_training_nor_paused() -> None:
    for status in Status.values:
        for level in (19, 20):
            AIAgentFactory(status=status, training_level=level)
    metrics = of_platform()
    assert metrics["total_agents"] == 10
    assert [metrics[f"{name}_agents"] for name in ("active", "training", "learning", "paused")] == [
        2,
        2,
        2,
        2,
    ]
    assert metrics["agents_ready_for_calls"] == 3  # active, learning, optimizing


def test_performance_is_pooled_over_the_answered_calls_of_ai_agents() -> None:
    one, other = AIAgentFactory(), AIAgentFactory()
    call(one, "converted", satisfaction=5)
    call(one, "not_interested", satisfaction=4)
    call(one, "voicemail")  # nobody answered
    call(one, status="no_answer")
    call(other, "interested", satisfaction=4)
    call(None, "converted", satisfaction=1)  # a person's call
    assert of_platform()["performance"] == {
        "total_calls_handled": 3,
        "total_conversions": 1,
        "avg_conversion_rate": 33.3,
        "avg_customer_satisfaction": 4.3,
    }


def test_the_ten_busiest_of_the_month_are_listed() -> None:
    month = datetime(2026, 3, 1, tzinfo=UTC)
    agents = [AIAgentFactory() for _ in range(12)]
    call(agents[11], "converted", at=month)
    call(agents[11], at=NOW)
    call(agents[10], at=month - MICROSECOND)  # last month
    call(agents[9], at=NOW)
    listed = of_platform()["agents"]
    assert [(item["id"], item["calls"]) for item in listed] == [
        (agents[11].pk, 2),
        (agents[9].pk, 1),
        *((agent.pk, 0) for agent in agents[:8]),
    ]
    assert listed[0] == {
        "id": agents[11].pk,
        "name": agents[11].name,
        "owner_email": agents[11].owner.email,
        "status": "active",
        "training_level": 80,
        "calls": 2,
        "conversion_rate": 50.0,
    }
    assert listed[2]["conversion_rate"] is None


def test_a_tenant_without_an_ai_agent_is_told_so() -> None:
    """The original answered 500."""
    assert of(TenantFactory()) == {
        "status": "no_agent",
        "message": "You have no AI agent yet.",
        "setup_required": True,
    }


def test_a_tenant_sees_its_ai_agent_and_what_it_has_ever_done() -> None:
    ai_agent = AIAgentFactory(
        status=Status.LEARNING,
        training_level=20,
        personality_type="persuasive",
        working_hours_start=time(8, 30),
        working_hours_end=time(17),
    )
    call(ai_agent, "converted", at=NOW - timedelta(days=400), satisfaction=3)
    call(ai_agent, "interested")
    call(AIAgentFactory(), "converted", satisfaction=5)  # another tenant's
    assert of(ai_agent.owner) == {
        "id": ai_agent.pk,
        "name": ai_agent.name,
        "status": "learning",
        "training_level": 20,
        "personality_type": "persuasive",
        "is_ready_for_calls": True,
        "performance": {
            "calls_handled": 2,
            "successful_conversions": 1,
            "conversion_rate": 50.0,
            "customer_satisfaction": 3.0,
        },
        "working_hours": {"start": "08:30", "end": "17:00"},
    }


def test_of_several_the_first_that_is_ready_is_shown() -> None:
    tenant = TenantFactory()
    first = AIAgentFactory(owner=tenant, status=Status.PAUSED)
    second = AIAgentFactory(owner=tenant, training_level=19)
    assert of(tenant)["id"] == first.pk
    third = AIAgentFactory(owner=tenant)
    AIAgentFactory(owner=tenant)
    assert of(tenant)["id"] == third.pk
    AIAgent.objects.filter(pk=second.pk).update(training_level=20)
    assert of(tenant)["id"] == second.pk
