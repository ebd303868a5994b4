"""Conflicting actions at the same moment: one winner, and a clear 409 for everybody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from domain.models import AgentState, Callback, Payment, QueueEntry, Subscription, SystemAlertChange
from tests.domain.api.conftest import Api
from tests.factories import (
    AdminFactory,
    AgentFactory,
    CallbackFactory,
    PaymentFactory,
    PlanFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    SystemAlertFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*requests: Callable[[], Any]) -> list[tuple[int, str]]:
    """The status of each answer and its error's code, of requests sent at the same moment; sorted."""
    start = Barrier(len(requests))

    def run(request: Callable[[], Any]) -> tuple[int, str]:
        try:
            start.wait(timeout=10)
            response = request()
            body = response.json()
            return response.status_code, body["errors"][0]["code"] if "errors" in body else ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(requests)) as pool:
        return sorted(future.result(timeout=60) for future in [pool.submit(run, each) for each in requests])


@pytest.fixture
def agents(transactional_db, tenant):
    return [Api(agent) for agent in AgentFactory.create_batch(4, owner=tenant, state="available")]


def test_one_of_several_agents_answers_a_call(agents, tenant):
    for _ in range(3):
        call = QueueEntryFactory(owner=tenant).call
        codes = at_once(*[lambda api=api, call=call: api.post(f"calls/{call.pk}/answer/") for api in agents])
        assert codes == [(200, "")] + [(409, "illegal_transition")] * 3
        call.refresh_from_db()
        winner = AgentState.objects.get(until=None, state="on_call").agent
        assert (call.status, call.agent, call.queue_entry.assigned_agent) == ("in_progress", winner, winner)
        assert Api(winner).post(f"calls/{call.pk}/end/", {"outcome": "converted"}).status_code == 200
        assert Api(winner).put("agent-state/", {"state": "available"}).status_code == 200


def test_one_of_several_agents_takes_a_waiting_call(agents, tenant):
    entry = QueueEntryFactory(owner=tenant)
    codes = at_once(*[lambda api=api: api.post(f"queue/{entry.call_id}/assign/") for api in agents])
    assert codes == [(200, "")] + [(409, "illegal_transition")] * 3
    entry.refresh_from_db()
    assert entry.status == QueueEntry.Status.ASSIGNED


def test_a_caller_who_hangs_up_while_the_call_is_answered(agents, tenant):
    entry = QueueEntryFactory(owner=tenant)
    codes = at_once(
        lambda: agents[0].post(f"calls/{entry.call_id}/answer/"),
        lambda: agents[1].post(f"queue/{entry.call_id}/abandon/"),
    )
    assert codes == [(200, ""), (409, "illegal_transition")]
    entry.refresh_from_db()
    assert (entry.status, entry.call.status) in {("completed", "in_progress"), ("abandoned", "canceled")}


def test_an_agent_answers_one_of_two_calls(agents, tenant):
    calls = [QueueEntryFactory(owner=tenant).call for _ in range(2)]
    codes = at_once(*[lambda call=call: agents[0].post(f"calls/{call.pk}/answer/") for call in calls])
    assert codes == [(200, ""), (409, "conflict")]


def test_a_callback_is_started_once(transactional_db, tenant):
    callback = CallbackFactory(owner=tenant)
    apis = [Api(tenant) for _ in range(3)]
    codes = at_once(*[lambda api=api: api.post(f"callbacks/{callback.pk}/start/") for api in apis])
    assert codes == [(200, "")] + [(409, "illegal_transition")] * 2
    callback.refresh_from_db()
    assert callback.status == Callback.Status.IN_PROGRESS


def test_a_payment_is_collected_once_and_charged_under_one_key(transactional_db, payments):
    payment = PaymentFactory(status="failed")
    apis = [Api(AdminFactory()) for _ in range(3)]
    codes = at_once(*[lambda api=api: api.post(f"payments/{payment.pk}/retry/") for api in apis])
    assert codes == [(200, ""), (409, "conflict"), (409, "conflict")]
    payment.refresh_from_db()
    assert (payment.status, payment.attempt_count) == (Payment.Status.PAID, 2)
    assert {charge["key"] for charge in payments.charged} == {f"{payment.invoice_id}:2"}


def test_a_declined_payment_counts_one_attempt(transactional_db, payments):
    payments.declines = True
    payment = PaymentFactory(status="failed")
    arrived = Barrier(2)  # both attempts are at the provider before either is recorded
    payments.meanwhile = lambda: arrived.wait(timeout=10)
    apis = [Api(AdminFactory()) for _ in range(2)]
    codes = at_once(*[lambda api=api: api.post(f"payments/{payment.pk}/retry/") for api in apis])
    assert codes == [(200, ""), (409, "conflict")]
    payment.refresh_from_db()
    assert (payment.status, payment.attempt_count) == (Payment.Status.FAILED, 2)


