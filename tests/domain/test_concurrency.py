"""What happens when two people do the same thing at the same moment: one wins, one is told."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone

from domain.errors import Conflict, DomainError, IllegalTransition, InvalidInput
from domain.models import AgentState, Call, Customer, QueueEntry, Subscription, WebhookEvent
from domain.services import agents, calls, payments, people, queue, subscriptions, webhooks
from tests.factories import (
    AgentFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    PlanFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Run ``acts`` at the same moment, each on its own connection; results or refusals, in order."""
    barrier = Barrier(len(acts), timeout=20)

    def run(act):
        try:
            barrier.wait()
            return act()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


def refusals(results):
    return [result for result in results if isinstance(result, DomainError)]


@pytest.mark.parametrize("attempt", range(5))
def test_one_call_is_answered_by_one_agent(attempt):
    owner = TenantFactory()
    people_ = [AgentFactory(owner=owner, state="available") for _ in range(4)]
    call = CallFactory(owner=owner, status="queued", offered=True)
    results = at_once(*[lambda a=agent: calls.answer_call(call=call, agent=a) for agent in people_])
    lost = refusals(results)
    assert len(lost) == 3
    assert all(isinstance(refusal, IllegalTransition | Conflict) for refusal in lost)
    call.refresh_from_db()
    states = {agent: agents.current_state(agent) for agent in people_}
    assert Counter(states.values()) == {"on_call": 1, "available": 3}
    assert states[call.agent] == "on_call"
    assert QueueEntry.objects.get().assigned_agent == call.agent
    assert AgentState.objects.filter(until=None).count() == 4


def test_one_agent_answers_one_of_two_calls():
    agent = AgentFactory(state="available")
    waiting = [CallFactory(owner=agent.owner, status="queued", offered=True) for _ in range(2)]
    results = at_once(*[lambda c=call: calls.answer_call(call=c, agent=agent) for call in waiting])
    assert [type(refusal) for refusal in refusals(results)] == [Conflict]
    assert Counter(Call.objects.values_list("status", flat=True)) == {"in_progress": 1, "queued": 1}


def test_a_call_is_either_answered_or_abandoned():
    agent = AgentFactory(state="available")
    call = CallFactory(owner=agent.owner, status="queued", offered=True)
    results = at_once(
        lambda: calls.answer_call(call=call, agent=agent), lambda: calls.abandon_call(call=call)
    )
    assert [type(refusal) for refusal in refusals(results)] == [IllegalTransition]
    call.refresh_from_db()
    entry = QueueEntry.objects.get()
    assert (call.status, entry.status) in [("in_progress", "completed"), ("canceled", "abandoned")]


def test_crossing_take_overs_do_not_wait_for_each_other():
    first = AgentFactory(state="available")
    second = AgentFactory(owner=first.owner, state="available")
    one = CallFactory(agent=first, status="forwarding")
    two = CallFactory(agent=second, status="forwarding")
    results = at_once(
        lambda: calls.take_over(call=one, agent=second, recorded=True),
        lambda: calls.take_over(call=two, agent=first, recorded=True),
    )
    assert not refusals(results)
    assert [agents.current_state(agent) for agent in (first, second)] == ["on_call", "on_call"]


def test_an_agent_is_in_one_state():
    agent = AgentFactory(state="available")
    at_once(*[lambda s=state: agents.change_state(agent=agent, state=s) for state in ("break", "offline")])
    assert AgentState.objects.filter(agent=agent, until=None).count() == 1


def test_disabling_an_agent_and_answering_do_not_block_each_other():
    agent = AgentFactory(state="available")
    call = CallFactory(owner=agent.owner, status="ringing", offered=True)
    QueueEntry.objects.update(assigned_agent=agent)
    at_once(lambda: calls.answer_call(call=call, agent=agent), lambda: people.disable_user(user=agent))
    call.refresh_from_db()
    agent.refresh_from_db()
    assert not agent.is_active
    assert call.status in ("in_progress", "queued")


def test_one_subscription_for_each_tenant():
    tenant, plan = TenantFactory(), PlanFactory()
    results = at_once(*[lambda: subscriptions.start_subscription(user=tenant, plan=plan)] * 3)
    assert [type(refusal) for refusal in refusals(results)] == [Conflict, Conflict]
    assert Subscription.objects.count() == 1


def test_the_first_two_events_of_a_subscription_make_one():
    tenant, plan, now = TenantFactory(), PlanFactory(), timezone.now()

    def say(status, at):
        return subscriptions.record_provider_state(
            user=tenant,
            plan=plan,
            stripe_subscription_id="sub_1",
            status=status,
            current_period_start=now,
            current_period_end=now + timedelta(days=30),
            at=at,
        )

    results = at_once(lambda: say("incomplete", now), lambda: say("active", now + timedelta(seconds=1)))
    assert not refusals(results)
    assert Subscription.objects.get().status == "active"


def test_nothing_is_given_back_twice():
    payment = PaymentFactory(amount=Decimal(40))
    results = at_once(*[lambda: payments.refund(payment=payment, amount=Decimal(30))] * 2)
    assert [type(refusal) for refusal in refusals(results)] == [InvalidInput]
    payment.refresh_from_db()
    assert payment.refunded == 30


def test_an_employee_id_is_given_once():
    owner = TenantFactory()
    results = at_once(
        *[
            lambda n=n: people.create_agent(owner=owner, email=f"a{n}@example.com", employee_id="E1")
            for n in range(2)
        ]
    )
    assert [type(refusal) for refusal in refusals(results)] == [Conflict]
    assert owner.agents.count() == 1


def test_an_event_is_stored_once():
    results = at_once(*[lambda: webhooks.receive_event(provider="stripe", event_key="evt_1", payload={})] * 3)
    assert sorted(new for _, new in results) == [False, False, True]
    assert WebhookEvent.objects.count() == 1


def test_a_caller_of_two_calls_becomes_one_customer():
    owner = TenantFactory()
    CustomerFactory()
    waiting = [
        CallFactory(owner=owner, status="queued", offered=True, phone_number="+14155550123") for _ in range(2)
    ]
    due = timezone.now() + timedelta(hours=1)
    results = at_once(*[lambda c=call: queue.request_callback(call=c, due_at=due) for call in waiting])
    assert not refusals(results)
    assert Customer.objects.filter(phone="+14155550123").count() == 1
