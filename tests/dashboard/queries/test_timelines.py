"""Stretches between the bounds of windows add up to the windows."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.queries.timelines import from_rows

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
    timeline = from_rows(Pair, 2, cuts, [(n, count, 10 * count) for n, count in per_stretch.items()])
    start = data.draw(st.sampled_from(cuts))
    end = data.draw(st.sampled_from(cuts))
    inside = sum(start <= at(hour) < end for hour in row_hours)
    assert timeline.between(start, end) == Pair(inside, 10 * inside)
    assert timeline.all == Pair(len(row_hours), 10 * len(row_hours))


def test_without_rows_everything_is_nothing() -> None:
    empty = from_rows(Pair, 2, (START, at(1)), [])
    assert empty.between(START, at(1)) == empty.all == Pair(0, 0)


def test_a_null_sum_is_nothing() -> None:
    assert from_rows(Pair, 2, (START,), [(0, 3, None)]).all == Pair(3, 0)


def test_a_bound_that_was_not_counted_by_is_refused() -> None:
    timeline = from_rows(Pair, 2, (START, at(1)), [])
    for start, end in [(at(2), at(1)), (START, at(2))]:
        with pytest.raises(ValueError, match="not a bound"):
            timeline.between(start, end)
