"""What agents read about themselves: ``agent_info`` and ``performance_metrics``."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from dashboard import call_figures as figures
from dashboard.audiences import AGENTS, agents_of, windows_of
from dashboard.figures import mean
from dashboard.occupancy import occupancy
from dashboard.queries import agents as states
from dashboard.queries import calls as queries
from dashboard.rollups.shape import Level
from domain.models import AgentProfile, AgentState, Call, QueueEntry, User
from realtime.sections import Document, Piece, section

OCCUPANCY_TICK: Final = timedelta(minutes=1)


@section("agent_info", audience=AGENTS, reads=[User, AgentProfile, AgentState])
def agent_info(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Who the agent is; an agent without a profile has no employee id."""
    present = states.present_states(tuple(agent.pk for agent in agents))
    pieces = {}
    for agent in agents:
        profile: AgentProfile | None = getattr(agent, "agent_profile", None)
        pieces[agent.pk] = Piece(
            {
                "id": agent.pk,
                "user_email": agent.email,
                "status": present.get(agent.pk, AgentState.State.OFFLINE.value),
                "employee_id": profile.employee_id if profile else None,
            }
        )
    return pieces


@section(
    "performance_metrics", audience=AGENTS, reads=[User, AgentState, Call, QueueEntry], tick=OCCUPANCY_TICK
)
def performance_metrics(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each agent's own figures, in the tenant's zone; ``avg_call_duration`` is talk and hold, seconds."""
    windows = windows_of(agents, now)
    ids, subjects = tuple(windows), agents_of(agents, windows)
    started = queries.started(Level.AGENT, subjects)
    offered = queries.offered(Level.AGENT, subjects)
    ended = queries.ended(Level.AGENT, subjects)
    stretches = states.stretches(ids, min(each.today for each in windows.values()))
    present = states.present_states(ids)
    pieces = {}
    for id_, window in windows.items():
        calls = started.of(id_)
        ever = calls.all
        value: Document = {
            "agent_status": present.get(id_, AgentState.State.OFFLINE.value),
            **figures.volume(calls, window),
            "success_rate": figures.success_rate(ever),
            "customer_satisfaction": figures.satisfaction(ever),
            "avg_call_duration": mean(ever.talked_s, ever.handled),
            **figures.rates(offered.of(id_), ended.of(id_), window),
            "occupancy": occupancy(stretches.get(id_, ()), window.today, now),
        }
        pieces[id_] = Piece(value, window.next_midnight)
    return pieces
