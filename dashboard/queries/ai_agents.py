"""What the figures about AI agents are counted from. One query each, however many subjects.

Words: an AI agent is *ready* for calls while active, learning or optimizing and trained to 20 % at least.
A tenant's *main* AI agent is the first that is ready, or else the first of all. *Handled* are answered calls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from dashboard.queries.calls import ANSWERED, CONVERTED
from domain.models import AIAgent, Call
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


@dataclass(frozen=True, slots=True)
class Performance:
    """Answered calls of AI agents, those that converted, and the sum and number of the ratings given."""

    handled: int = 0
    converted: int = 0
    ratings: int = 0
    rated: int = 0


_PERFORMANCE = {
    "n_handled": Count("pk", filter=ANSWERED),
    "n_converted": Count("pk", filter=CONVERTED),
    "sum_ratings": Coalesce(Sum("satisfaction"), Value(0)),
    "n_rated": Count("satisfaction"),
}


@shared
def fleet() -> Fleet:
    """The AI agents of all tenants."""
    rows = (
        AIAgent.objects.order_by()
        .values_list("status")
        .annotate(n=Count("pk"), n_ready=Count("pk", filter=READY))
    )
    counted = list(rows)
    return Fleet({status: n for status, n, _ in counted}, sum(ready for _, _, ready in counted))


@shared
def performance_of_all() -> Performance:
    """What the AI agents of all tenants have ever done."""
    row = Call.objects.filter(ai_agent__isnull=False).aggregate(**_PERFORMANCE)
    return Performance(row["n_handled"], row["n_converted"], row["sum_ratings"], row["n_rated"])


@shared
def performance(ai_agents: tuple[int, ...]) -> Mapping[int, Performance]:
    """What each of the AI agents has ever done; one without calls is left out."""
    rows = (
        Call.objects.filter(ai_agent_id__in=ai_agents)
        .order_by()
        .values_list("ai_agent_id")
        .annotate(**_PERFORMANCE)
    )
    return {ai_agent: Performance(*figures) for ai_agent, *figures in rows}


@shared
def busiest(since: datetime, until: datetime, count: int) -> Sequence[tuple[AIAgent, int]]:
    """The ``count`` AI agents with the most calls started in [since, until), and how many; ties by id."""
    calls = (
        Call.objects.filter(ai_agent_id=OuterRef("pk"), started_at__gte=since, started_at__lt=until)
        .order_by()
        .values("ai_agent_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    ranked = (
        AIAgent.objects.annotate(calls_since=Coalesce(Subquery(calls, output_field=IntegerField()), Value(0)))
        .select_related("owner")
        .order_by("-calls_since", "pk")[:count]
    )
    return [(ai_agent, ai_agent.calls_since) for ai_agent in ranked]


@shared
def main(owners: tuple[int, ...]) -> Mapping[int, AIAgent]:
    """Each tenant's main AI agent; a tenant without one is left out."""
    not_ready = Case(When(READY, then=Value(0)), default=Value(1), output_field=IntegerField())
    ranked = (
        AIAgent.objects.filter(owner_id__in=owners)
        .annotate(place=Window(RowNumber(), partition_by=F("owner_id"), order_by=[not_ready, F("pk").asc()]))
        .filter(place=1)
    )
    return {ai_agent.owner_id: ai_agent for ai_agent in ranked}
