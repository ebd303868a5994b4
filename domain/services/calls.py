"""A call from being placed or answered to its end; how inbound calls wait is in ``queue``.

``recorded=True`` says that a provider reports what has already happened: then nobody's availability is asked.
"""

from datetime import datetime

from django.db import transaction

from domain import transitions
from domain.errors import Conflict, IllegalTransition, InvalidInput
from domain.models import AIAgent, Call, Customer, QueueEntry, User
from domain.models.calls import new_call_id
from domain.services import agents
from domain.services.base import check_agent, check_owned, check_tenant, insert, instant, locked, update

Status = Call.Status


@transaction.atomic
def place_call(
    *,
    owner: User,
    customer: Customer | None = None,
    phone_number: str = "",
    ai_agent: AIAgent | None = None,
    agent: User | None = None,
    provider: str = Call.Provider.MANUAL,
    provider_call_id: str = "",
    recorded: bool = False,
    at: datetime | None = None,
) -> Call:
    """Place an outbound call, to a customer or a bare number; it is queued until it rings.

    Conflict: the customer asked not to be called, the AI agent is not ready, the agent is not available (none
    of these if ``recorded``), or the provider's id is known already.
    """
    at = instant(at)
    customer, phone_number = _called_party(owner, customer, phone_number)
    check_owned(owner.pk, "ai_agent", ai_agent)
    check_agent(owner.pk, agent)
    if not recorded:
        _check_may_call(customer, ai_agent)
        if agent is not None:
            agents.check_available(locked(agent))
    call = Call(
        owner=owner,
        customer=customer,
        phone_number=phone_number,
        ai_agent=ai_agent,
        agent=agent,
        direction=Call.Direction.OUTBOUND,
        provider=provider,
        provider_call_id=provider_call_id or new_call_id(),
        started_at=at,
        created_at=at,
    )
    return insert(call, taken=f"The call {provider} {provider_call_id} is known already.")


@transaction.atomic
def check_may_place(
    *, owner: User, customer: Customer | None, phone_number: str, ai_agent: AIAgent
) -> tuple[Customer | None, str]:
    """Refuse what ``place_call`` would refuse, and write nothing; the customer and the number to call."""
    customer, phone_number = _called_party(owner, customer, phone_number)
    check_owned(owner.pk, "ai_agent", ai_agent)
    _check_may_call(customer, ai_agent)
    return customer, phone_number


@transaction.atomic
def ring_call(*, call: Call) -> Call:
    """An outbound call rings at the other side. Inbound calls ring when they are offered (``queue``)."""
    call = locked(call)
    if call.direction == Call.Direction.INBOUND:
        raise InvalidInput("call", "An inbound call rings when it is offered to an agent.")
    return _to(call, Status.RINGING)


@transaction.atomic
def answer_call(
    *, call: Call, agent: User | None = None, recorded: bool = False, at: datetime | None = None
) -> Call:
    """The call is answered: by ``agent`` (inbound), or by the other side (outbound).

    A waiting call may be answered straight from the queue: that offers it to the agent and answers in one.
    Without an agent it is the one it was offered to, or the AI agent. The agent becomes on_call.
    Conflict: offered to somebody else, or the agent is not available (neither if ``recorded``).
    IllegalTransition: answered already, or over.
    """
    call = locked(call)
    at = instant(at, not_before=call.started_at)
    if call.status == Status.FORWARDING:
        raise IllegalTransition("call", call.status, Status.IN_PROGRESS)  # that is take_over
    entry = queue_entry_of(call)
    agent = agent or (entry.assigned_agent if entry else None) or call.agent
    agent = agent and locked(agent)
    check_agent(call.owner_id, agent)
    if call.status == Status.QUEUED:
        transitions.check("call", call.status, Status.RINGING)
        call.status = Status.RINGING
    transitions.check("call", call.status, Status.IN_PROGRESS)
    if entry is not None:
        _leave_by_answer(entry, agent, recorded, at)
    if agent is not None:
        if not recorded:
            agents.check_available(agent)
        agents.follow_answer(agent, at)
    call.agent = agent
    call.status = Status.IN_PROGRESS
    call.answered_at = at
    return update(call, "agent", "status", "answered_at")


