"""How busy an agent was, from the stretches of a day."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard.occupancy import Stretch, occupancy

START = datetime(2026, 5, 20, 8, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_handling_of_handling_and_idle() -> None:
    day = [
        Stretch("available", at(0), at(30)),
        Stretch("on_call", at(30), at(45)),
        Stretch("wrap_up", at(45), at(50)),
        Stretch("break", at(50), at(80)),
        Stretch("available", at(80), None),
    ]
    # 15 + 5 minutes of 15 + 5 + 30 + 10.
    assert occupancy(day, at(0), at(90)) == 33.3


def test_only_what_lies_within_today_counts() -> None:
    assert (
        occupancy([Stretch("on_call", at(-60), at(10)), Stretch("available", at(10), at(20))], at(0), at(60))
        == 50.0
    )


def test_breaks_and_offline_alone_are_no_occupancy() -> None:
    assert (
        occupancy([Stretch("break", at(0), at(10)), Stretch("offline", at(10), None)], at(0), at(60)) is None
    )
    assert occupancy([], at(0), at(60)) is None


def test_a_state_that_begins_after_the_last_full_minute_does_not_count_yet() -> None:
    assert occupancy([Stretch("on_call", at(60.5), None)], at(0), at(60)) is None


@given(st.lists(st.tuples(st.sampled_from(["available", "on_call", "wrap_up", "break"]), st.integers(1, 90))))
def test_it_is_a_share(lengths: list[tuple[str, int]]) -> None:
    stretches, since = [], at(-100)
    for state, minutes in lengths:
        stretches.append(Stretch(state, since, since + timedelta(minutes=minutes)))
        since = stretches[-1].until or since
    found = occupancy(stretches, at(0), at(1000))
    assert found is None or 0 <= found <= 100
