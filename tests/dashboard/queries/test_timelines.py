"""Stretches between the bounds of everybody's windows add up to each one's own windows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.queries.timelines import Timelines

START = datetime(2026, 1, 1, tzinfo=UTC)


class Pair(NamedTuple):
    one: int
    other: int


def at(hours: int) -> datetime:
    return START + timedelta(hours=hours)


@given(st.sets(st.integers(0, 50), min_size=1), st.lists(st.integers(-10, 60)), st.data())
def test_a_window_between_two_cuts_counts_exactly_the_rows_in_it(
    cut_hours: set[int], row_hours: list[int], data: st.DataObject
) -> None:
    cuts = tuple(at(hour) for hour in sorted(cut_hours))
    per_stretch = Counter(sum(cut <= at(hour) for cut in cuts) for hour in row_hours)
    timeline = Timelines(Pair, 2, cuts, [("key", n, count, 10 * count) for n, count in per_stretch.items()])
    start = data.draw(st.sampled_from([None, *cuts]))
    end = data.draw(st.sampled_from([None, *cuts]))
    inside = sum(
        (start is None or start <= at(hour)) and (end is None or at(hour) < end) for hour in row_hours
    )
    if start is None or end is None or start <= end:
        assert timeline.of("key").between(start, end) == Pair(inside, 10 * inside)
    assert timeline.of("key").all == Pair(len(row_hours), 10 * len(row_hours))


def test_a_key_without_rows_counts_nothing() -> None:
    empty = Timelines(Pair, 2, (START,), [])
    assert empty.of("nobody").between(START, None) == Pair(0, 0)


def test_a_null_sum_is_nothing() -> None:
    timelines = Timelines(Pair, 2, (START,), [("key", 0, 3, None)])
    assert timelines.of("key").all == Pair(3, 0)


def test_a_bound_that_was_not_counted_by_is_refused() -> None:
    timeline = Timelines(Pair, 2, (START,), []).of("key")
    with pytest.raises(ValueError, match="not a bound"):
        timeline.between(at(1), None)
