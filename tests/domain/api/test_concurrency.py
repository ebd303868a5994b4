"""Conflicting actions at the same moment: one winner, and a clear 409 for everybody else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from domain.models import AgentState, Callback, Payment, QueueEntry
from tests.domain.api.conftest import Api
from tests.factories import AdminFactory, AgentFactory, CallbackFactory, PaymentFactory, QueueEntryFactory

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
