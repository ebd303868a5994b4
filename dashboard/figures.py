"""The formulas behind the figures: windows of local days, ratios, trends, the forms that values take. Pure.

Instants are aware datetimes; a window is half open, [start, end).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final, overload
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from realtime.sections import Document

WEEK_DAYS: Final = 7
STABLE_PCT: Final = 1  # a trend within this many percent is called stable
HOURS: Final = 24


def zone_named(name: str) -> ZoneInfo:
    """The IANA zone ``name``; UTC for a name that the zone database does not know.

    Writes refuse unknown names, but the database may hold one of an older zone database, and such a row must
    not keep everybody else's dashboards from being computed.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the local ``day`` starts.

    Where the clock skips midnight the day starts with the clock change; of two midnights it takes the first.
    """
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one moment in one zone, as UTC instants; days have 23 to 25 hours where clocks change.

    today        the local day of ``now``, up to ``next_midnight``
    week         the last seven local days, today included
    month        the calendar month to date
    current      the last seven complete local days, up to today: what a trend compares …
    previous     … with the seven before, up to ``current``
    """

    now: datetime
    zone: ZoneInfo
    day: date
    today: datetime
    week: datetime
    month: datetime
    current: datetime
    previous: datetime
    next_midnight: datetime

    @property
    def cuts(self) -> tuple[datetime, ...]:
        """Every bound of these windows, ascending, without duplicates."""
        return tuple(
            sorted({self.previous, self.current, self.month, self.week, self.today, self.next_midnight})
        )

    def days(self, count: int) -> list[tuple[date, datetime]]:
        """The last ``count`` local days with the instants of their starts, oldest first, today last."""
        dates = (self.day - timedelta(days=back) for back in range(count - 1, -1, -1))
        return [(day, midnight(day, self.zone)) for day in dates]


@lru_cache(maxsize=1024)  # the subjects of a refresh share few zones
def windows(now: datetime, zone: ZoneInfo) -> Windows:
    """The windows at ``now`` in ``zone``."""
    today = now.astimezone(zone).date()

    def start(days_back: int) -> datetime:
        return midnight(today - timedelta(days=days_back), zone)

    return Windows(
        now=now,
        zone=zone,
        day=today,
        today=start(0),
        week=start(WEEK_DAYS - 1),
        month=midnight(today.replace(day=1), zone),
        current=start(WEEK_DAYS),
        previous=start(2 * WEEK_DAYS),
        next_midnight=start(-1),
    )


def hour_of(at: datetime, zone: ZoneInfo) -> int:
    """The wall-clock hour, 0–23, of an instant; a repeated hour has one number."""
    return at.astimezone(zone).hour


def local_days_between(now: datetime, end: datetime, zone: ZoneInfo) -> int:
    """How often the local date changes from ``now`` to ``end``; negative when ``end`` is a day before."""
    return (end.astimezone(zone).date() - now.astimezone(zone).date()).days


def days_remaining(now: datetime, end: datetime, zone: ZoneInfo) -> int:
    """Local calendar days to ``end``, at least 0."""
    return max(0, local_days_between(now, end, zone))


def just_after(at: datetime) -> datetime:
    """The first instant later than ``at``: when ``at < now`` becomes true. Databases keep microseconds."""
    return at + timedelta(microseconds=1)


@overload
def iso(at: datetime) -> str: ...
@overload
def iso(at: None) -> None: ...
@overload
def iso(at: datetime | None) -> str | None: ...
def iso(at: datetime | None) -> str | None:
    """An instant as ISO 8601 in UTC, ``2026-03-29T01:00:00Z``; None stays None."""
    if at is None:
        return None
    # From the databases they come in UTC.
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat().removesuffix("+00:00") + "Z"


def money(amount: Decimal | int) -> float:
    """An amount of the platform's currency as a JSON number, to the cent."""
    return float(round(Decimal(amount), 2))


def percent(part: int, whole: int) -> float | None:
    """``part`` of ``whole``, 0–100 with one decimal; None when there is no whole."""
    return round(100 * part / whole, 1) if whole else None


def mean(total: float, count: int, digits: int = 1) -> float | None:
    """The arithmetic mean; None of nothing."""
    return round(total / count, digits) if count else None


def trend(
    *,
    today: int | Decimal,
    week: int | Decimal,
    month: int | Decimal,
    current: int | Decimal,
    previous: int | Decimal,
) -> "Document":
    """A figure over the windows, and whether ``current`` is ``up``, ``down`` or, within ±1 %, ``stable``.

    From a ``previous`` of 0 there is no ``change_pct``, and any rise is ``up``. Decimals are taken for money.
    """
    before = Decimal(previous)
    difference = Decimal(current) - before
    if before == 0:
        change_pct: float | None = None
        direction = "up" if current > 0 else "stable"
    else:
        change_pct = float(round(100 * difference / before, 1))
        if abs(difference) * 100 <= before * STABLE_PCT:
            direction = "stable"
        else:
            direction = "up" if difference > 0 else "down"
    return {
        "today": _number(today),
        "week": _number(week),
        "month": _number(month),
        "current": _number(current),
        "previous": _number(previous),
        "change_pct": change_pct,
        "trend": direction,
    }


def _number(value: int | Decimal) -> float:
    return money(value) if isinstance(value, Decimal) else value
