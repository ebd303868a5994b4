"""A call from being placed or answered to its end."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.models import Call
from domain.services import agents, calls
from tests.factories import AgentFactory, AIAgentFactory, CallFactory, CustomerFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def seconds(n):
    return NOON + timedelta(seconds=n)


class TestPlacing:
    def test_keeps_what_it_was_given(self):
        owner = TenantFactory()
        customer = CustomerFactory(owner=owner)
        ai_agent = AIAgentFactory(owner=owner)
        call = calls.place_call(
            owner=owner,
            customer=customer,
            ai_agent=ai_agent,
            provider="vapi",
            provider_call_id="v1",
            at=NOON,
        )
        call.refresh_from_db()
        assert (call.direction, call.status, call.started_at, call.created_at) == (
            "outbound",
            "queued",
            NOON,
            NOON,
        )
        assert (call.customer, call.ai_agent, call.phone_number) == (customer, ai_agent, customer.phone)
        assert call.queued_at is None

    def test_to_a_bare_number_finds_the_tenants_customer(self):
        owner = TenantFactory()
        CustomerFactory(phone="+14155550123")
        mine = CustomerFactory(phone="+14155550123", owner=owner)
        assert calls.place_call(owner=owner, phone_number="+14155550123").customer == mine

    @pytest.mark.parametrize(
        "number", ["", "555", "0049301234", "+0123456789", "+49 30 1234567", "anonymous"]
    )
    def test_needs_a_number(self, number, refused):
        owner = TenantFactory()
        with refused(InvalidInput) as refusal:
            calls.place_call(owner=owner, phone_number=number)
        assert refusal.value.field == "phone_number"

    def test_never_to_somebody_who_asked_not_to_be_called(self, refused):
        customer = CustomerFactory(is_do_not_call=True)
        with refused(Conflict):
            calls.place_call(owner=customer.owner, customer=customer)
        with refused(Conflict):
            calls.place_call(owner=customer.owner, phone_number=customer.phone)

    @pytest.mark.parametrize(
        "unready", [{"status": "paused"}, {"status": "training"}, {"training_level": 19}]
    )
    def test_only_by_an_ai_agent_that_is_ready(self, unready, refused):
        ai_agent = AIAgentFactory(**unready)
        with refused(Conflict):
            calls.place_call(owner=ai_agent.owner, phone_number="+14155550123", ai_agent=ai_agent)

    @pytest.mark.parametrize("state", ["on_call", "wrap_up", "break", "offline", None])
    def test_only_by_an_agent_who_is_available(self, state, refused):
        agent = AgentFactory(state=state)
        with refused(Conflict):
            calls.place_call(owner=agent.owner, phone_number="+14155550123", agent=agent)

    def test_recorded_calls_ask_nobody(self):
        customer = CustomerFactory(is_do_not_call=True)
        ai_agent = AIAgentFactory(owner=customer.owner, status="paused")
        agent = AgentFactory(owner=customer.owner, state="break")
        calls.place_call(
            owner=customer.owner, customer=customer, ai_agent=ai_agent, agent=agent, recorded=True
        )

    def test_once_for_each_id_of_a_provider(self, refused):
        known = CallFactory(provider="twilio", provider_call_id="CA1")
        with refused(Conflict):
            calls.place_call(
                owner=known.owner,
                phone_number="+14155550123",
                provider="twilio",
                provider_call_id="CA1",
            )
        calls.place_call(
            owner=known.owner, phone_number="+14155550123", provider="vapi", provider_call_id="CA1"
        )

    @pytest.mark.parametrize("what", ["customer", "ai_agent", "agent"])
    def test_never_mixes_tenants(self, what, refused):
        owner = TenantFactory()
        stranger = {"customer": CustomerFactory, "ai_agent": AIAgentFactory, "agent": AgentFactory}[what]()
        with refused(InvalidInput) as refusal:
            calls.place_call(owner=owner, phone_number="+14155550123", **{what: stranger})
        assert refusal.value.field == what

    def test_belongs_to_a_tenant(self, refused):
        agent = AgentFactory()
        with refused(InvalidInput) as refusal:
            calls.place_call(owner=agent, phone_number="+14155550123")
        assert refusal.value.field == "owner"

    def test_an_inbound_call_is_not_rung_but_offered(self, refused):
        call = CallFactory(status="queued", direction="inbound")
        with refused(InvalidInput):
            calls.ring_call(call=call)


class TestAnswering:
    def test_moves_the_agent_onto_the_call(self):
        agent = AgentFactory(state="available")
        call = CallFactory(status="queued", owner=agent.owner, offered=True, started_at=NOON)
        call = calls.answer_call(call=call, agent=agent, at=seconds(7))
        entry = call.queue_entry
        entry.refresh_from_db()
        assert (call.status, call.agent, call.answered_at) == ("in_progress", agent, seconds(7))
        assert (entry.status, entry.left_at, entry.assigned_agent) == ("completed", seconds(7), agent)
        assert agents.current_state(agent) == "on_call"

    def test_of_an_offered_call_is_by_the_agent_it_was_offered_to(self):
        call = CallFactory(status="ringing", offered=True)
        agent = call.queue_entry.assigned_agent
        agents.change_state(agent=agent, state="available")
        assert calls.answer_call(call=call).agent == agent

    def test_of_a_call_offered_to_somebody_else_is_refused(self, refused):
        call = CallFactory(status="ringing", offered=True)
        other = AgentFactory(owner=call.owner, state="available")
        with refused(Conflict):
            calls.answer_call(call=call, agent=other)
        assert calls.answer_call(call=call, agent=other, recorded=True).agent == other

    @pytest.mark.parametrize("state", ["on_call", "wrap_up", "break", "offline", None])
    def test_by_an_agent_who_is_not_available_is_refused_unless_it_happened(self, state, refused):
        agent = AgentFactory(state=state)
        call = CallFactory(status="queued", owner=agent.owner, offered=True)
        with refused(Conflict):
            calls.answer_call(call=call, agent=agent)
        calls.answer_call(call=call, agent=agent, recorded=True)
        assert agents.current_state(agent) == "on_call"

    def test_by_a_disabled_agent_is_refused(self, refused):
        agent = AgentFactory(state="available", is_active=False)
        call = CallFactory(status="queued", owner=agent.owner, offered=True)
        with refused(Conflict):
            calls.answer_call(call=call, agent=agent)

    def test_by_another_tenants_agent_is_refused_even_if_recorded(self, refused):
        call = CallFactory(status="queued", offered=True)
        stranger = AgentFactory(state="available")
        for recorded in (False, True):
            with refused(InvalidInput):
                calls.answer_call(call=call, agent=stranger, recorded=recorded)

    def test_of_a_queued_call_needs_an_agent(self, refused):
        call = CallFactory(status="queued", offered=True)
        with refused(InvalidInput):
            calls.answer_call(call=call)

    def test_by_the_ai_agent_needs_nobody(self):
        ai_agent = AIAgentFactory()
        call = CallFactory(status="ringing", ai_agent=ai_agent)
        assert calls.answer_call(call=call).agent is None

    def test_never_precedes_the_arrival(self):
        call = CallFactory(status="ringing", direction="outbound", started_at=NOON)
        assert calls.answer_call(call=call, at=seconds(-3)).answered_at == NOON

    def test_of_a_deleted_call_is_refused(self, refused):
        call = CallFactory(status="ringing")
        Call.objects.all().delete()
        with refused(NotFound):
            calls.answer_call(call=call)

    def test_needs_an_instant_with_a_zone(self, refused):
        call = CallFactory(status="ringing", direction="outbound")
        with refused(InvalidInput) as refusal:
            calls.answer_call(call=call, at=datetime(2026, 3, 2))  # noqa: DTZ001
        assert refusal.value.field == "at"


class TestForwarding:
    def test_hands_the_call_from_one_agent_to_the_next(self):
        first = AgentFactory(state="on_call")
        second = AgentFactory(owner=first.owner, state="available")
        call = calls.forward_call(call=CallFactory(agent=first, status="in_progress"))
        assert agents.current_state(first) == "on_call"
        call = calls.take_over(call=call, agent=second)
        assert (call.agent, call.status) == (second, "in_progress")
        assert agents.current_state(first) == "wrap_up"
        assert agents.current_state(second) == "on_call"

    def test_from_an_ai_agent(self):
        agent = AgentFactory(state="available")
        call = CallFactory(owner=agent.owner, status="forwarding")
        assert calls.take_over(call=call, agent=agent).agent == agent

    @pytest.mark.parametrize("state", ["on_call", "wrap_up", "break", "offline", None])
    def test_to_an_agent_who_is_not_available_is_refused(self, state, refused):
        agent = AgentFactory(state=state)
        call = CallFactory(owner=agent.owner, status="forwarding")
        with refused(Conflict):
            calls.take_over(call=call, agent=agent)
        calls.take_over(call=call, agent=agent, recorded=True)

    def test_to_oneself_or_a_stranger_is_refused(self, refused):
        agent = AgentFactory(state="available")
        stranger = AgentFactory(state="available")
        call = CallFactory(agent=agent, status="forwarding")
        with refused(Conflict):
            calls.take_over(call=call, agent=agent)
        with refused(InvalidInput):
            calls.take_over(call=call, agent=stranger)


class TestEnding:
    def test_measures_the_talk_and_moves_the_agent_to_wrap_up(self):
        agent = AgentFactory(state="on_call", state__since=NOON)
        call = CallFactory(agent=agent, status="in_progress", started_at=NOON)  # answered 10 s later
        call = calls.end_call(
            call=call, hold_s=20, outcome="converted", satisfaction=5, notes="Bought two", at=seconds(100)
        )
        call.refresh_from_db()
        assert (call.status, call.ended_reason, call.ended_at) == ("completed", "hangup", seconds(100))
        assert (call.talk_s, call.hold_s, call.acw_s) == (70, 20, 0)
        assert (call.outcome, call.satisfaction, call.notes) == ("converted", 5, "Bought two")
        assert agents.current_state(agent) == "wrap_up"

    def test_takes_the_durations_a_provider_reports(self):
        call = calls.end_call(
            call=CallFactory(status="in_progress", started_at=NOON),
            talk_s=5,
            hold_s=1,
            acw_s=9,
            at=seconds(60),
        )
        assert (call.talk_s, call.hold_s, call.acw_s) == (5, 1, 9)

    @pytest.mark.parametrize(
        ("field", "value"),
        [("outcome", "delighted"), ("satisfaction", 0), ("satisfaction", 6), ("talk_s", -1), ("acw_s", -1)],
    )
    def test_refuses_what_cannot_be(self, field, value, refused):
        call = CallFactory(status="in_progress", agent=AgentFactory(state="on_call"))
        with refused(InvalidInput) as refusal:
            calls.end_call(call=call, **{field: value})
        assert refusal.value.field == field

    def test_keeps_what_was_said_during_the_call(self):
        call = CallFactory(status="in_progress")
        calls.describe_call(call=call, outcome="interested", satisfaction=4, notes="Likes it")
        call = calls.end_call(call=call)
        assert (call.outcome, call.satisfaction, call.notes) == ("interested", 4, "Likes it")

    def test_of_one_of_two_calls_leaves_the_agent_on_the_other(self):
        agent = AgentFactory(state="on_call")
        CallFactory(agent=agent, status="in_progress")
        calls.end_call(call=CallFactory(agent=agent, status="in_progress"))
        assert agents.current_state(agent) == "on_call"

    def test_leaves_alone_an_agent_who_has_left(self):
        agent = AgentFactory(state="offline")
        calls.end_call(call=CallFactory(agent=agent, status="in_progress"))
        assert agents.current_state(agent) == "offline"


class TestDescribing:
    def test_changes_only_what_is_given(self):
        call = CallFactory(outcome="interested", satisfaction=4, notes="Likes it")
        call = calls.describe_call(call=call, outcome="converted")
        assert (call.outcome, call.satisfaction, call.notes) == ("converted", 4, "Likes it")

    def test_a_call_that_nobody_answered_has_no_outcome(self, refused):
        call = CallFactory(status="no_answer")
        for said in ({"outcome": "interested"}, {"satisfaction": 5}):
            with refused(Conflict):
                calls.describe_call(call=call, **said)
        assert calls.describe_call(call=call, notes="Try again on Monday").notes == "Try again on Monday"


class TestComingToNothing:
    @pytest.mark.parametrize("status", ["busy", "no_answer", "failed"])
    def test_outbound(self, status):
        call = CallFactory(status="ringing", direction="outbound", started_at=NOON)
        call = calls.miss_call(call=call, status=status, at=seconds(30))
        assert (call.status, call.ended_reason, call.ended_at) == (status, status, seconds(30))
        assert (call.answered_at, call.talk_s) == (None, 0)

    def test_a_line_that_breaks_while_talking_frees_the_agent(self):
        agent = AgentFactory(state="on_call")
        call = CallFactory(agent=agent, status="in_progress", started_at=NOON)
        call = calls.miss_call(call=call, status="failed", at=seconds(40))
        assert (call.status, call.talk_s) == ("failed", 30)
        assert agents.current_state(agent) == "wrap_up"

    def test_in_the_queue_counts_as_abandoned(self):
        call = CallFactory(status="ringing", offered=True, started_at=NOON)
        calls.miss_call(call=call, status="failed", at=seconds(40))
        call.queue_entry.refresh_from_db()
        assert (call.queue_entry.status, call.queue_entry.left_at) == ("abandoned", seconds(40))

    @pytest.mark.parametrize("status", ["completed", "canceled", "queued", "lost"])
    def test_is_busy_no_answer_or_failed(self, status, refused):
        call = CallFactory(status="ringing")
        with refused(InvalidInput):
            calls.miss_call(call=call, status=status)

    def test_abandoning_the_queue(self):
        call = CallFactory(status="queued", offered=True, started_at=NOON)
        call = calls.abandon_call(call=call, at=seconds(12))
        call.queue_entry.refresh_from_db()
        assert (call.status, call.ended_reason, call.ended_at) == ("canceled", "abandoned", seconds(12))
        assert (call.queue_entry.status, call.queue_entry.left_at) == ("abandoned", seconds(12))

    def test_cancelling_an_outbound_call(self):
        call = calls.abandon_call(call=CallFactory(status="ringing", direction="outbound"))
        assert (call.status, call.ended_reason) == ("canceled", "canceled")
