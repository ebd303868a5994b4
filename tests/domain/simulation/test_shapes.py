"""The simulated day has the shape of the measured ones."""

from datetime import datetime
from random import Random
from statistics import fmean, pvariance

import pytest

from domain.simulation import shapes


def at(hour: int, minute: int = 0, day: int = 2) -> datetime:
    """An instant of the week of Monday 2 November 2026."""
    return datetime(2026, 11, day, hour, minute)  # noqa: DTZ001 - local wall-clock time is meant


def test_ten_on_a_monday_is_the_busiest_half_hour() -> None:
    weights = [
        shapes.arrival_weight(at(hour, minute, day))
        for day in range(2, 9)
        for hour in range(24)
        for minute in (0, 30)
    ]
    assert shapes.arrival_weight(at(10)) == 1.0
    assert max(weights) == 1.0


def test_nobody_calls_at_night() -> None:
    assert shapes.arrival_weight(at(3)) == 0
    assert shapes.arrival_weight(at(6, 59)) == 0
    assert shapes.arrival_weight(at(21, 30)) == 0


@pytest.mark.parametrize(
    "table",
    [shapes.INBOUND_WAIT, shapes.INBOUND_SERVICE, shapes.OUTBOUND_TALK, shapes.CONVERTED_TALK],
)
def test_draws_have_the_quantiles_of_their_table(table: shapes.Quantiles) -> None:
    random = Random(7)
    drawn = sorted(shapes.draw(table, random) for _ in range(20_000))
    for share, seconds in table[1:-1]:
        assert drawn[int(share * len(drawn))] == pytest.approx(seconds, rel=0.12)
    assert table[0][1] <= drawn[0]
    assert drawn[-1] <= table[-1][1]


def test_inbound_service_has_the_measured_mean() -> None:
    random = Random(7)
    mean = fmean(shapes.draw(shapes.INBOUND_SERVICE, random) for _ in range(20_000))
    assert mean == pytest.approx(shapes.MEAN_INBOUND_SERVICE_S, rel=0.1)


def test_counts_are_more_spread_than_poisson() -> None:
    random = Random(7)
    counts = [shapes.draw_count(40, random) for _ in range(5_000)]
    assert fmean(counts) == pytest.approx(40, rel=0.03)
    assert pvariance(counts) / fmean(counts) == pytest.approx(shapes.DISPERSION, rel=0.1)


def test_no_expected_arrivals_are_no_arrivals() -> None:
    assert shapes.draw_count(0, Random(7)) == 0


def test_outcomes_have_their_shares() -> None:
    assert sum(share for _, share in shapes.OUTCOMES) == pytest.approx(1)
    random = Random(7)
    drawn = [shapes.draw_outcome(random) for _ in range(20_000)]
    assert drawn.count("converted") / len(drawn) == pytest.approx(shapes.CONVERTED_SHARE, abs=0.01)
