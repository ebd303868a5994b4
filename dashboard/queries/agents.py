"""What agents do and did: their states. One query each, however many agents."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from dashboard.occupancy import Stretch
from domain.models import AgentState
from realtime.sections import shared


@shared
def stretches(agents: tuple[int, ...], since: datetime) -> Mapping[int, Sequence[Stretch]]:
    """Each agent's states that lasted beyond ``since``, in order; an agent without any is left out."""
    rows = (
        AgentState.objects.filter(Q(until__isnull=True) | Q(until__gt=since), agent_id__in=agents)
        .order_by("since", "pk")
        .values_list("agent_id", "state", "since", "until")
    )
    found: dict[int, list[Stretch]] = {}
    for agent, state, start, end in rows:
        found.setdefault(agent, []).append(Stretch(state, start, end))
    return found


@shared
def present_states(agents: tuple[int, ...]) -> Mapping[int, str]:
    """Each agent's present state; an agent that never had any is left out (and counts as offline)."""
    rows = AgentState.objects.filter(until__isnull=True, agent_id__in=agents).order_by()
    return dict(rows.values_list("agent_id", "state"))
