"""Promises to call back."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import Conflict, InvalidInput
from domain.services import callbacks
from tests.factories import AgentFactory, CallbackFactory, CustomerFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_promise_is_kept():
    agent = AgentFactory()
    customer = CustomerFactory(owner=agent.owner)
    callback = callbacks.schedule_callback(
        owner=agent.owner,
        customer=customer,
        due_at=NOON + HOUR,
        priority=1,
        assigned_agent=agent,
        reason="Price",
        at=NOON,
    )
    callbacks.start_callback(callback=callback, at=NOON + HOUR)
    callback = callbacks.complete_callback(callback=callback, at=NOON + 2 * HOUR)
    callback.refresh_from_db()
    assert (callback.status, callback.due_at, callback.created_at) == ("completed", NOON + HOUR, NOON)
    assert (callback.started_at, callback.completed_at) == (NOON + HOUR, NOON + 2 * HOUR)
    assert (callback.assigned_agent, callback.priority, callback.reason) == (agent, 1, "Price")


@pytest.mark.parametrize(
    "bad",
    [
        {"due_at": NOON - HOUR},
        {"due_at": datetime(2026, 3, 3, 12)},  # noqa: DTZ001 - that is what is refused
        {"priority": 0},
        {"priority": 6},
        {"reason": "x" * 256},
    ],
)
def test_scheduling_refuses_what_cannot_be(bad, refused):
    customer = CustomerFactory()
    with refused(InvalidInput) as refusal:
        callbacks.schedule_callback(
            **{"owner": customer.owner, "customer": customer, "due_at": NOON + HOUR, "at": NOON, **bad}
        )
    assert refusal.value.field == next(iter(bad))


def test_scheduling_never_mixes_tenants(refused):
    owner, customer, agent = TenantFactory(), CustomerFactory(), AgentFactory()
    with refused(InvalidInput) as refusal:
        callbacks.schedule_callback(owner=owner, customer=customer, due_at=NOON + HOUR, at=NOON)
    assert refusal.value.field == "customer"
    with refused(InvalidInput) as refusal:
        callbacks.schedule_callback(
            owner=customer.owner, customer=customer, due_at=NOON + HOUR, assigned_agent=agent, at=NOON
        )
    assert refusal.value.field == "assigned_agent"


def test_rescheduling_keeps_the_history():
    callback = CallbackFactory(due_at=NOON, created_at=NOON - HOUR)
    callbacks.reschedule_callback(callback=callback, due_at=NOON + HOUR, reason="Busy", at=NOON)
    callbacks.start_callback(callback=callback, at=NOON + HOUR)
    callback = callbacks.reschedule_callback(callback=callback, due_at=NOON + 3 * HOUR, at=NOON + HOUR)
    assert (callback.status, callback.due_at, callback.started_at) == ("scheduled", NOON + 3 * HOUR, None)
    moves = callback.reschedulings.order_by("pk").values_list("from_due_at", "to_due_at", "at", "reason")
    assert list(moves) == [
        (NOON, NOON + HOUR, NOON, "Busy"),
        (NOON + HOUR, NOON + 3 * HOUR, NOON + HOUR, ""),
    ]


def test_rescheduling_into_the_past_is_refused(refused):
    callback = CallbackFactory()
    with refused(InvalidInput):
        callbacks.reschedule_callback(callback=callback, due_at=callback.created_at - HOUR)


def test_assigning():
    agent = AgentFactory()
    callback = CallbackFactory(owner=agent.owner)
    assert callbacks.assign_callback(callback=callback, agent=agent).assigned_agent == agent
    assert callbacks.assign_callback(callback=callback, agent=None).assigned_agent is None


def test_assigning_to_another_tenants_agent_is_refused(refused):
    callback, stranger = CallbackFactory(), AgentFactory()
    with refused(InvalidInput):
        callbacks.assign_callback(callback=callback, agent=stranger)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_what_is_over_is_neither_assigned_nor_made_urgent(status, refused):
    agent = AgentFactory()
    callback = CallbackFactory(owner=agent.owner, status=status)
    with refused(Conflict):
        callbacks.assign_callback(callback=callback, agent=agent)
    with refused(Conflict):
        callbacks.change_priority(callback=callback, priority=1)


def test_priority(refused):
    callback = CallbackFactory()
    assert callbacks.change_priority(callback=callback, priority=1).priority == 1
    with refused(InvalidInput):
        callbacks.change_priority(callback=callback, priority=6)
