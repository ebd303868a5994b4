"""The shapes of a working day, as random variables: arrivals, waits, talk times, outcomes. Pure.

Every table was measured on public data: five-minute counts of a US bank's call centre (5.3 million calls,
2003), a small bank's served calls (Technion, December 1999), and outbound contacts (Moro et al., 2014).
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Final

# Arrivals by local half hour from 07:00, relative to the busiest one (10:00).
_FIRST_HALF_HOUR: Final = 14
_ARRIVALS: Final = (
    *(0.28, 0.32, 0.49, 0.64, 0.90, 0.99, 1.00, 1.00, 0.98, 0.95, 0.92, 0.91, 0.88, 0.87, 0.86),
    *(0.85, 0.83, 0.81, 0.76, 0.68, 0.58, 0.51, 0.44, 0.40, 0.35, 0.32, 0.29, 0.26, 0.25),
)
# Days relative to Monday. The source has no week-ends; these tenants answer then too, with fewer callers.
_WEEKDAYS: Final = (1.0, 0.90, 0.85, 0.85, 0.88, 0.75, 0.70)

# Counts of one half hour vary more than Poisson counts do: variance / mean.
DISPERSION: Final = 3.3

Quantiles = Sequence[tuple[float, float]]

# (share of calls, seconds). The ends, where the sources give none, are set so that the means agree.
INBOUND_WAIT: Final[Quantiles] = (
    *((0.0, 2), (0.05, 13), (0.10, 22), (0.25, 43), (0.50, 91), (0.75, 223)),
    *((0.90, 410), (0.95, 544), (0.99, 869), (1.0, 1339)),
)
INBOUND_SERVICE: Final[Quantiles] = (
    *((0.0, 10), (0.05, 39), (0.10, 60), (0.25, 108), (0.50, 225), (0.75, 490)),
    *((0.90, 922), (0.95, 1342), (0.99, 2403), (1.0, 4000)),
)
OUTBOUND_TALK: Final[Quantiles] = (
    *((0.0, 5), (0.05, 35), (0.10, 60), (0.25, 103), (0.50, 181), (0.75, 317)),
    *((0.90, 545), (0.95, 740), (0.99, 1232), (1.0, 3000)),
)
CONVERTED_TALK: Final[Quantiles] = (
    *((0.0, 60), (0.05, 140), (0.25, 256), (0.50, 458), (0.75, 761), (0.95, 1315), (1.0, 3000)),
)
WAITED_SHARE: Final = 0.42
CONVERTED_SHARE: Final = 0.109
MEAN_INBOUND_SERVICE_S: Final = 394.0

# How an answered call ends; `converted` is the measured share, the rest is a plausible split of what remains.
OUTCOMES: Final[Sequence[tuple[str, float]]] = (
    ("converted", CONVERTED_SHARE),
    ("interested", 0.24),
    ("callback_requested", 0.12),
    ("not_interested", 0.461),
    ("voicemail", 0.07),
)


def arrival_weight(local: datetime) -> float:
    """How busy the half hour of ``local`` is, between 0 and 1; 1 is 10:00 on a Monday."""
    half_hour = local.hour * 2 + local.minute // 30 - _FIRST_HALF_HOUR
    within_hours = 0 <= half_hour < len(_ARRIVALS)
    return (_ARRIVALS[half_hour] if within_hours else 0.0) * _WEEKDAYS[local.weekday()]


def draw(quantiles: Quantiles, random: Random) -> float:
    """A value in seconds whose distribution has these quantiles, log-linear in between."""
    share = random.random()
    index = min(bisect_right(quantiles, share, key=lambda point: point[0]), len(quantiles) - 1)
    (low_share, low), (high_share, high) = quantiles[index - 1], quantiles[index]
    fraction = (share - low_share) / (high_share - low_share)
    return math.exp(math.log(low) + fraction * (math.log(high) - math.log(low)))


def draw_wait(random: Random) -> float:
    """Seconds in the queue before an answer; most are answered at once."""
    return draw(INBOUND_WAIT, random) if random.random() < WAITED_SHARE else random.uniform(0.5, 4)


def draw_outcome(random: Random) -> str:
    """The outcome of an answered call."""
    return random.choices([name for name, _ in OUTCOMES], [share for _, share in OUTCOMES])[0]


def draw_count(mean: float, random: Random) -> int:
    """Arrivals in a period where ``mean`` are expected: Poisson at a gamma-mixed rate, overdispersed."""
    if mean <= 0:
        return 0
    rate = random.gammavariate(mean / (DISPERSION - 1), DISPERSION - 1)
    return _poisson(rate, random)


def _poisson(rate: float, random: Random) -> int:
    """By exponential gaps: exact, and quick enough for the dozens that one half hour holds."""
    count, elapsed = 0, random.expovariate(1.0)
    while elapsed < rate:
        count += 1
        elapsed += random.expovariate(1.0)
    return count
