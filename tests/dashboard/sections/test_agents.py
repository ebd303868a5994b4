"""``agent_info`` and ``performance_metrics``: what agents read about themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import User
from tests.dashboard.computing import compute, section_of
from tests.factories import AgentFactory, AgentStateFactory, CallFactory, QueueEntryFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
NOTHING = {"today": None, "week": None, "month": None, "all": None}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def info(agent: User) -> Any:
    return compute("agent_info", "agents", agent, NOW).value


def metrics(agent: User, now: datetime = NOW) -> Any:
    return compute("performance_metrics", "agents", agent, now).value


def test_an_agent_without_profile_and_history_has_a_normal_document() -> None:
    agent = AgentFactory(profile=False)
    assert info(agent) == {
        "id": agent.pk,
        "user_email": agent.email,
        "status": "offline",
        "employee_id": None,
    }
    assert metrics(agent) == {
        "agent_status": "offline",
        "calls_today": 0,
        "calls_this_week": 0,
        "calls_this_month": 0,
        "success_rate": None,
        "customer_satisfaction": None,
        "avg_call_duration": None,
        "service_level": NOTHING,
        "asa_seconds": NOTHING,
        "aht_seconds": NOTHING,
        "abandonment_rate": NOTHING,
        "occupancy": None,
    }


def test_the_present_state_is_the_open_one() -> None:
    agent = AgentFactory(profile__employee_id="E7")
    AgentStateFactory(agent=agent, state="break", since=ago(hours=2), until=ago(hours=1))
    AgentStateFactory(agent=agent, state="on_call", since=ago(hours=1))
    assert (info(agent)["status"], info(agent)["employee_id"]) == ("on_call", "E7")
    assert metrics(agent)["agent_status"] == "on_call"


def test_own_calls_in_the_tenants_zone() -> None:
    agent = AgentFactory(owner=TenantFactory(timezone="Asia/Kathmandu"), timezone="America/New_York")
    midnight = datetime(2026, 5, 19, 18, 15, tzinfo=UTC)
    CallFactory(agent=agent, started_at=midnight)
    CallFactory(agent=agent, started_at=midnight - timedelta(seconds=1))
    CallFactory(agent=AgentFactory(owner=agent.owner), started_at=midnight)
    found = metrics(agent)
    assert (found["calls_today"], found["calls_this_week"]) == (1, 2)


def test_success_satisfaction_and_duration_of_own_calls() -> None:
    agent = AgentFactory()
    CallFactory(agent=agent, outcome="converted", satisfaction=5, talk_s=100, hold_s=20, acw_s=99)
    CallFactory(agent=agent, outcome="not_interested", satisfaction=2, talk_s=60)
    CallFactory(agent=agent, status="in_progress")
    CallFactory(owner=agent.owner, outcome="converted", satisfaction=1)
    found = metrics(agent)
    # Three were answered, two are over.
    assert found["success_rate"] == 33.3
    assert found["customer_satisfaction"] == 3.5
    assert found["avg_call_duration"] == 90.0


def test_own_rates_are_about_the_calls_that_were_offered_to_the_agent() -> None:
    agent = AgentFactory()
    queued_at = ago(hours=1)
    for waited in (10, 30):
        CallFactory(
            agent=agent, offered=True, started_at=queued_at, answered_at=queued_at + timedelta(seconds=waited)
        )
    CallFactory(
        owner=agent.owner,
        status="canceled",
        offered=True,
        started_at=queued_at,
        ended_at=queued_at + timedelta(seconds=50),
        queue_entry__assigned_agent=agent,
    )
    CallFactory(owner=agent.owner, status="canceled", offered=True, started_at=queued_at)  # rang at nobody
    found = metrics(agent)
    assert found["service_level"]["today"] == 33.3
    assert found["asa_seconds"]["today"] == 20.0
    assert found["abandonment_rate"]["today"] == 33.3


def test_occupancy_goes_by_full_minutes_and_by_the_tenants_day() -> None:
    agent = AgentFactory(owner=TenantFactory(timezone="Asia/Kathmandu"))
    midnight = datetime(2026, 5, 19, 18, 15, tzinfo=UTC)
    AgentStateFactory(
        agent=agent, state="on_call", since=midnight - timedelta(hours=1), until=midnight + timedelta(hours=1)
    )
    AgentStateFactory(agent=agent, state="available", since=midnight + timedelta(hours=1))
    now = midnight + timedelta(hours=4)
    assert metrics(agent, now)["occupancy"] == 25.0
    assert section_of("performance_metrics", "agents").tick == timedelta(minutes=1)


def test_another_tenants_calls_and_those_of_a_former_tenant_do_not_count() -> None:
    agent = AgentFactory()
    CallFactory(agent=agent, started_at=ago(hours=1), offered=True)
    QueueEntryFactory(status="assigned", assigned_agent=agent, since=ago(minutes=1))
    before = metrics(AgentFactory())
    User.objects.filter(pk=agent.pk).update(owner=TenantFactory())
    assert metrics(agent) == before
