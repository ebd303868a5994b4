"""What the figures about callbacks are counted from. One query each, however many subjects.

Words: a callback is *overdue* while it is scheduled and ``due_at`` is before now; *late* when overdue by more
than 15 minutes. Callbacks are dated by ``due_at``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet

from dashboard.figures import Windows, just_after
from dashboard.queries.counting import FirstOfEach, of_all
from dashboard.queries.prepared import IDS, INSTANT, Prepared, among
from dashboard.queries.sql import elapsed
from dashboard.queries.timelines import Timeline, Timelines
from dashboard.records import Due
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import counts
from dashboard.rollups.shape import EVERYBODY, Level
from dashboard.rollups.subjects import CALLBACKS
from domain.models import Callback
from realtime.sections import earliest, shared

LATE: Final = timedelta(minutes=15)  # past due: a broken promise
SLA_WINDOW: Final = timedelta(days=30)

_SCHEDULED: Final = Q(status=Callback.Status.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many are overdue, since when the oldest of them, and when time alone makes it more."""

    count: int = 0
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgentOverdue:
    """An agent's overdue callbacks: ``late`` by more than 15 minutes and the ``recent`` others."""

    late: int = 0
    late_since: datetime | None = None
    recent: int = 0
    recent_since: datetime | None = None
    until: datetime | None = None

    @property
    def count(self) -> int:
        return self.late + self.recent


@dataclass(frozen=True, slots=True)
class Sla:
    """Of the ``judged`` callbacks, ``kept`` were started in time; ``until``: time alone may change it."""

    kept: int
    judged: int
    until: datetime | None


def due(owners: tuple[Subject, ...]) -> Timelines[Due]:
    """The callbacks of each tenant, whatever became of them."""
    return counts(CALLBACKS, Level.OWNER, owners).of("due")


def due_on_platform(windows: Windows) -> Timeline[Due]:
    """The callbacks of all tenants."""
    everybody = (Subject(EVERYBODY, EVERYBODY, windows.cuts),)
    return counts(CALLBACKS, Level.PLATFORM, everybody).of("due").of(EVERYBODY)


def _overdue(now: Any) -> dict[str, Any]:
    past = Q(due_at__lt=now)
    return {
        "n": Count("pk", filter=past),
        "oldest": Min("due_at", filter=past),
        "next_due": Min("due_at", filter=~past),
    }


_OVERDUE_OF: Final = Prepared(
    lambda owners, now: (
        Callback.objects.filter(_SCHEDULED, among("owner_id", owners))
        .order_by()
        .values_list("owner_id")
        .annotate(**_overdue(now))
    ),
    owners=IDS,
    now=INSTANT,
)
_OVERDUE: Final = Prepared(
    lambda now: of_all(Callback.objects.filter(_SCHEDULED), **_overdue(now)), now=INSTANT
)


def _as_overdue(n: int, oldest: datetime | None, next_due: datetime | None) -> Overdue:
    return Overdue(n, oldest, just_after(next_due) if next_due else None)


@shared
def overdue(owners: tuple[int, ...], now: datetime) -> Mapping[int, Overdue]:
    """The overdue callbacks of each tenant; a tenant without scheduled ones is left out."""
    return {owner: _as_overdue(*figures) for owner, *figures in _OVERDUE_OF.rows(owners=owners, now=now)}


@shared
def overdue_of_platform(now: datetime) -> Overdue:
    """The overdue callbacks of all tenants."""
    ((_, *figures),) = _OVERDUE.rows(now=now)
    return _as_overdue(*figures)


def _late_and_recent(agents: Any, now: Any, late_from: Any) -> QuerySet[Callback, Any]:
    late = Q(due_at__lt=late_from)
    recent = Q(due_at__lt=now) & ~late
    counted: QuerySet[Callback, Any] = (
        Callback.objects.filter(
            _SCHEDULED, among("assigned_agent_id", agents), owner_id=F("assigned_agent__owner_id")
        )
        .order_by()
        .values_list("assigned_agent_id")
        .annotate(
            n_late=Count("pk", filter=late),
            oldest_late=Min("due_at", filter=late),
            n_recent=Count("pk", filter=recent),
            oldest_recent=Min("due_at", filter=recent),
            next_due=Min("due_at", filter=Q(due_at__gte=now)),
        )
    )
    return counted


_OVERDUE_OF_AGENTS: Final = Prepared(_late_and_recent, agents=IDS, now=INSTANT, late_from=INSTANT)


@shared
def overdue_of_agents(agents: tuple[int, ...], now: datetime) -> Mapping[int, AgentOverdue]:
    """The overdue callbacks assigned to each agent, of its own tenant; without scheduled ones: left out."""
    rows = _OVERDUE_OF_AGENTS.rows(agents=agents, now=now, late_from=now - LATE)
    return {
        agent: AgentOverdue(
            n_late,
            oldest_late,
            n_recent,
            oldest_recent,
            earliest(
                just_after(oldest_recent + LATE) if oldest_recent else None,
                just_after(next_due) if next_due else None,
            ),
        )
        for agent, n_late, oldest_late, n_recent, oldest_recent, next_due in rows
    }


def _judged(now: Any, since: Any, late_from: Any) -> QuerySet[Callback, Any]:
    in_window = Q(due_at__gt=since, due_at__lte=now)
    started = Q(started_at__isnull=False)
    late = _SCHEDULED & Q(due_at__lt=late_from)
    return of_all(
        Callback.objects.annotate(waited_us=elapsed("due_at", "started_at")).filter(due_at__gt=since),
        n_kept=Count("pk", filter=in_window & started & Q(waited_us__lte=LATE // timedelta(microseconds=1))),
        n_judged=Count("pk", filter=in_window & (started | late)),
        oldest_judged=Min("due_at", filter=in_window & (started | late)),
        next_late=Min("due_at", filter=_SCHEDULED & Q(due_at__gte=late_from)),
        next_due=Min("due_at", filter=started & Q(due_at__gt=now)),
    )


_JUDGED: Final = Prepared(_judged, now=INSTANT, since=INSTANT, late_from=INSTANT)


@shared
def sla(now: datetime) -> Sla:
    """The platform's callbacks due in the last 30 days: those started by 15 min after due, and those judged.

    Judged are those started, and those still scheduled more than 15 min past due. One that was cancelled
    before anybody started it is no promise any more and is not judged.
    """
    ((_, kept, judged, oldest, next_late, next_due),) = _JUDGED.rows(
        now=now, since=now - SLA_WINDOW, late_from=now - LATE
    )
    return Sla(
        kept,
        judged,
        earliest(
            oldest + SLA_WINDOW if oldest else None,
            just_after(next_late + LATE) if next_late else None,
            next_due,
        ),
    )


_UPCOMING: Final = FirstOfEach(
    lambda now: Callback.objects.filter(_SCHEDULED, owner_id=OuterRef("pk"), due_at__gte=now).order_by(
        "due_at", "pk"
    ),
    lambda: Callback.objects.select_related("customer").only(
        "due_at", "priority", "reason", "customer", "customer__phone", "customer__name"
    ),
    now=INSTANT,
)


@shared
def upcoming(owners: tuple[int, ...], now: datetime, count: int) -> Mapping[int, Sequence[Callback]]:
    """The next ``count`` scheduled, not overdue callbacks of each tenant, with customer; two queries."""
    return _UPCOMING.find(owners, count, now=now)