@transaction.atomic
def forward_call(*, call: Call) -> Call:
    """The call is being forwarded; whoever has it keeps it until somebody takes over."""
    return _to(locked(call), Status.FORWARDING)


@transaction.atomic
def take_over(*, call: Call, agent: User, recorded: bool = False, at: datetime | None = None) -> Call:
    """``agent`` takes a call that is being forwarded; the one who had it wraps up.

    Conflict: not available (not asked if ``recorded``), or the agent has the call already.
    """
    call = locked(call)
    at = instant(at, not_before=call.answered_at)
    if call.status != Status.FORWARDING:
        raise IllegalTransition("call", call.status, Status.IN_PROGRESS)
    if call.agent_id == agent.pk:
        raise Conflict(f"{agent} has this call already.")
    # Both agents are locked in the order of their keys: two crossing take-overs must not wait for each other.
    people = {pk: locked(User(pk=pk)) for pk in sorted({agent.pk, call.agent_id or agent.pk})}
    before, after = people.get(call.agent_id or 0), people[agent.pk]
    check_agent(call.owner_id, after)
    if not recorded:
        agents.check_available(after)
    agents.follow_answer(after, at)
    call.agent = after
    call.status = Status.IN_PROGRESS
    update(call, "agent", "status")
    if before is not None:
        agents.follow_end(before, at)
    return call


@transaction.atomic
def end_call(
    *,
    call: Call,
    outcome: str = "",
    talk_s: int | None = None,
    hold_s: int = 0,
    acw_s: int = 0,
    satisfaction: int | None = None,
    notes: str = "",
    at: datetime | None = None,
) -> Call:
    """An answered call is over; its agent wraps up.

    Durations are seconds. ``talk_s`` is by default what lies between answer and end, less ``hold_s``; an
    ``acw_s`` of 0 is measured when the agent leaves wrap_up.
    """
    call = locked(call)
    transitions.check("call", call.status, Status.COMPLETED)
    if call.answered_at is None:
        raise Conflict("A call that nobody answered cannot be completed.")
    at = instant(at, not_before=call.answered_at)
    if talk_s is None:
        talk_s = max(round((at - call.answered_at).total_seconds()) - hold_s, 0)
    call.status = Status.COMPLETED
    call.ended_reason = Call.EndedReason.HANGUP
    call.ended_at = at
    call.talk_s, call.hold_s, call.acw_s = talk_s, hold_s, acw_s
    _describe(
        call,
        outcome or call.outcome,
        call.satisfaction if satisfaction is None else satisfaction,
        notes or call.notes,
    )
    update(
        call,
        *("status", "ended_reason", "ended_at", "talk_s", "hold_s", "acw_s"),
        *("outcome", "satisfaction", "notes"),
    )
    if call.agent is not None:
        agents.follow_end(locked(call.agent), at)
    return call


@transaction.atomic
def describe_call(
    *, call: Call, outcome: str | None = None, satisfaction: int | None = None, notes: str | None = None
) -> Call:
    """Say what came of an answered call, during it or afterwards; None leaves a value as it is.

    Conflict: nobody answered it, so nothing can have come of it.
    """
    call = locked(call)
    _describe(
        call,
        call.outcome if outcome is None else outcome,
        call.satisfaction if satisfaction is None else satisfaction,
        call.notes if notes is None else notes,
    )
    return update(call, "outcome", "satisfaction", "notes")


@transaction.atomic
def miss_call(*, call: Call, status: str, at: datetime | None = None) -> Call:
    """The call comes to nothing: ``busy``, ``no_answer`` or ``failed``, which also an answered call can be.

    A call that was waiting counts as abandoned in the queue.
    """
    if status not in (Status.BUSY, Status.NO_ANSWER, Status.FAILED):
        raise InvalidInput("status", "A missed call is busy, no_answer or failed.")
    return _stop(locked(call), status, Call.EndedReason(str(status)), QueueEntry.Status.ABANDONED, at)


