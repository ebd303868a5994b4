"""Every pair of statuses: what the table allows succeeds, everything else is refused and changes nothing."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from domain import transitions
from domain.errors import IllegalTransition
from domain.models import AgentState, AIAgent, Call, Callback, Payment, Subscription, SystemAlert
from domain.services import (
    agents,
    ai_agents,
    callbacks,
    calls,
    payments,
    queue,
    subscriptions,
    system_alerts,
    webhooks,
)
from tests.factories import (
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    PaymentFactory,
    SubscriptionFactory,
    SystemAlertFactory,
    WebhookEventFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("what", transitions.TABLES)
def test_every_table_covers_every_status(what):
    table, statuses = transitions.TABLES[what]
    assert set(table) == set(statuses)
    assert set().union(*table.values()) <= set(statuses)


@pytest.mark.parametrize("what", transitions.TABLES)
def test_check_allows_the_table_and_nothing_else(what):
    table, statuses = transitions.TABLES[what]
    for current in statuses:
        for wanted in statuses:
            if wanted in table[current]:
                transitions.check(what, current, wanted)
            else:
                with pytest.raises(IllegalTransition) as refusal:
                    transitions.check(what, current, wanted)
                assert (refusal.value.what, refusal.value.current, refusal.value.wanted) == (
                    what,
                    current,
                    wanted,
                )


def attempt(table, row, act, wanted, refused, *, status="status", also=()):
    """``act`` brings ``row`` to ``wanted`` if the table (or ``also``) lets it, and is refused otherwise."""
    current = getattr(row, status)
    if wanted in table[current] or current in also:
        act()
        row.refresh_from_db()
        assert getattr(row, status) == wanted
    else:
        with refused(IllegalTransition) as refusal:
            act()
        assert refusal.value.current == current


# What each service makes of a call from the queue, and whence beyond the table.
INBOUND = {
    "offer": (lambda call, agent: queue.offer_call(call=call, agent=agent), "ringing", ()),
    "return": (lambda call, agent: queue.return_call(call=call), "queued", ()),
    # Straight from the queue: offered and answered in one.
    "answer": (lambda call, agent: calls.answer_call(call=call, agent=agent), "in_progress", ("queued",)),
    "forward": (lambda call, agent: calls.forward_call(call=call), "forwarding", ()),
    "end": (lambda call, agent: calls.end_call(call=call), "completed", ()),
    "busy": (lambda call, agent: calls.miss_call(call=call, status="busy"), "busy", ()),
    "no answer": (lambda call, agent: calls.miss_call(call=call, status="no_answer"), "no_answer", ()),
    "fail": (lambda call, agent: calls.miss_call(call=call, status="failed"), "failed", ()),
    "abandon": (lambda call, agent: calls.abandon_call(call=call), "canceled", ()),
    "callback": (
        lambda call, agent: queue.request_callback(call=call, due_at=timezone.now() + timedelta(hours=1)),
        "canceled",
        (),
    ),
}


@pytest.mark.parametrize("action", INBOUND)
@pytest.mark.parametrize("status", Call.Status.values)
def test_inbound_call(status, action, refused):
    agent = AgentFactory(state="available")
    call = CallFactory(status=status, owner=agent.owner, offered=True)
    entry = call.queue_entry
    if entry.status == "assigned":
        type(entry).objects.update(assigned_agent=agent)
    act, wanted, also = INBOUND[action]
    if (status, action) == ("forwarding", "answer"):
        with refused(IllegalTransition):  # whoever has a forwarded call answered it; another one takes over
            act(call, agent)
        return
    attempt(transitions.CALL, call, partial(act, call, agent), wanted, refused, also=also)
    entry.refresh_from_db()
    call.refresh_from_db()
    assert (entry.left_at is None) == (call.status in ("queued", "ringing"))


OUTBOUND = {
    "ring": (lambda call: calls.ring_call(call=call), "ringing", ()),
    # The provider's event that it rang may be late or lost.
    "answer": (lambda call: calls.answer_call(call=call), "in_progress", ("queued",)),
    "forward": (lambda call: calls.forward_call(call=call), "forwarding", ()),
    "end": (lambda call: calls.end_call(call=call), "completed", ()),
    "busy": (lambda call: calls.miss_call(call=call, status="busy"), "busy", ()),
    "no answer": (lambda call: calls.miss_call(call=call, status="no_answer"), "no_answer", ()),
    "fail": (lambda call: calls.miss_call(call=call, status="failed"), "failed", ()),
    "cancel": (lambda call: calls.abandon_call(call=call), "canceled", ()),
}


@pytest.mark.parametrize("action", OUTBOUND)
@pytest.mark.parametrize("status", Call.Status.values)
def test_outbound_call(status, action, refused):
    call = CallFactory(status=status, direction="outbound")
    act, wanted, also = OUTBOUND[action]
    if (status, action) == ("forwarding", "answer"):
        with refused(IllegalTransition):
            act(call)
        return
    attempt(transitions.CALL, call, partial(act, call), wanted, refused, also=also)


@pytest.mark.parametrize("status", Call.Status.values)
def test_only_a_call_that_is_being_forwarded_is_taken_over(status, refused):
    agent = AgentFactory(state="available")
    call = CallFactory(status=status, owner=agent.owner)
    if status == "forwarding":
        assert calls.take_over(call=call, agent=agent).status == "in_progress"
    else:
        with refused(IllegalTransition):
            calls.take_over(call=call, agent=agent)


@pytest.mark.parametrize("wanted", Callback.Status.values)
@pytest.mark.parametrize("status", Callback.Status.values)
def test_callback(status, wanted, refused):
    callback = CallbackFactory(status=status)
    act = {
        "scheduled": lambda: callbacks.reschedule_callback(
            callback=callback, due_at=timezone.now() + timedelta(days=1)
        ),
        "in_progress": lambda: callbacks.start_callback(callback=callback),
        "completed": lambda: callbacks.complete_callback(callback=callback),
        "cancelled": lambda: callbacks.cancel_callback(callback=callback),
    }[wanted]
    attempt(transitions.CALLBACK, callback, act, wanted, refused)


@pytest.mark.parametrize("wanted", [status for status in Payment.Status.values if status != "pending"])
@pytest.mark.parametrize("status", Payment.Status.values)
def test_payment(status, wanted, refused):
    payment = PaymentFactory(status=status, amount=40)
    act = {
        "paid": lambda: payments.mark_paid(payment=payment),
        "failed": lambda: payments.mark_failed(payment=payment),
        "canceled": lambda: payments.cancel_payment(payment=payment),
        "partially_refunded": lambda: payments.refund(payment=payment, amount=5),
        "refunded": lambda: payments.refund(payment=payment),
    }[wanted]
    attempt(transitions.PAYMENT, payment, act, wanted, refused)


@pytest.mark.parametrize("wanted", Subscription.Status.values)
@pytest.mark.parametrize("status", Subscription.Status.values)
def test_subscription(status, wanted, refused):
    subscription = SubscriptionFactory(status=status)
    act = partial(subscriptions.change_status, subscription=subscription, status=wanted)
    attempt(transitions.SUBSCRIPTION, subscription, act, wanted, refused)
    history = list(subscription.changes.order_by("pk").values_list("from_status", "to_status"))
    subscription.refresh_from_db()
    assert history == [("", status)] + ([(status, wanted)] if subscription.status != status else [])


@pytest.mark.parametrize("wanted", AIAgent.Status.values)
@pytest.mark.parametrize("status", AIAgent.Status.values)
def test_ai_agent(status, wanted, refused):
    ai_agent = AIAgentFactory(status=status)
    act = partial(ai_agents.change_status, ai_agent=ai_agent, status=wanted)
    attempt(transitions.AI_AGENT, ai_agent, act, wanted, refused)


@pytest.mark.parametrize("wanted", AgentState.State.values)
@pytest.mark.parametrize("state", AgentState.State.values)
def test_agent_state(state, wanted, refused):
    agent = AgentFactory(state=state)
    if state == "on_call":
        CallFactory(agent=agent, status="in_progress")
    before = agent.agent_states.get()
    act = partial(agents.change_state, agent=agent, state=wanted)
    if wanted in transitions.AGENT_STATE[state]:
        now = act()
        before.refresh_from_db()
        assert (now.state, now.since, now.until) == (wanted, before.until, None)
        assert agents.current_state(agent) == wanted
    else:
        with refused(IllegalTransition):
            act()


@pytest.mark.parametrize("wanted", ["applied", "ignored", "failed", "received"])
@pytest.mark.parametrize("status", ["received", "applied", "ignored", "failed"])
def test_webhook_event(status, wanted, refused):
    event = WebhookEventFactory(status=status)
    act = partial(webhooks.settle_event, event=event, status=wanted)
    attempt(transitions.WEBHOOK_EVENT, event, act, wanted, refused)


@pytest.mark.parametrize("status", SystemAlert.Status.values)
def test_system_alert(status, refused):
    now = timezone.now()
    hour = timedelta(hours=1)
    alert = SystemAlertFactory(
        starts_at=now + hour if status == "scheduled" else now - 2 * hour,
        expires_at=now - hour if status == "expired" else now + 2 * hour,
        withdrawn_at=now - hour if status == "withdrawn" else None,
    )
    assert alert.status_at(now) == status
    change = partial(system_alerts.change_system_alert, alert=alert, title="Changed")
    withdraw = partial(system_alerts.withdraw_system_alert, alert=alert)
    if status in ("scheduled", "live"):
        assert change().title == "Changed"
        assert withdraw().status_at(now) == "withdrawn"
    else:
        for act in (change, withdraw):
            with refused(IllegalTransition):
                act()
