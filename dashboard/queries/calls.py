"""What the figures about calls are counted from. One query each, however many subjects.

Words: a call is *answered* when somebody answered and it was not voicemail; *successful* when answered with
the outcome interested, callback_requested or converted; *handled* when answered and over; *offered* when it
is inbound and went through the queue (``queued_at`` is set on those calls alone); *abandoned* when offered
and over without an answer, callbacks excepted. Calls are dated by ``started_at``, the rates of the queue by
``queued_at``, handling times by ``ended_at``.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from dashboard.call_figures import Handled, Offered, Started
from dashboard.queries.counting import count_timelines, keyed
from dashboard.queries.sql import QUARTER, Quarter, elapsed
from dashboard.queries.timelines import Timelines
from domain.models import Call, User
from realtime.sections import shared

ANSWERED_WITHIN_S: Final = 20  # the service level's threshold, as in the trade's usual "80 % in 20 s"
SHORT_ABANDON_S: Final = 5  # who hangs up sooner has not waited: the service level leaves these out
_MICROS: Final = 1_000_000

ANSWERED: Final = Q(answered_at__isnull=False) & ~Q(outcome=Call.Outcome.VOICEMAIL)
SUCCESSFUL: Final = ANSWERED & Q(outcome__in=Call.SUCCESSFUL)
CONVERTED: Final = ANSWERED & Q(outcome=Call.Outcome.CONVERTED)
HANDLED: Final = ANSWERED & Q(ended_at__isnull=False)
ABANDONED: Final = Q(answered_at__isnull=True, ended_at__isnull=False) & ~Q(
    ended_reason=Call.EndedReason.CALLBACK
)


@dataclass(frozen=True, slots=True)
class _Subjects:
    """The column that says whose calls they are ("": everybody's), and which of them count."""

    column: str = ""
    only: Q = field(default_factory=Q)


class By(Enum):
    """Whose calls are counted together."""

    PLATFORM = "platform"
    OWNER = "owner"
    AGENT = "agent"  # those of the agent's own tenant


# Of all calls …
_CALLS: Final = {
    By.PLATFORM: _Subjects(),
    By.OWNER: _Subjects("owner_id"),
    By.AGENT: _Subjects("agent_id", Q(owner_id=F("agent__owner_id"))),
}
# … and of the offered: a call was offered to the agent at whom it rang, even if the caller then gave up.
_OFFERED: Final = {
    **_CALLS,
    By.AGENT: _Subjects(
        "queue_entry__assigned_agent_id", Q(owner_id=F("queue_entry__assigned_agent__owner_id"))
    ),
}


@shared
def started(by: By, ids: tuple[int, ...], cuts: tuple[datetime, ...]) -> Timelines[Started]:
    """Every call of the subjects, dated by started_at."""
    subjects = _CALLS[by]
    return count_timelines(
        Started,
        Call.objects.filter(subjects.only),
        column=subjects.column,
        ids=ids,
        dated_by="started_at",
        cuts=cuts,
        counters={
            "calls": Count("pk"),
            "inbound": Count("pk", filter=Q(direction=Call.Direction.INBOUND)),
            "answered": Count("pk", filter=ANSWERED),
            "successful": Count("pk", filter=SUCCESSFUL),
            "converted": Count("pk", filter=CONVERTED),
            "rated": Count("satisfaction"),
            "ratings": Sum("satisfaction"),
            "handled": Count("pk", filter=HANDLED),
            "talked_s": Sum(F("talk_s") + F("hold_s"), filter=HANDLED),
        },
    )


@shared
def offered(by: By, ids: tuple[int, ...], cuts: tuple[datetime, ...]) -> Timelines[Offered]:
    """The offered calls of the subjects, dated by queued_at."""
    subjects = _OFFERED[by]
    in_time = Q(waited_us__lte=ANSWERED_WITHIN_S * _MICROS)
    late = Q(kept_us__gte=SHORT_ABANDON_S * _MICROS)
    return count_timelines(
        Offered,
        Call.objects.filter(subjects.only, queued_at__isnull=False).annotate(
            waited_us=elapsed("queued_at", "answered_at"), kept_us=elapsed("queued_at", "ended_at")
        ),
        column=subjects.column,
        ids=ids,
        dated_by="queued_at",
        cuts=cuts,
        counters={
            "offered": Count("pk"),
            "answered": Count("pk", filter=ANSWERED),
            "answered_in_time": Count("pk", filter=ANSWERED & in_time),
            "waited_us": Sum("waited_us", filter=ANSWERED),
            "abandoned": Count("pk", filter=ABANDONED),
            "abandoned_late": Count("pk", filter=ABANDONED & late),
        },
    )


@shared
def handled(by: By, ids: tuple[int, ...], cuts: tuple[datetime, ...]) -> Timelines[Handled]:
    """The handled calls of the subjects, dated by ended_at."""
    subjects = _CALLS[by]
    return count_timelines(
        Handled,
        Call.objects.filter(subjects.only & HANDLED),
        column=subjects.column,
        ids=ids,
        dated_by="ended_at",
        cuts=cuts,
        counters={"handled": Count("pk"), "handling_s": Sum(F("talk_s") + F("hold_s") + F("acw_s"))},
    )


@shared
def started_by_quarter(
    by: By, ids: tuple[int, ...], since: datetime, until: datetime
) -> dict[Hashable, list[tuple[datetime, int]]]:
    """How many calls started in each quarter of an hour of [since, until), named by its start."""
    subjects = _CALLS[by]
    rows = (
        keyed(
            Call.objects.filter(subjects.only, started_at__gte=since, started_at__lt=until),
            subjects.column,
            ids,
        )
        .annotate(quarter=Quarter("started_at"))
        .order_by()
        .values_list("key", "quarter")
        .annotate(n=Count("pk"))
    )
    counts: dict[Hashable, list[tuple[datetime, int]]] = {}
    for key, quarter, count in rows:
        start = datetime.fromtimestamp(quarter * QUARTER.total_seconds(), UTC)
        counts.setdefault(key, []).append((start, count))
    return counts


@shared
def live_providers() -> frozenset[str]:
    """The providers that have calls which are not over."""
    live = Call.objects.filter(ended_at__isnull=True)
    return frozenset(live.order_by().values_list("provider", flat=True).distinct())


@shared
def by_status_and_outcome() -> list[tuple[str, str, int]]:
    """All calls of the platform by status and outcome ("" is none)."""
    rows = Call.objects.order_by().values_list("status", "outcome").annotate(n=Count("pk"))
    return [(status, outcome, count) for status, outcome, count in rows]


@shared
def recent(owners: tuple[int, ...], count: int) -> dict[int, list[Call]]:
    """The ``count`` newest calls of each tenant, newest first, with agent and ai_agent; two queries.

    Picked one by one from the index, because numbering the rows of a tenant would read its whole history.
    """
    newest = Call.objects.filter(owner_id=OuterRef("pk")).order_by("-started_at", "-pk").values("pk")
    nth = {f"nth_{n}": Subquery(newest[n : n + 1]) for n in range(count)}
    picked: dict[int, list[int]] = {
        owner: [pk for pk in pks if pk is not None]
        for owner, *pks in User.objects.filter(pk__in=owners).order_by().values_list("pk", *nth.values())
    }
    wanted = [pk for pks in picked.values() for pk in pks]
    calls = {call.pk: call for call in Call.objects.select_related("agent", "ai_agent").filter(pk__in=wanted)}
    return {owner: [calls[pk] for pk in pks] for owner, pks in picked.items()}


@shared
def recent_on_platform(count: int) -> list[Call]:
    """The ``count`` newest calls of all tenants, newest first, with agent and ai_agent."""
    return list(Call.objects.select_related("agent", "ai_agent").order_by("-started_at", "-pk")[:count])
