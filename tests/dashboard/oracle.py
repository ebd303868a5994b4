"""Every figure about calls once more, by plain loops over all rows: slow, and easy to see through.

Shares nothing with the sections but the models: local days are found by asking each row for its local date.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.models import Call

WINDOWS = ("today", "week", "month", "all")


def _share(part: int, whole: int) -> float | None:
    return None if whole == 0 else round(100 * part / whole, 1)


def _mean(values: list[float]) -> float | None:
    return None if not values else round(sum(values) / len(values), 1)


def _in(window: str, instant: datetime, now: datetime, zone: ZoneInfo) -> bool:
    today: date = now.astimezone(zone).date()
    day = instant.astimezone(zone).date()
    if window == "today":
        return day == today
    if window == "week":
        return today - timedelta(days=7) < day <= today
    if window == "month":
        return (day.year, day.month) == (today.year, today.month) and day <= today
    return True


def answered(call: Call) -> bool:
    return call.answered_at is not None and call.outcome != "voicemail"


def _windowed(figure: Callable[[list[Call]], Any], calls: Iterable[Call], dated_by: str, *clock: Any) -> Any:
    calls = [call for call in calls if getattr(call, dated_by) is not None]
    return {
        window: figure([call for call in calls if _in(window, getattr(call, dated_by), *clock)])
        for window in WINDOWS
    }


def _seconds(call: Call, until: str) -> float:
    return float((getattr(call, until) - call.queued_at).total_seconds())


def _abandoned(call: Call) -> bool:
    return call.answered_at is None and call.ended_at is not None and call.ended_reason != "callback"


def _service_level(offered: list[Call]) -> float | None:
    served = [call for call in offered if answered(call)]
    lost = [call for call in offered if _abandoned(call) and _seconds(call, "ended_at") >= 5]
    in_time = [call for call in served if _seconds(call, "answered_at") <= 20]
    return _share(len(in_time), len(served) + len(lost))


def rates(calls: list[Call], offered: list[Call], now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """The four windowed rates."""
    return {
        "service_level": _windowed(_service_level, offered, "queued_at", now, zone),
        "asa_seconds": _windowed(
            lambda some: _mean([_seconds(call, "answered_at") for call in some if answered(call)]),
            offered,
            "queued_at",
            now,
            zone,
        ),
        "abandonment_rate": _windowed(
            lambda some: _share(len([call for call in some if _abandoned(call)]), len(some)),
            offered,
            "queued_at",
            now,
            zone,
        ),
        "aht_seconds": _windowed(
            lambda some: _mean([call.talk_s + call.hold_s + call.acw_s for call in some if answered(call)]),
            calls,
            "ended_at",
            now,
            zone,
        ),
    }


def volume(calls: list[Call], now: datetime, zone: ZoneInfo) -> dict[str, int]:
    """Calls started today, this week and this month."""
    counts = _windowed(len, calls, "started_at", now, zone)
    return {
        "calls_today": counts["today"],
        "calls_this_week": counts["week"],
        "calls_this_month": counts["month"],
    }


def hourly(calls: list[Call], now: datetime, zone: ZoneInfo) -> list[int]:
    """Today's calls by local hour."""
    hours = [
        call.started_at.astimezone(zone).hour for call in calls if _in("today", call.started_at, now, zone)
    ]
    return [hours.count(hour) for hour in range(24)]


def outcomes(calls: list[Call]) -> dict[str, Any]:
    """What came of the calls, over all time."""
    served = [call for call in calls if answered(call)]
    converted = len([call for call in served if call.outcome == "converted"])
    successful = len([c for c in served if c.outcome in ("interested", "callback_requested", "converted")])
    return {
        "total_calls": len(calls),
        "successful_calls": successful,
        "converted_calls": converted,
        "success_rate": _share(successful, len(served)),
        "conversion_rate": _share(converted, len(served)),
        "customer_satisfaction": _mean([c.satisfaction for c in calls if c.satisfaction is not None]),
        "avg_call_duration": _mean([c.talk_s + c.hold_s for c in served if c.ended_at is not None]),
    }


def call_trend(calls: list[Call], now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Calls of the last seven complete local days, and of the seven before."""
    ages = [(now.astimezone(zone).date() - call.started_at.astimezone(zone).date()).days for call in calls]
    return len([a for a in ages if 1 <= a <= 7]), len([a for a in ages if 8 <= a <= 14])