def test_the_last_place_of_a_plan_is_given_once(transactional_db, tenant):
    SubscriptionFactory(user=tenant, plan=PlanFactory(agents_allowed=2))
    AgentFactory(owner=tenant)
    away = AgentFactory(owner=tenant, is_active=False)
    apis = [Api(tenant) for _ in range(4)]
    codes = at_once(
        lambda: apis[0].post("users/invite/", {"email": "a@example.com", "employee_id": "A"}),
        lambda: apis[1].post("users/invite/", {"email": "b@example.com", "employee_id": "B"}),
        lambda: apis[2].post("users/invite/", {"email": "c@example.com", "employee_id": "C"}),
        lambda: apis[3].post(f"users/{away.pk}/enable/"),
    )
    assert [code for code in codes if code[0] == 409] == [(409, "limit_reached")] * 3
    assert tenant.agents.filter(is_active=True).count() == 2


def test_a_smaller_plan_or_one_agent_more(transactional_db, tenant, payments):
    subscription = SubscriptionFactory(user=tenant, plan=PlanFactory(agents_allowed=2))
    smaller = PlanFactory(name="starter", agents_allowed=1)
    AgentFactory(owner=tenant)
    apis = [Api(tenant) for _ in range(2)]
    codes = at_once(
        lambda: apis[0].post("users/invite/", {"email": "a@example.com", "employee_id": "A"}),
        lambda: apis[1].post(f"subscriptions/{subscription.pk}/plan/", {"plan": smaller.pk}),
    )
    assert codes[1] == (409, "limit_reached")
    subscription.refresh_from_db()
    working = tenant.agents.filter(is_active=True).count()
    assert working <= subscription.plan.agents_allowed


def test_a_tenant_subscribes_once_whatever_is_chosen(transactional_db, tenant, payments):
    plans = [PlanFactory(name=name, stripe_price_id=name) for name in ("starter", "pro", "enterprise")]
    asked = Barrier(3)  # all are at the provider before any is recorded
    payments.meanwhile = lambda: asked.wait(timeout=30)
    apis = [Api(tenant) for _ in plans]
    codes = at_once(
        *[
            lambda api=api, plan=plan: api.post("subscriptions/", {"plan": plan.pk})
            for api, plan in zip(apis, plans, strict=True)
        ]
    )
    assert codes == [(201, ""), (409, "conflict"), (409, "conflict")]
    assert Subscription.objects.filter(user=tenant).count() == 1
    assert len({order["key"] for order in payments.subscribed}) == 1


def test_one_of_two_choices_of_a_plan_holds(transactional_db, tenant, payments):
    subscription = SubscriptionFactory(user=tenant)
    plans = [PlanFactory(name="starter"), PlanFactory(name="enterprise")]
    asked = Barrier(2)
    payments.meanwhile = lambda: asked.wait(timeout=30)
    apis = [Api(tenant) for _ in plans]
    codes = at_once(
        *[
            lambda api=api, plan=plan: api.post(f"subscriptions/{subscription.pk}/plan/", {"plan": plan.pk})
            for api, plan in zip(apis, plans, strict=True)
        ]
    )
    assert codes == [(200, ""), (409, "conflict")]
    subscription.refresh_from_db()
    assert subscription.plan in plans


def test_a_callback_that_is_cancelled_while_it_is_given_away(transactional_db, tenant, agents):
    callback = CallbackFactory(owner=tenant)
    apis = [Api(tenant) for _ in range(3)]
    codes = at_once(
        lambda: apis[0].post(f"callbacks/{callback.pk}/cancel/"),
        lambda: apis[1].post(f"callbacks/{callback.pk}/assign/", {"agent": agents[0].user.pk}),
        lambda: apis[2].post(f"callbacks/{callback.pk}/priority/", {"priority": 1}),
    )
    assert set(codes) <= {(200, ""), (409, "conflict")}
    callback.refresh_from_db()
    given, urgent = callback.assigned_agent_id is not None, callback.priority == 1
    assert callback.status == "cancelled"
    assert codes.count((200, "")) == 1 + given + urgent


def test_an_announcement_is_withdrawn_once_and_on_record_once(transactional_db):
    alert = SystemAlertFactory()
    apis = [Api(AdminFactory()) for _ in range(3)]
    start = [lambda api=api: _with_body(api.delete(f"system-alerts/{alert.pk}/")) for api in apis]
    assert at_once(*start) == [(204, ""), (409, "illegal_transition"), (409, "illegal_transition")]
    assert SystemAlertChange.objects.filter(action="withdrawn").count() == 1


def _with_body(response: Any) -> Any:
    """An answer of 204 has no body to read."""
    if response.status_code == 204:
        response.json = dict
    return response
