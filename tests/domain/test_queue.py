"""How an inbound call waits."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from domain.errors import Conflict, InvalidInput
from domain.models import Call, Customer
from domain.services import calls, queue
from tests.factories import AgentFactory, AIAgentFactory, CallFactory, CustomerFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)


class TestArriving:
    def test_makes_a_waiting_call_with_one_instant(self):
        owner = TenantFactory()
        customer = CustomerFactory(owner=owner)
        call = queue.receive_call(owner=owner, phone_number=customer.phone, priority=1, at=NOON)
        call.refresh_from_db()
        entry = call.queue_entry
        assert (call.direction, call.status, call.customer) == ("inbound", "queued", customer)
        assert (entry.status, entry.priority, entry.assigned_agent) == ("waiting", 1, None)
        assert call.queued_at == call.started_at == entry.queued_at == NOON

    def test_straight_to_the_ai_agent_has_no_entry(self):
        ai_agent = AIAgentFactory()
        call = queue.receive_call(
            owner=ai_agent.owner, phone_number="+14155550123", ai_agent=ai_agent, queued=False
        )
        assert (call.status, call.queued_at, hasattr(call, "queue_entry")) == ("ringing", None, False)

    def test_from_a_withheld_number(self):
        assert queue.receive_call(owner=TenantFactory(), phone_number="").customer is None

    def test_never_knows_another_tenants_customer(self):
        stranger = CustomerFactory()
        call = queue.receive_call(owner=TenantFactory(), phone_number=stranger.phone)
        assert call.customer is None

    @pytest.mark.parametrize("what", ["customer", "ai_agent"])
    def test_never_mixes_tenants(self, what, refused):
        owner = TenantFactory()
        stranger = {"customer": CustomerFactory, "ai_agent": AIAgentFactory}[what]()
        with refused(InvalidInput) as refusal:
            queue.receive_call(owner=owner, phone_number="+14155550123", **{what: stranger})
        assert refusal.value.field == what

    @pytest.mark.parametrize("bad", [{"priority": 0}, {"priority": 6}, {"phone_number": "private"}])
    def test_refuses_what_cannot_be(self, bad, refused):
        owner = TenantFactory()
        with refused(InvalidInput) as refusal:
            queue.receive_call(**{"owner": owner, "phone_number": "+14155550123", **bad})
        assert refusal.value.field == next(iter(bad))

    def test_once_for_each_id_of_a_provider(self, refused):
        known = CallFactory(provider="twilio", provider_call_id="CA1")
        with refused(Conflict):
            queue.receive_call(
                owner=known.owner,
                phone_number="+14155550123",
                provider="twilio",
                provider_call_id="CA1",
            )


class TestOffering:
    def test_rings_at_the_agent(self):
        agent = AgentFactory(state="available")
        call = CallFactory(status="queued", owner=agent.owner, offered=True, started_at=NOON)
        entry = queue.offer_call(call=call, agent=agent, at=LATER)
        call.refresh_from_db()
        assert call.status == "ringing"
        assert (entry.status, entry.assigned_agent, entry.assigned_at) == ("assigned", agent, LATER)

    @pytest.mark.parametrize("state", ["on_call", "wrap_up", "break", "offline", None])
    def test_to_an_agent_who_is_not_available_is_refused_unless_it_happened(self, state, refused):
        agent = AgentFactory(state=state)
        call = CallFactory(status="queued", owner=agent.owner, offered=True)
        with refused(Conflict):
            queue.offer_call(call=call, agent=agent)
        assert queue.offer_call(call=call, agent=agent, recorded=True).status == "assigned"

    def test_to_another_tenants_agent_is_refused(self, refused):
        call = CallFactory(status="queued", offered=True)
        stranger = AgentFactory(state="available")
        with refused(InvalidInput):
            queue.offer_call(call=call, agent=stranger, recorded=True)

    def test_of_a_call_outside_the_queue_is_refused(self, refused):
        agent = AgentFactory(state="available")
        call = CallFactory(status="ringing", owner=agent.owner, direction="outbound")
        with refused(InvalidInput):
            queue.offer_call(call=call, agent=agent)


class TestReturning:
    def test_keeps_the_place_in_the_queue(self):
        call = CallFactory(status="ringing", offered=True, started_at=NOON)
        entry = queue.return_call(call=call)
        call.refresh_from_db()
        assert (call.status, call.queued_at) == ("queued", NOON)
        assert (entry.status, entry.assigned_agent, entry.assigned_at, entry.queued_at) == (
            "waiting",
            None,
            None,
            NOON,
        )

    def test_of_all_that_is_offered_to_one_agent_touches_nothing_else(self):
        agent = AgentFactory()
        mine = CallFactory(status="ringing", owner=agent.owner, offered=True)
        type(mine.queue_entry).objects.update(assigned_agent=agent)
        others = CallFactory(status="ringing", owner=agent.owner, offered=True)
        talking = CallFactory(status="in_progress", agent=agent, offered=True)
        assert queue.return_calls_of(agent=agent) == 1
        statuses = dict(Call.objects.values_list("pk", "status"))
        assert statuses == {mine.pk: "queued", others.pk: "ringing", talking.pk: "in_progress"}


class TestPriority:
    def test_changes_while_the_call_waits(self):
        call = CallFactory(status="queued", offered=True)
        assert queue.change_priority(call=call, priority=1).priority == 1

    def test_of_a_call_that_has_left_is_refused(self, refused):
        call = CallFactory(status="in_progress", offered=True)
        with refused(Conflict):
            queue.change_priority(call=call, priority=1)

    @pytest.mark.parametrize("priority", [0, 6, -1])
    def test_is_one_to_five(self, priority, refused):
        call = CallFactory(status="queued", offered=True)
        with refused(InvalidInput) as refusal:
            queue.change_priority(call=call, priority=priority)
        assert refusal.value.field == "priority"


class TestAskingForACallback:
    def test_ends_the_waiting_and_makes_the_promise(self):
        agent = AgentFactory()
        customer = CustomerFactory(owner=agent.owner)
        call = CallFactory(status="queued", customer=customer, offered=True, started_at=NOON)
        due = NOON + timedelta(hours=2)
        callback = queue.request_callback(
            call=call, due_at=due, priority=2, assigned_agent=agent, reason="Price", at=LATER
        )
        call.refresh_from_db()
        call.queue_entry.refresh_from_db()
        assert (call.status, call.ended_reason, call.ended_at) == ("canceled", "callback", LATER)
        assert call.outcome == ""  # nobody answered it: it is neither a success nor a failure
        assert (call.queue_entry.status, call.queue_entry.left_at) == ("callback", LATER)
        assert (callback.customer, callback.due_at, callback.assigned_agent) == (customer, due, agent)
        assert (callback.owner, callback.status, callback.created_at) == (call.owner, "scheduled", LATER)

    def test_makes_a_customer_of_an_unknown_caller(self):
        call = CallFactory(status="ringing", offered=True, phone_number="+14155550123")
        callback = queue.request_callback(call=call, due_at=timezone.now() + timedelta(hours=1))
        call.refresh_from_db()
        assert call.customer == callback.customer == Customer.objects.get(phone="+14155550123")

    def test_needs_a_number_to_call_back(self, refused):
        call = CallFactory(status="queued", offered=True, phone_number="")
        with refused(InvalidInput) as refusal:
            queue.request_callback(call=call, due_at=timezone.now() + timedelta(hours=1))
        assert refusal.value.field == "phone"

    def test_is_not_for_the_past(self, refused):
        call = CallFactory(status="queued", offered=True)
        with refused(InvalidInput) as refusal:
            queue.request_callback(call=call, due_at=timezone.now() - timedelta(hours=1))
        assert refusal.value.field == "due_at"


def test_a_whole_life():
    agent = AgentFactory(state="available", state__since=NOON)
    call = queue.receive_call(owner=agent.owner, phone_number="+14155550123", at=NOON)
    queue.offer_call(call=call, agent=agent, at=NOON + timedelta(seconds=5))
    queue.return_call(call=call)
    queue.offer_call(call=call, agent=agent, at=NOON + timedelta(seconds=20))
    calls.answer_call(call=call, at=NOON + timedelta(seconds=25))
    call = calls.end_call(call=call, outcome="interested", at=NOON + timedelta(seconds=85))
    assert call.talk_s == 60
    assert list(agent.agent_states.order_by("since").values_list("state", flat=True)) == [
        "available",
        "on_call",
        "wrap_up",
    ]