@transaction.atomic
def abandon_call(*, call: Call, at: datetime | None = None) -> Call:
    """The caller hangs up before anybody answers. Outbound: the call is canceled before it is answered."""
    call = locked(call)
    inbound = call.direction == Call.Direction.INBOUND
    reason = Call.EndedReason.ABANDONED if inbound else Call.EndedReason.CANCELED
    return _stop(call, Status.CANCELED, reason, QueueEntry.Status.ABANDONED, at)


def cancel_for_callback(call: Call, at: datetime) -> Call:
    """A locked call leaves the queue because the caller would rather be called back (``queue``)."""
    return _stop(call, Status.CANCELED, Call.EndedReason.CALLBACK, QueueEntry.Status.CALLBACK, at)


def queue_entry_of(call: Call) -> QueueEntry | None:
    """The call's time in the queue, locked; None for a call that never waited."""
    return QueueEntry.objects.select_for_update(no_key=True).filter(call=call).first()


def _called_party(owner: User, customer: Customer | None, phone_number: str) -> tuple[Customer | None, str]:
    """Whom a tenant means by a customer, a number or both."""
    check_tenant(owner)
    check_owned(owner.pk, "customer", customer)
    phone_number = phone_number or (customer.phone if customer else "")
    if not phone_number:
        raise InvalidInput("phone_number", "Whom to call? Give a customer or a number.")
    return customer or Customer.objects.filter(owner=owner, phone=phone_number).first(), phone_number


def _check_may_call(customer: Customer | None, ai_agent: AIAgent | None) -> None:
    if customer is not None and locked(customer).is_do_not_call:
        raise Conflict(f"{customer} asked not to be called.")
    if ai_agent is not None and not locked(ai_agent).is_ready_for_calls:
        raise Conflict(f"{ai_agent} is not ready for calls.")


def _to(call: Call, status: str) -> Call:
    transitions.check("call", call.status, status)
    call.status = status
    return update(call, "status")


def _stop(call: Call, status: str, reason: str, left_as: str, at: datetime | None) -> Call:
    """End a locked call other than by completing it, and its waiting with it."""
    transitions.check("call", call.status, status)
    at = instant(at, not_before=call.answered_at or call.started_at)
    entry = queue_entry_of(call)
    if entry is not None and entry.left_at is None:
        transitions.check("queue entry", entry.status, left_as)
        entry.status = left_as
        entry.left_at = at
        update(entry, "status", "left_at")
    if call.answered_at is not None:
        call.talk_s = round((at - call.answered_at).total_seconds())
    call.status = status
    call.ended_reason = reason
    call.ended_at = at
    update(call, "status", "ended_reason", "ended_at", "talk_s")
    if call.agent is not None:
        agents.follow_end(locked(call.agent), at)
    return call


def _leave_by_answer(entry: QueueEntry, agent: User | None, recorded: bool, at: datetime) -> None:
    if agent is None:
        raise InvalidInput("agent", "A call from the queue is answered by an agent.")
    if entry.assigned_agent_id not in (None, agent.pk) and not recorded:
        raise Conflict("This call is offered to another agent.")
    if entry.status == QueueEntry.Status.WAITING:
        entry.status = QueueEntry.Status.ASSIGNED
        entry.assigned_at = at
    transitions.check("queue entry", entry.status, QueueEntry.Status.COMPLETED)
    entry.status = QueueEntry.Status.COMPLETED
    entry.assigned_agent = agent
    entry.left_at = at
    update(entry, "status", "assigned_agent", "assigned_at", "left_at")


def _describe(call: Call, outcome: str, satisfaction: int | None, notes: str) -> None:
    if call.answered_at is None and (outcome or satisfaction is not None):
        raise Conflict("Nobody answered this call: it has no outcome.")
    call.outcome, call.satisfaction, call.notes = outcome, satisfaction, notes
