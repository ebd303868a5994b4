"""Every factory makes rows that the database accepts and that fit together, in every status."""

import pytest

from domain.models import Call, Callback, Payment, QueueEntry, Subscription
from tests import factories
from tests.factories import (
    AgentFactory,
    CallbackFactory,
    CallFactory,
    PaymentFactory,
    QueueEntryFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db

FACTORIES = [
    value
    for name, value in vars(factories).items()
    if name.endswith("Factory") and value.__module__ == factories.__name__
]


@pytest.mark.parametrize("make", FACTORIES, ids=lambda make: make.__name__)
def test_makes_a_valid_row(make):
    row = make()
    row.refresh_from_db()
    row.full_clean()


@pytest.mark.parametrize("direction", Call.Direction.values)
@pytest.mark.parametrize("status", Call.Status.values)
def test_a_call_of_every_status_is_valid(status, direction):
    CallFactory(status=status, direction=direction).full_clean()


@pytest.mark.parametrize("status", Call.Status.values)
def test_an_offered_call_has_the_entry_that_fits(status):
    call = CallFactory(status=status, offered=True)
    entry = call.queue_entry
    entry.full_clean()
    assert entry.queued_at == call.queued_at == call.started_at
    assert (entry.left_at is None) == (status in ("queued", "ringing"))
    if call.answered_at:
        assert entry.left_at == call.answered_at


@pytest.mark.parametrize("status", QueueEntry.Status.values)
def test_an_entry_of_every_status_has_the_call_that_fits(status):
    entry = QueueEntryFactory(status=status)
    entry.full_clean()
    entry.call.full_clean()
    assert entry.queued_at == entry.call.queued_at
    if entry.assigned_agent:
        assert entry.assigned_agent.owner == entry.call.owner


@pytest.mark.parametrize("status", Callback.Status.values)
def test_a_callback_of_every_status_is_valid(status):
    callback = CallbackFactory(status=status)
    callback.full_clean()
    assert callback.customer.owner == callback.owner


@pytest.mark.parametrize("status", Payment.Status.values)
def test_a_payment_of_every_status_is_valid(status):
    PaymentFactory(status=status).full_clean()


@pytest.mark.parametrize("status", Subscription.Status.values)
def test_a_subscription_of_every_status_has_a_history(status):
    subscription = SubscriptionFactory(status=status)
    subscription.full_clean()
    assert [change.to_status for change in subscription.changes.all()] == [status]


def test_the_world_of_an_agent_is_its_tenants():
    agent = AgentFactory(state="on_call")
    assert agent.agent_profile.employee_id
    assert agent.agent_states.get().state == "on_call"
    assert CallFactory(agent=agent).owner == agent.owner
    assert CallbackFactory(assigned_agent=agent).owner == agent.owner
    assert QueueEntryFactory(assigned_agent=agent, status="assigned").call.owner == agent.owner
