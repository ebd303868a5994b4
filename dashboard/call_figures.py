"""From counts of calls to the figures on the screen: rates over the windows, hours of the day. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from dashboard.figures import HOURS, Windows, hour_of, mean, percent
from dashboard.queries.timelines import Timeline

if TYPE_CHECKING:
    from realtime.sections import Document, Json

_MICROS: Final = 1_000_000

Counters = TypeVar("Counters", bound=tuple[int, ...])


class Started(NamedTuple):
    """Calls by when they started; ``rated`` were given ``ratings`` in all, ``talked_s`` includes hold."""

    calls: int
    inbound: int
    answered: int
    successful: int
    converted: int
    rated: int
    ratings: int
    handled: int
    talked_s: int


class Offered(NamedTuple):
    """Offered calls by when they were queued; ``waited_us`` is what the answered ones waited, in µs."""

    offered: int
    answered: int
    answered_in_time: int
    waited_us: int
    abandoned: int
    abandoned_late: int


class Ended(NamedTuple):
    """Calls by when they ended: ``handling_s`` is the talk, hold and after-call work of the handled ones,
    ``talk_s`` the talk of all, seconds."""

    handled: int
    handling_s: int
    talk_s: int


def windowed(
    timeline: Timeline[Counters], windows: Windows, figure: "Callable[[Counters], Json]"
) -> "Document":
    """The figure for today, the week, the month and all time."""
    end = windows.next_midnight
    return {
        "today": figure(timeline.between(windows.today, end)),
        "week": figure(timeline.between(windows.week, end)),
        "month": figure(timeline.between(windows.month, end)),
        "all": figure(timeline.all),
    }


def service_level(calls: Offered) -> float | None:
    """Answered within 20 s, of those answered or abandoned after at least 5 s; percent."""
    return percent(calls.answered_in_time, calls.answered + calls.abandoned_late)


def asa_seconds(calls: Offered) -> float | None:
    """Average speed of answer: how long the answered calls waited, seconds."""
    return mean(calls.waited_us / _MICROS, calls.answered)


def abandonment_rate(calls: Offered) -> float | None:
    """Abandoned of offered; percent. Whoever asked for a callback has not abandoned."""
    return percent(calls.abandoned, calls.offered)


def aht_seconds(calls: Ended) -> float | None:
    """Average handling time: talk, hold and after-call work of the handled calls, seconds."""
    return mean(calls.handling_s, calls.handled)


def success_rate(calls: Started) -> float | None:
    """Successful of answered; percent."""
    return percent(calls.successful, calls.answered)


def conversion_rate(calls: Started) -> float | None:
    """Converted of answered; percent."""
    return percent(calls.converted, calls.answered)


def satisfaction(calls: Started) -> float | None:
    """The mean of the ratings given, 1–5."""
    return mean(calls.ratings, calls.rated)


def rates(offered: Timeline[Offered], handled: Timeline[Ended], windows: Windows) -> "Document":
    """The four windowed rates."""
    return {
        "service_level": windowed(offered, windows, service_level),
        "asa_seconds": windowed(offered, windows, asa_seconds),
        "aht_seconds": windowed(handled, windows, aht_seconds),
        "abandonment_rate": windowed(offered, windows, abandonment_rate),
    }


def volume(calls: Timeline[Started], windows: Windows) -> "Document":
    """How many calls started today, this week, this month."""
    end = windows.next_midnight
    return {
        "calls_today": calls.between(windows.today, end).calls,
        "calls_this_week": calls.between(windows.week, end).calls,
        "calls_this_month": calls.between(windows.month, end).calls,
    }


def hourly(quarters: Iterable[tuple[datetime, int]], windows: Windows) -> "list[Json]":
    """Today's calls by wall-clock hour, 0–23; an hour that the clock repeats adds up."""
    hours = [0] * HOURS
    for start, count in quarters:
        if windows.today <= start < windows.next_midnight:
            hours[hour_of(start, windows.zone)] += count
    return list(hours)
