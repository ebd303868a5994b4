"""What agents do and did: their states. One query each, however many agents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.occupancy import Stretch
from dashboard.queries.prepared import IDS, INSTANT, Prepared, among
from domain.models import AgentState
from realtime.sections import shared

# Apart: for both in one query, SQLite reads the states of everybody.
_ENDED: Final = Prepared(
    lambda agents, since: (
        AgentState.objects.filter(among("agent_id", agents), until__gt=since)
        .order_by("since", "pk")
        .values_list("agent_id", "state", "since", "until")
    ),
    agents=IDS,
    since=INSTANT,
)
_PRESENT: Final = Prepared(
    lambda agents: (
        AgentState.objects.filter(among("agent_id", agents), until__isnull=True)
        .order_by()
        .values_list("agent_id", "state", "since")
    ),
    agents=IDS,
)


@shared
def stretches(agents: tuple[int, ...], since: datetime) -> Mapping[int, Sequence[Stretch]]:
    """Each agent's states that lasted beyond ``since``, in order; an agent without any is left out."""
    found: dict[int, list[Stretch]] = {}
    for agent, state, start, end in _ENDED.rows(agents=agents, since=since):
        found.setdefault(agent, []).append(Stretch(state, start, end))
    for agent, stretch in _present(agents).items():
        found.setdefault(agent, []).append(stretch)
    return found


@shared
def present_states(agents: tuple[int, ...]) -> Mapping[int, str]:
    """Each agent's present state; an agent that never had any is left out (and counts as offline)."""
    return {agent: stretch.state for agent, stretch in _present(agents).items()}


@shared
def _present(agents: tuple[int, ...]) -> Mapping[int, Stretch]:
    """Each agent's present state, which is the last; the database holds that there is one at most."""
    return {agent: Stretch(state, since, None) for agent, state, since in _PRESENT.rows(agents=agents)}
