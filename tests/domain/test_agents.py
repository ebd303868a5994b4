"""The stretches of an agent's day."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import IllegalTransition, InvalidInput
from domain.services import agents, calls
from tests.factories import AgentFactory, CallFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minutes(n):
    return NOON + timedelta(minutes=n)


def day_of(agent):
    return list(agent.agent_states.order_by("since", "pk").values_list("state", "since", "until"))


def test_every_stretch_begins_where_the_last_one_ends():
    agent = AgentFactory(state="offline", state__since=NOON)
    agents.change_state(agent=agent, state="available", at=minutes(1))
    agents.change_state(agent=agent, state="break", at=minutes(5))
    assert day_of(agent) == [
        ("offline", NOON, minutes(1)),
        ("available", minutes(1), minutes(5)),
        ("break", minutes(5), None),
    ]


def test_an_agent_without_a_past_is_offline():
    agent = AgentFactory()
    assert agents.current_state(agent) == "offline"
    agents.change_state(agent=agent, state="available", at=NOON)
    assert day_of(agent) == [("available", NOON, None)]


def test_time_does_not_run_backwards():
    agent = AgentFactory(state="available", state__since=minutes(5))
    agents.change_state(agent=agent, state="break", at=NOON)
    assert day_of(agent) == [("available", minutes(5), minutes(5)), ("break", minutes(5), None)]


def test_an_unknown_state_is_refused(refused):
    agent = AgentFactory(state="available")
    with refused(IllegalTransition):
        agents.change_state(agent=agent, state="asleep")


def test_only_agents_have_states(refused):
    tenant = TenantFactory()
    with refused(InvalidInput):
        agents.change_state(agent=tenant, state="available")


def test_nobody_walks_away_from_a_call(refused):
    agent = AgentFactory(state="on_call")
    CallFactory(agent=agent, status="in_progress")
    for state in ("available", "break", "offline", "wrap_up"):
        with refused(IllegalTransition):
            agents.change_state(agent=agent, state=state)


def test_an_agent_whose_call_vanished_is_not_stuck():
    agent = AgentFactory(state="on_call")
    agents.change_state(agent=agent, state="available")
    assert agents.current_state(agent) == "available"


class TestAfterCallWork:
    @pytest.fixture
    def wrapping_up(self):
        agent = AgentFactory(state="on_call", state__since=NOON)
        call = CallFactory(agent=agent, status="in_progress", started_at=NOON)
        return agent, call

    def test_is_measured_when_the_agent_moves_on(self, wrapping_up):
        agent, call = wrapping_up
        calls.end_call(call=call, at=minutes(3))
        agents.change_state(agent=agent, state="available", at=minutes(4))
        call.refresh_from_db()
        assert call.acw_s == 60

    def test_reported_by_the_provider_stays_as_reported(self, wrapping_up):
        agent, call = wrapping_up
        calls.end_call(call=call, acw_s=10, at=minutes(3))
        agents.change_state(agent=agent, state="available", at=minutes(4))
        call.refresh_from_db()
        assert call.acw_s == 10

    def test_ends_with_the_next_call_too(self, wrapping_up):
        agent, call = wrapping_up
        calls.end_call(call=call, at=minutes(3))
        following = CallFactory(status="ringing", owner=agent.owner, started_at=minutes(4))
        calls.answer_call(call=following, agent=agent, recorded=True, at=minutes(5))
        call.refresh_from_db()
        assert call.acw_s == 120
