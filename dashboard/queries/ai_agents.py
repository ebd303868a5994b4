"""What the figures about AI agents are counted from. One query each, however many subjects.

Words: an AI agent is *ready* for calls while active, learning or optimizing and trained to 20 % at least.
A tenant's *main* AI agent is the first that is ready, or else the first of all. *Handled* are answered calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q

from dashboard.call_figures import Started
from dashboard.queries.prepared import IDS, Prepared, among
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import counts, totals
from dashboard.rollups.shape import EVERYBODY, Level
from dashboard.rollups.subjects import CALLS
from domain.models import AIAgent
from domain.models.ai_agents import READY_TRAINING_LEVEL
from realtime.sections import shared

READY = Q(status__in=AIAgent.READY_STATUSES, training_level__gte=READY_TRAINING_LEVEL)


@dataclass(frozen=True, slots=True)
class Fleet:
    """The AI agents of all tenants by status, and how many are ready for calls."""

    by_status: Mapping[str, int]
    ready: int

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


_FLEET: Final = Prepared(
    lambda: (
        AIAgent.objects.order_by()
        .values_list("status")
        .annotate(n=Count("pk"), n_ready=Count("pk", filter=READY))
    )
)
_IDS: Final = Prepared(lambda: AIAgent.objects.order_by("pk").values_list("pk"))
_WITH_OWNERS: Final = Prepared(
    lambda ids: AIAgent.objects.select_related("owner").filter(among("pk", ids)), ids=IDS
)
_IN_ORDER: Final = Prepared(
    lambda owners: AIAgent.objects.filter(among("owner_id", owners)).order_by("pk"), owners=IDS
)


@shared
def fleet() -> Fleet:
    """The AI agents of all tenants."""
    counted = _FLEET.rows()
    return Fleet({status: n for status, n, _ in counted}, sum(ready for _, _, ready in counted))


def performance_of_all() -> Started:
    """What the AI agents of all tenants have ever done."""
    all_of_them = (Subject(EVERYBODY, EVERYBODY, ()),)
    ever: Started = counts(CALLS, Level.AI_AGENTS, all_of_them).of("started").of(EVERYBODY).all
    return ever


def performance(ai_agents: tuple[int, ...]) -> Mapping[int, Started]:
    """What each of the AI agents has ever done."""
    each = tuple(Subject(ai_agent, EVERYBODY, ()) for ai_agent in ai_agents)
    started = counts(CALLS, Level.AI_AGENT, each).of("started")
    return {ai_agent: started.of(ai_agent).all for ai_agent in ai_agents}


@shared
def busiest(since: datetime, until: datetime, count: int) -> Sequence[tuple[AIAgent, int]]:
    """The ``count`` AI agents with the most calls started in [since, until), and how many; ties by id.

    Three queries, which count for every AI agent there is.
    """
    ids = [id_ for (id_,) in _IDS.rows()]
    each = tuple(Subject(id_, EVERYBODY, (since, until)) for id_ in ids)
    calls = totals(CALLS, Level.AI_AGENT, each, "started_calls")
    chosen = sorted(ids, key=lambda id_: (-calls.get(id_, 0), id_))[:count]
    found = {row.pk: row for row in _WITH_OWNERS.objects(ids=chosen)}
    return [(found[id_], calls.get(id_, 0)) for id_ in chosen]


@shared
def main(owners: tuple[int, ...]) -> Mapping[int, AIAgent]:
    """Each tenant's main AI agent; a tenant without one is left out."""
    found: dict[int, AIAgent] = {}
    for ai_agent in _IN_ORDER.objects(owners=owners):
        known = found.setdefault(ai_agent.owner_id, ai_agent)
        if ai_agent.is_ready_for_calls and not known.is_ready_for_calls:
            found[ai_agent.owner_id] = ai_agent
    return found
