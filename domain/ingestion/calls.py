"""Events of calls, applied: each at its own instant, in whatever order they arrive."""

from collections.abc import Callable, Sequence
from typing import Any, Final, cast

from domain.errors import Conflict, IllegalTransition, InvalidInput
from domain.ingestion import call_events as events
from domain.ingestion.verdicts import Ignored, NotYet, happened, read
from domain.models import AIAgent, Call, User
from domain.services import calls, queue
from domain.services.base import locked

# What happens before a call is answered; afterwards it is old news.
_BEFORE_ANSWER: Final = (events.Ringing, events.Offered, events.Returned, events.Answered)
# What ends a call, with the statuses in which it leaves it.
_ENDS: Final[dict[type[events.Event], frozenset[str]]] = {
    events.Ended: frozenset({Call.Status.COMPLETED}),
    events.Missed: frozenset({Call.Status.BUSY, Call.Status.NO_ANSWER, Call.Status.FAILED}),
    events.Abandoned: frozenset({Call.Status.CANCELED}),
    events.CallbackRequested: frozenset({Call.Status.CANCELED}),
}


def apply(provider: str, payload: dict[str, Any]) -> None:
    """Write down what a provider reports. Raises Ignored, NotYet or DomainError; then nothing is written."""
    _apply(provider, cast(events.Event, read(payload, cast(Any, events.CallEvent))))


def apply_all(provider: str, reported: Sequence[events.Event]) -> None:
    """Write down what one report says has happened, one after the other.

    Ignored unless the last of it is news; what leads there may be known. Otherwise as ``apply``.
    """
    for event in reported:
        try:
            _apply(provider, event)
        except Ignored:
            if event is reported[-1]:
                raise


def known_call(provider: str, provider_call_id: str) -> Call | None:
    """The call that a provider speaks of, locked; None if it has not been heard of."""
    known = Call.objects.filter(provider=provider, provider_call_id=provider_call_id).first()
    return known and locked(known)


def _apply(provider: str, event: events.Event) -> None:
    happened(event.at)
    call = known_call(provider, event.call)
    if isinstance(event, events.Started):
        if call is not None:
            raise Ignored("This call is known already.")
        _start(provider, event)
        return
    if call is None:
        raise NotYet(f"The call {event.call} has not been started yet.")
    if call.ended_at is not None:
        _judge_after_end(call, event)
    if call.answered_at is not None and isinstance(event, _BEFORE_ANSWER):
        raise Ignored("The call was answered already.")
    if call.status == Call.Status.RINGING and isinstance(event, events.Ringing):
        raise Ignored("The call rings already.")
    try:
        _APPLY[type(event)](call, event)
    except (IllegalTransition, Conflict) as refusal:
        raise NotYet(str(refusal)) from refusal  # the call goes on: what leads there may still come


def _judge_after_end(call: Call, event: events.Event) -> None:
    """Always raises: of a call that is over, everything is old news or a contradiction."""
    left_as = _ENDS.get(type(event))
    if left_as is not None and call.status in left_as:
        raise Ignored("The call is over already.")
    answered_never = isinstance(event, events.Answered) and call.answered_at is None
    if left_as is None and not answered_never and call.ended_at is not None and event.at <= call.ended_at:
        raise Ignored("The call is over already.")
    raise Conflict(f"The call is over: it is {call.get_status_display().lower()}.")


def _start(provider: str, event: events.Started) -> None:
    tenant, ai_agent = _whose(event)
    who: dict[str, Any] = {
        "owner": tenant,
        "phone_number": event.phone_number,
        "ai_agent": ai_agent,
        "provider": provider,
        "provider_call_id": event.call,
        "at": event.at,
    }
    try:
        if event.direction == "inbound":
            queue.receive_call(**who, priority=event.priority, queued=event.queued)
        else:
            calls.place_call(**who, recorded=True)
    except Conflict:  # another delivery, or the request that placed it, was faster
        raise Ignored("This call is known already.") from None


def _whose(event: events.Started) -> tuple[User, AIAgent | None]:
    """The tenant of a call, and the AI agent that makes or takes it."""
    if event.ai_agent:
        ai_agent = AIAgent.objects.select_related("owner").filter(provider_agent_id=event.ai_agent).first()
        if ai_agent is None or event.tenant not in (None, ai_agent.owner_id):
            whose = "There is no" if event.tenant is None else "The tenant has no"
            raise InvalidInput("ai_agent", f"{whose} AI agent {event.ai_agent}.")
        return ai_agent.owner, ai_agent
    if event.tenant is None:
        raise InvalidInput("tenant", "Whose call is it? Name the tenant or the AI agent.")
    tenant = User.objects.filter(pk=event.tenant, role=User.Role.USER).first()
    if tenant is None:
        raise InvalidInput("tenant", f"There is no tenant {event.tenant}.")
    return tenant, None


def _agent(call: Call, pk: int) -> User:
    agent = User.objects.filter(pk=pk, role=User.Role.AGENT, owner=call.owner_id).first()
    if agent is None:
        raise InvalidInput("agent", f"The call's tenant has no agent {pk}.")
    return agent


def _answer(call: Call, event: events.Answered) -> None:
    agent = None if event.agent is None else _agent(call, event.agent)
    calls.answer_call(call=call, agent=agent, recorded=True, at=event.at)


def _end(call: Call, event: events.Ended) -> None:
    calls.end_call(
        call=call,
        outcome=event.outcome,
        talk_s=event.talk_s,
        hold_s=event.hold_s,
        acw_s=event.acw_s,
        satisfaction=event.satisfaction,
        notes=event.notes,
        at=event.at,
    )


def _request_callback(call: Call, event: events.CallbackRequested) -> None:
    queue.request_callback(
        call=call, due_at=event.due_at, priority=event.priority, reason=event.reason, at=event.at
    )


_APPLY: Final[dict[type[events.Event], Callable[[Call, Any], object]]] = {
    events.Ringing: lambda call, event: calls.ring_call(call=call),
    events.Offered: lambda call, event: queue.offer_call(
        call=call, agent=_agent(call, event.agent), recorded=True, at=event.at
    ),
    events.Returned: lambda call, event: queue.return_call(call=call),
    events.Answered: _answer,
    events.Forwarded: lambda call, event: calls.forward_call(call=call),
    events.TakenOver: lambda call, event: calls.take_over(
        call=call, agent=_agent(call, event.agent), recorded=True, at=event.at
    ),
    events.Ended: _end,
    events.Missed: lambda call, event: calls.miss_call(call=call, status=event.reason, at=event.at),
    events.Abandoned: lambda call, event: calls.abandon_call(call=call, at=event.at),
    events.CallbackRequested: _request_callback,
}
