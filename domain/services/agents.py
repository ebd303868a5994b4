"""What agents do: every stretch of available, on_call, wrap_up, break, offline, one after the other."""

from datetime import datetime

from django.db import transaction

from domain import transitions
from domain.errors import Conflict
from domain.models import AgentState, Call, User
from domain.services.base import check_agent, instant, locked

State = AgentState.State


@transaction.atomic
def change_state(*, agent: User, state: str, at: datetime | None = None) -> AgentState:
    """The agent chooses a state; on_call is not for choosing, it follows calls.

    Leaving wrap_up ends the after-call work of the agent's latest call.
    """
    agent = locked(agent)
    check_agent(agent.owner_id or 0, agent)
    current = current_state(agent)
    if current == State.ON_CALL and not on_a_call(agent):
        current = State.WRAP_UP  # the call vanished without an end; its agent must not be stuck
    transitions.check("agent", current, state)
    return move(agent, state, instant(at))


def current_state(agent: User) -> str:
    """The agent's present state; offline for one that never had any."""
    found = AgentState.objects.filter(agent=agent, until=None).values_list("state", flat=True).first()
    return found or State.OFFLINE


def on_a_call(agent: User) -> bool:
    """Whether the agent has a call that is answered and not over."""
    return Call.objects.filter(agent=agent, ended_at=None, status__in=Call.ACTIVE).exists()


def check_available(agent: User) -> None:
    """Conflict unless this agent, locked, may be given a call now."""
    if not agent.is_active:
        raise Conflict(f"The account of {agent} is disabled.")
    state = current_state(agent)
    if state != State.AVAILABLE:
        raise Conflict(f"{agent} is not available, but {State(state).label.lower()}.")


def follow_answer(agent: User, at: datetime) -> None:
    """A call moves its agent, locked, to on_call, whatever the agent was doing."""
    move(agent, State.ON_CALL, at)


def follow_end(agent: User, at: datetime) -> None:
    """The end of a call moves its agent, locked, to wrap_up, unless another call goes on."""
    if current_state(agent) == State.ON_CALL and not on_a_call(agent):
        move(agent, State.WRAP_UP, at)


def move(agent: User, state: str, at: datetime) -> AgentState:
    """Close the open stretch of a locked agent and open the next; the same state again changes nothing."""
    current = AgentState.objects.filter(agent=agent, until=None).first()
    if current is not None:
        if current.state == state:
            return current
        at = max(at, current.since)
        current.until = at
        current.save(update_fields=["until"])
        if current.state == State.WRAP_UP:
            _record_after_call_work(agent, current.since, at)
    return AgentState.objects.create(agent=agent, state=state, since=at, created_at=at)


def _record_after_call_work(agent: User, since: datetime, until: datetime) -> None:
    """The wrap-up belongs to the agent's latest call, unless its provider already told how long it took."""
    call = Call.objects.filter(agent=agent).order_by("-started_at", "-pk").first()
    if call is not None and call.status == Call.Status.COMPLETED and call.acw_s == 0:
        call.acw_s = round((until - since).total_seconds())
        call.save(update_fields=["acw_s"])
