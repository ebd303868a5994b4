"""What the figures about calls are counted from, as ``dashboard.rollups.subjects`` sums it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from django.db.models import OuterRef, QuerySet

from dashboard.call_figures import Ended, Offered, Started
from dashboard.figures import Windows
from dashboard.queries.counting import FirstOfEach
from dashboard.queries.prepared import Prepared
from dashboard.queries.timelines import Timeline, Timelines
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import by_quarter, counts, tally
from dashboard.rollups.shape import EVERYBODY, Level
from dashboard.rollups.subjects import CALLS
from domain.models import Call
from realtime.sections import shared

RECENT: Final = 5  # of the platform's list


def started(level: Level, subjects: tuple[Subject, ...]) -> Timelines[Started]:
    """Every call of the subjects, dated by started_at."""
    return counts(CALLS, level, subjects).of("started")


def offered(level: Level, subjects: tuple[Subject, ...]) -> Timelines[Offered]:
    """The offered calls of the subjects, dated by queued_at; an agent's are those that rang at the agent."""
    return counts(CALLS, level, subjects).of("offered")


def ended(level: Level, subjects: tuple[Subject, ...]) -> Timelines[Ended]:
    """The calls of the subjects that are over, dated by ended_at."""
    return counts(CALLS, level, subjects).of("ended")


def started_on_platform(windows: Windows) -> Timeline[Started]:
    """Every call of all tenants, dated by started_at."""
    return started(Level.PLATFORM, _everybody(windows)).of(EVERYBODY)


def offered_on_platform(windows: Windows) -> Timeline[Offered]:
    """The offered calls of all tenants, dated by queued_at."""
    return offered(Level.PLATFORM, _everybody(windows)).of(EVERYBODY)


def ended_on_platform(windows: Windows) -> Timeline[Ended]:
    """The calls of all tenants that are over, dated by ended_at."""
    return ended(Level.PLATFORM, _everybody(windows)).of(EVERYBODY)


def _everybody(windows: Windows) -> tuple[Subject, ...]:
    return (Subject(EVERYBODY, EVERYBODY, windows.cuts),)


def started_today(level: Level, days: tuple[Subject, ...]) -> Mapping[int, Sequence[tuple[datetime, int]]]:
    """How many calls started in each quarter of an hour of the subjects' own days, named by its start."""
    return by_quarter(CALLS, level, days, "started_calls")


def started_today_on_platform(windows: Windows) -> Sequence[tuple[datetime, int]]:
    """How many calls of all tenants started in each quarter of an hour of today, named by its start."""
    today = (Subject(EVERYBODY, EVERYBODY, (windows.today, windows.next_midnight)),)
    return started_today(Level.PLATFORM, today).get(EVERYBODY, ())


def by_status_and_outcome() -> Mapping[tuple[str, str], int]:
    """All calls of the platform by status and outcome ("" is none)."""
    return cast(Mapping[tuple[str, str], int], tally(CALLS))


# Not DISTINCT: for that SQLite walks the whole index on (provider, …) instead of the one of the live calls.
_LIVE_PROVIDERS: Final = Prepared(
    lambda: Call.objects.filter(ended_at__isnull=True).order_by().values_list("provider")
)


def _listed() -> QuerySet[Call, Any]:
    """Calls with what lists show of them: columns that nobody looks at would take most of the time."""
    names = ("first_name", "last_name", "user_name", "email")
    return Call.objects.select_related("agent", "ai_agent").only(
        *("phone_number", "direction", "status", "outcome", "started_at", "answered_at", "ended_at"),
        *("talk_s", "hold_s", "notes", "agent", "ai_agent", "ai_agent__name"),
        *(f"agent__{name}" for name in names),
    )


_RECENT: Final = FirstOfEach(
    lambda: Call.objects.filter(owner_id=OuterRef("pk")).order_by("-started_at", "-pk"), _listed
)
_RECENT_ON_PLATFORM: Final = Prepared(lambda: _listed().order_by("-started_at", "-pk")[:RECENT])


@shared
def live_providers() -> frozenset[str]:
    """The providers that have calls which are not over."""
    return frozenset(provider for (provider,) in _LIVE_PROVIDERS.rows())


@shared
def recent(owners: tuple[int, ...], count: int) -> Mapping[int, Sequence[Call]]:
    """The ``count`` newest calls of each tenant, newest first, with agent and ai_agent; two queries."""
    return _RECENT.find(owners, count)


@shared
def recent_on_platform() -> Sequence[Call]:
    """The newest calls of all tenants, newest first, with agent and ai_agent."""
    return _RECENT_ON_PLATFORM.objects()
