"""What the figures about callbacks are counted from. One query each, however many subjects.

Words: a callback is *overdue* while it is scheduled and ``due_at`` is before now; *late* when overdue by more
than 15 minutes. Callbacks are dated by ``due_at``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, OuterRef, Q

from dashboard.figures import Windows, just_after
from dashboard.queries.counting import first_of_each
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


def _overdue(now: datetime) -> dict[str, Any]:
    past = Q(due_at__lt=now)
    return {
        "n": Count("pk", filter=past),
        "oldest": Min("due_at", filter=past),
        "next_due": Min("due_at", filter=~past),
    }


def _as_overdue(n: int, oldest: datetime | None, next_due: datetime | None) -> Overdue:
    return Overdue(n, oldest, just_after(next_due) if next_due else None)


@shared
def overdue(owners: tuple[int, ...], now: datetime) -> Mapping[int, Overdue]:
    """The overdue callbacks of each tenant; a tenant without scheduled ones is left out."""
    rows = (
        Callback.objects.filter(_SCHEDULED, owner_id__in=owners)
        .order_by()
        .values_list("owner_id")
        .annotate(**_overdue(now))
    )
    return {owner: _as_overdue(*figures) for owner, *figures in rows}


@shared
def overdue_of_platform(now: datetime) -> Overdue:
    """The overdue callbacks of all tenants."""
    return _as_overdue(**Callback.objects.filter(_SCHEDULED).aggregate(**_overdue(now)))


@shared
def overdue_of_agents(agents: tuple[int, ...], now: datetime) -> Mapping[int, AgentOverdue]:
    """The overdue callbacks assigned to each agent, of its own tenant; without scheduled ones: left out."""
    late = Q(due_at__lt=now - LATE)
    recent = Q(due_at__lt=now) & ~late
    rows = (
        Callback.objects.filter(
            _SCHEDULED, assigned_agent_id__in=agents, owner_id=F("assigned_agent__owner_id")
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


@shared
def sla(now: datetime) -> Sla:
    """The platform's callbacks due in the last 30 days: those started by 15 min after due, and those judged.

    Judged are those started, and those still scheduled more than 15 min past due. One that was cancelled
    before anybody started it is no promise any more and is not judged.
    """
    in_window = Q(due_at__gt=now - SLA_WINDOW, due_at__lte=now)
    started = Q(started_at__isnull=False)
    late = _SCHEDULED & Q(due_at__lt=now - LATE)
    callbacks = Callback.objects.annotate(waited_us=elapsed("due_at", "started_at"))
    row = callbacks.filter(due_at__gt=now - SLA_WINDOW).aggregate(
        n_kept=Count("pk", filter=in_window & started & Q(waited_us__lte=LATE // timedelta(microseconds=1))),
        n_judged=Count("pk", filter=in_window & (started | late)),
        oldest_judged=Min("due_at", filter=in_window & (started | late)),
        next_late=Min("due_at", filter=_SCHEDULED & Q(due_at__gte=now - LATE)),
        next_due=Min("due_at", filter=started & Q(due_at__gt=now)),
    )
    oldest, next_late = row["oldest_judged"], row["next_late"]
    return Sla(
        row["n_kept"],
        row["n_judged"],
        earliest(
            oldest + SLA_WINDOW if oldest else None,
            just_after(next_late + LATE) if next_late else None,
            row["next_due"],
        ),
    )


@shared
def upcoming(owners: tuple[int, ...], now: datetime, count: int) -> Mapping[int, Sequence[Callback]]:
    """The next ``count`` scheduled, not overdue callbacks of each tenant, with customer; two queries."""
    following = Callback.objects.filter(_SCHEDULED, owner_id=OuterRef("pk"), due_at__gte=now)
    return first_of_each(
        owners, following.order_by("due_at", "pk"), count, load=Callback.objects.select_related("customer")
    )
