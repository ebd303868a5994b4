"""The formulas: windows that follow local clocks, ratios that are null of nothing, trends that can fall."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures import (
    days_remaining,
    hour_of,
    iso,
    local_days_between,
    mean,
    midnight,
    money,
    percent,
    trend,
    windows,
    zone_named,
)

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)

# Quarter-hour and half-hour zones, both hemispheres, a zone that skips midnight and one that repeats it.
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            *("UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Kolkata"),
            *("Asia/Kathmandu", "Australia/Adelaide", "Australia/Lord_Howe", "Pacific/Chatham"),
            *("America/St_Johns", "Africa/Cairo", "Asia/Beirut", "America/Havana", "America/Santiago"),
            *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Africa/Casablanca", "America/Nuuk"),
        )
    ]
)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(instants, zones)
def test_today_holds_now_and_starts_and_ends_with_the_local_day(now: datetime, zone: ZoneInfo) -> None:
    found = windows(now, zone)
    assert found.today <= now < found.next_midnight
    assert found.today.astimezone(zone).date() == found.day
    assert (found.today - MICROSECOND).astimezone(zone).date() == found.day - timedelta(days=1)
    assert found.next_midnight.astimezone(zone).date() == found.day + timedelta(days=1)
    assert (found.next_midnight - MICROSECOND).astimezone(zone).date() == found.day


@given(instants, zones)
def test_the_other_windows_start_at_midnights(now: datetime, zone: ZoneInfo) -> None:
    found = windows(now, zone)

    def local_day(instant: datetime) -> date:
        return instant.astimezone(zone).date()

    assert local_day(found.week) == found.day - timedelta(days=6)
    assert local_day(found.month) == found.day.replace(day=1)
    assert local_day(found.current) == found.day - timedelta(days=7)
    assert local_day(found.previous) == found.day - timedelta(days=14)


@given(instants, zones)
def test_until_the_next_midnight_no_window_moves(now: datetime, zone: ZoneInfo) -> None:
    found = windows(now, zone)
    last = windows(found.next_midnight - MICROSECOND, zone)
    assert last.cuts == found.cuts
    assert windows(found.next_midnight, zone).today == found.next_midnight


@given(instants, zones, st.integers(1, 40))
def test_the_last_days_follow_one_another_up_to_today(now: datetime, zone: ZoneInfo, count: int) -> None:
    found = windows(now, zone)
    days = found.days(count)
    assert len(days) == count
    assert days[-1] == (found.day, found.today)
    assert all(earlier[1] < later[1] for earlier, later in pairwise(days))


def test_a_day_has_23_hours_when_the_clock_goes_forward_and_25_when_it_goes_back() -> None:
    spring = windows(datetime(2026, 3, 29, 12, tzinfo=UTC), BERLIN)
    assert (spring.today, spring.next_midnight - spring.today) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        23 * HOUR,
    )
    autumn = windows(datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN)
    assert (autumn.today, autumn.next_midnight - autumn.today) == (
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        25 * HOUR,
    )


def test_a_day_whose_midnight_is_skipped_starts_with_the_clock_change() -> None:
    # Cairo, 24 April 2026: at 0:00 the clock goes to 1:00.
    cairo = ZoneInfo("Africa/Cairo")
    assert midnight(date(2026, 4, 24), cairo) == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert midnight(date(2026, 4, 24), cairo).astimezone(cairo).hour == 1


def test_a_day_with_two_midnights_starts_with_the_first() -> None:
    # Havana, 1 November 2026: at 1:00 the clock goes back to 0:00.
    havana = ZoneInfo("America/Havana")
    assert midnight(date(2026, 11, 1), havana) == datetime(2026, 11, 1, 4, tzinfo=UTC)


def test_the_month_starts_on_its_first_day_at_midnight_and_not_at_the_present_time_of_day() -> None:
    found = windows(datetime(2026, 5, 20, 15, 30, tzinfo=UTC), ZoneInfo("UTC"))
    assert found.month == datetime(2026, 5, 1, tzinfo=UTC)


def test_on_the_first_of_a_month_the_month_is_today_and_the_week_reaches_into_the_last() -> None:
    found = windows(datetime(2026, 5, 1, 9, tzinfo=UTC), ZoneInfo("UTC"))
    assert found.month == found.today
    assert found.week == datetime(2026, 4, 25, tzinfo=UTC)


def test_cuts_are_ascending_and_single() -> None:
    for day in (1, 7, 20):
        cuts = windows(datetime(2026, 5, day, 9, tzinfo=UTC), ZoneInfo("Europe/London")).cuts
        assert list(cuts) == sorted(set(cuts))


def test_a_repeated_hour_has_one_number() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert hour_of(first, BERLIN) == hour_of(second, BERLIN) == 2


def test_an_unknown_zone_is_taken_for_utc() -> None:
    for name in ("Mars/Olympus", "", "../etc/passwd", "Europe"):
        assert zone_named(name) == ZoneInfo("UTC")
    assert zone_named("Europe/Berlin") == BERLIN


def test_days_remaining_count_local_dates() -> None:
    # 23:30 in Berlin; the period ends an hour later, which is tomorrow there and today in UTC.
    now = datetime(2026, 5, 20, 21, 30, tzinfo=UTC)
    assert days_remaining(now, now + HOUR, BERLIN) == 1
    assert days_remaining(now, now + HOUR, ZoneInfo("UTC")) == 0


def test_days_remaining_are_never_negative() -> None:
    now = datetime(2026, 5, 20, tzinfo=UTC)
    assert days_remaining(now, now - timedelta(days=3), BERLIN) == 0
    assert local_days_between(now, now - timedelta(days=3), BERLIN) == -3


def test_instants_are_written_in_utc_with_a_z() -> None:
    assert iso(datetime(2026, 3, 29, 3, tzinfo=BERLIN)) == "2026-03-29T01:00:00Z"
    assert iso(datetime(2026, 3, 29, 1, 0, 0, 5, tzinfo=UTC)) == "2026-03-29T01:00:00.000005Z"
    assert iso(None) is None


def test_percentages_have_one_decimal_and_are_null_of_nothing() -> None:
    assert percent(1, 3) == 33.3
    assert percent(0, 7) == 0.0
    assert percent(0, 0) is None


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_share_is_between_0_and_100(part: int, more: int) -> None:
    found = percent(part, part + more)
    assert found is not None
    assert 0 <= found <= 100


def test_a_mean_of_nothing_is_null() -> None:
    assert mean(10, 4) == 2.5
    assert mean(0, 0) is None


def test_money_is_a_number_to_the_cent() -> None:
    assert money(Decimal("10.10")) == 10.1
    assert money(Decimal("0.1") + Decimal("0.2")) == 0.3
    assert money(0) == 0.0


def _trend(current: int | Decimal, previous: int | Decimal) -> tuple[object, object]:
    found = trend(today=0, week=0, month=0, current=current, previous=previous)
    return found["change_pct"], found["trend"]


@pytest.mark.parametrize(
    ("current", "previous", "change", "direction"),
    [
        (110, 100, 10.0, "up"),
        (90, 100, -10.0, "down"),
        (101, 100, 1.0, "stable"),
        (99, 100, -1.0, "stable"),
        (102, 100, 2.0, "up"),
        (98, 100, -2.0, "down"),
        (1010001, 1000000, 1.0, "up"),
        (0, 5, -100.0, "down"),
        (5, 0, None, "up"),
        (0, 0, None, "stable"),
        (Decimal("20.50"), Decimal("10.25"), 100.0, "up"),
    ],
)
def test_a_trend_rises_falls_or_is_stable_within_one_percent(
    current: int, previous: int, change: float | None, direction: str
) -> None:
    assert _trend(current, previous) == (change, direction)


def test_a_trend_of_money_is_written_as_numbers() -> None:
    found = trend(
        today=Decimal("1.10"), week=Decimal(2), month=Decimal(3), current=Decimal(4), previous=Decimal(5)
    )
    assert found == {
        "today": 1.1,
        "week": 2.0,
        "month": 3.0,
        "current": 4.0,
        "previous": 5.0,
        "change_pct": -20.0,
        "trend": "down",
    }


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_direction_agrees_with_the_change(current: int, previous: int) -> None:
    change, direction = _trend(current, previous)
    assert isinstance(change, float)
    if direction == "up":
        assert change >= 1
    elif direction == "down":
        assert change <= -1
    else:
        assert -1 <= change <= 1
