"""What agents do and did: their states. One query each, however many agents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Q

from dashboard.occupancy import Stretch
from dashboard.queries.prepared import IDS, INSTANT, Prepared, among
from domain.models import AgentState
from realtime.sections import shared

_STRETCHES: Final = Prepared(
    lambda agents, since: (
        AgentState.objects.filter(Q(until__isnull=True) | Q(until__gt=since), among("agent_id", agents))
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
        .values_list("agent_id", "state")
    ),
    agents=IDS,
)


@shared
def stretches(agents: tuple[int, ...], since: datetime) -> Mapping[int, Sequence[Stretch]]:
    """Each agent's states that lasted beyond ``since``, in order; an agent without any is left out."""
    rows = _STRETCHES.rows(agents=agents, since=since)
    found: dict[int, list[Stretch]] = {}
    for agent, state, start, end in rows:
        found.setdefault(agent, []).append(Stretch(state, start, end))
    return found


@shared
def present_states(agents: tuple[int, ...]) -> Mapping[int, str]:
    """Each agent's present state; an agent that never had any is left out (and counts as offline)."""
    return dict(_PRESENT.pairs(agents=agents))
