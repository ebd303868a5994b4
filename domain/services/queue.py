"""How an inbound call waits: it arrives, is offered, perhaps returned; ``calls`` answers and ends it."""

from datetime import datetime

from django.db import transaction

from domain import transitions
from domain.errors import Conflict, InvalidInput
from domain.models import AIAgent, Call, Callback, Customer, QueueEntry, User
from domain.models.calls import new_call_id
from domain.services import agents, callbacks, calls, customers
from domain.services.base import check_agent, check_owned, check_tenant, insert, instant, locked, update

Status = QueueEntry.Status


@transaction.atomic
def receive_call(
    *,
    owner: User,
    phone_number: str,
    customer: Customer | None = None,
    ai_agent: AIAgent | None = None,
    provider: str = Call.Provider.MANUAL,
    provider_call_id: str = "",
    priority: int = 3,
    queued: bool = True,
    at: datetime | None = None,
) -> Call:
    """An inbound call arrives and waits; with ``queued=False`` it rings at the AI agent instead of waiting.

    The caller is the tenant's customer of that number, if there is one. Priority 1 is served first, 5 last.
    Conflict: the provider's id is known already.
    """
    at = instant(at)
    check_tenant(owner)
    check_owned(owner.pk, "customer", customer)
    check_owned(owner.pk, "ai_agent", ai_agent)
    call = Call(
        owner=owner,
        customer=customer or Customer.objects.filter(owner=owner, phone=phone_number).first(),
        phone_number=phone_number,
        ai_agent=ai_agent,
        direction=Call.Direction.INBOUND,
        provider=provider,
        provider_call_id=provider_call_id or new_call_id(),
        status=Call.Status.QUEUED if queued else Call.Status.RINGING,
        queued_at=at if queued else None,
        started_at=at,
        created_at=at,
    )
    insert(call, taken=f"The call {provider} {provider_call_id} is known already.")
    if queued:
        entry = QueueEntry(call=call, priority=priority, queued_at=at, created_at=at)
        insert(entry, taken="This call is in the queue already.")
    return call


@transaction.atomic
def offer_call(*, call: Call, agent: User, recorded: bool = False, at: datetime | None = None) -> QueueEntry:
    """A waiting call rings at ``agent``. Conflict: not available (not asked if ``recorded``)."""
    call, entry = _waiting_call(call)
    agent = locked(agent)
    check_agent(call.owner_id, agent)
    transitions.check("call", call.status, Call.Status.RINGING)
    transitions.check("queue entry", entry.status, Status.ASSIGNED)
    if not recorded:
        agents.check_available(agent)
    call.status = Call.Status.RINGING
    update(call, "status")
    entry.status = Status.ASSIGNED
    entry.assigned_agent = agent
    entry.assigned_at = instant(at, not_before=entry.queued_at)
    return update(entry, "status", "assigned_agent", "assigned_at")


@transaction.atomic
def return_call(*, call: Call) -> QueueEntry:
    """The agent did not pick up: the call waits again, at its old place."""
    call, entry = _waiting_call(call)
    transitions.check("call", call.status, Call.Status.QUEUED)
    transitions.check("queue entry", entry.status, Status.WAITING)
    call.status = Call.Status.QUEUED
    update(call, "status")
    entry.status = Status.WAITING
    entry.assigned_agent = None
    entry.assigned_at = None
    return update(entry, "status", "assigned_agent", "assigned_at")


@transaction.atomic
def return_calls_of(*, agent: User) -> int:
    """All that is offered to ``agent`` waits again, because the agent has gone; how many calls that were."""
    returned = 0
    for offered in Call.objects.filter(queue_entry__assigned_agent=agent, ended_at=None).order_by("pk"):
        call, entry = _waiting_call(offered)
        # Looked at again under the lock: it may just have been answered, or offered to somebody else.
        if entry.status == Status.ASSIGNED and entry.assigned_agent_id == agent.pk:
            return_call(call=call)
            returned += 1
    return returned


@transaction.atomic
def change_priority(*, call: Call, priority: int) -> QueueEntry:
    """Move a call forwards (1) or backwards (5) in the queue. Conflict: it no longer waits."""
    call, entry = _waiting_call(call)
    if entry.left_at is not None:
        raise Conflict("This call has left the queue.")
    entry.priority = priority
    return update(entry, "priority")


@transaction.atomic
def request_callback(
    *,
    call: Call,
    due_at: datetime,
    priority: int = 3,
    assigned_agent: User | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Callback:
    """The waiting caller hangs up and is promised a callback; an unknown caller becomes a customer."""
    call, _entry = _waiting_call(call)
    at = instant(at, not_before=call.started_at)
    call = calls.cancel_for_callback(call, at)
    customer = call.customer
    if customer is None:
        customer = customers.known_customer(owner=call.owner, phone=call.phone_number, at=at)
        call.customer = customer
        update(call, "customer")
    return callbacks.schedule_callback(
        owner=call.owner,
        customer=customer,
        due_at=due_at,
        priority=priority,
        assigned_agent=assigned_agent,
        reason=reason,
        at=at,
    )


def _waiting_call(call: Call) -> tuple[Call, QueueEntry]:
    """The call and its entry, locked in this order."""
    call = locked(call)
    entry = calls.queue_entry_of(call)
    if entry is None:
        raise InvalidInput("call", "This call never was in the queue.")
    return call, entry
