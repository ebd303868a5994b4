"""A simulated day is one that could have happened."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest

from domain.simulation.day import half_hours, inbound_day, outbound_call, outbound_day

MONDAY = date(2026, 11, 2)
ZONE = ZoneInfo("Asia/Kathmandu")  # 5 h 45 min ahead of UTC


def test_nobody_is_in_two_calls_at_once() -> None:
    visits = inbound_day(MONDAY, ZONE, agents=4, peak=20, random=Random(3))
    for agent in range(4):
        mine = [visit for visit in visits if visit.agent == agent]
        assert mine
        for before, after in pairwise(mine):
            assert after.answered_at is not None
            assert after.answered_at >= before.ended_at + timedelta(seconds=before.wrap_up_s)


def test_every_call_keeps_the_order_of_its_instants() -> None:
    visits = inbound_day(MONDAY, ZONE, agents=2, peak=20, random=Random(3))
    assert [visit.queued_at for visit in visits] == sorted(visit.queued_at for visit in visits)
    assert all(visit.queued_at < (visit.answered_at or visit.ended_at) <= visit.ended_at for visit in visits)


def test_who_gives_up_was_never_answered() -> None:
    visits = inbound_day(MONDAY, ZONE, agents=1, peak=20, random=Random(3))  # far too few agents
    given_up = [visit for visit in visits if visit.answered_at is None]
    assert given_up
    assert all(visit.agent is None and visit.outcome == "" for visit in given_up)
    assert any(visit.asked_callback for visit in given_up)


def test_opening_hours_follow_the_wall_clock_on_the_day_the_clocks_change() -> None:
    zone = ZoneInfo("America/New_York")
    first, _ = next(half_hours(date(2026, 11, 1), zone))  # the clocks go back
    assert first == datetime(2026, 11, 1, 12, tzinfo=UTC)  # 07:00 EST
    first, _ = next(half_hours(date(2026, 10, 31), zone))
    assert first == datetime(2026, 10, 31, 11, tzinfo=UTC)  # 07:00 EDT


def test_without_agents_there_is_no_inbound_day() -> None:
    assert inbound_day(MONDAY, ZONE, agents=0, peak=20, random=Random(3)) == []


def test_the_same_seed_gives_the_same_day() -> None:
    first = inbound_day(MONDAY, ZONE, agents=3, peak=10, random=Random(3))
    assert first == inbound_day(MONDAY, ZONE, agents=3, peak=10, random=Random(3))


def test_outbound_attempts_end_as_their_status_says() -> None:
    attempts = outbound_day(MONDAY, ZONE, peak=20, random=Random(3))
    assert {attempt.status for attempt in attempts} == {"completed", "no_answer", "busy", "failed"}
    for attempt in attempts:
        assert (attempt.answered_at is not None) == (attempt.status == "completed") == bool(attempt.outcome)


@pytest.mark.parametrize("seed", range(5))
def test_an_attempt_starts_when_it_is_placed(seed: int) -> None:
    started = datetime(2026, 11, 2, 12, tzinfo=UTC)
    attempt = outbound_call(started, Random(seed))
    assert attempt.started_at == started < attempt.ended_at
