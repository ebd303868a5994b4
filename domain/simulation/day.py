"""One tenant's day, simulated: callers arrive, wait for a free agent, give up or are answered. Pure.

Agents serve first come, first served; nobody is ever in two calls. So waits, occupancy and service level
follow from arrivals and talk times, as they do in a real call centre.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from domain.simulation import shapes

PICK_UP_S: Final = (1.5, 5.0)  # an idle agent answers within
PATIENCE_MEAN_S: Final = 420.0  # exponential; gives about 5 % abandoned calls at 80 % load
CALLBACK_INSTEAD_SHARE: Final = 0.25  # of the callers who give up, those who ask to be called back
WRAP_UP_S: Final = (8.0, 40.0)
# Outbound attempts that are not answered.
UNANSWERED: Final = (("no_answer", 0.28), ("busy", 0.10), ("failed", 0.03))


@dataclass(frozen=True, slots=True)
class InboundCall:
    """A caller's whole visit. Who gives up has no ``answered_at`` and no ``agent``."""

    queued_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    agent: int | None  # index into the tenant's agents
    outcome: str
    asked_callback: bool
    wrap_up_s: int


@dataclass(frozen=True, slots=True)
class OutboundCall:
    """An attempt of the AI agent; ``status`` completed, no_answer, busy or failed."""

    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime
    status: str
    outcome: str


def half_hours(day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, float]]:
    """The half hours of a local day as (start in UTC, weight), without those in which nobody calls."""
    start = datetime.combine(day, time(), zone)
    for index in range(48):
        local = start + timedelta(minutes=30 * index)  # wall-clock arithmetic: opening hours follow the wall
        if weight := shapes.arrival_weight(local):
            yield local.astimezone(UTC), weight


def inbound_day(day: date, zone: ZoneInfo, *, agents: int, peak: float, random: Random) -> list[InboundCall]:
    """The inbound calls of a local day in order of arrival; ``peak`` is the mean of a busiest half hour."""
    arrivals = sorted(
        start + timedelta(seconds=random.uniform(0, 1800))
        for start, weight in half_hours(day, zone)
        for _ in range(shapes.draw_count(peak * weight, random))
    )
    if not arrivals or not agents:
        return []
    free = [(arrivals[0], index) for index in range(agents)]  # a heap: longest free first
    heapq.heapify(free)
    return [_visit(arrived, free, random) for arrived in arrivals]


def _visit(arrived: datetime, free: list[tuple[datetime, int]], random: Random) -> InboundCall:
    free_at, agent = free[0]
    answered = max(arrived, free_at) + timedelta(seconds=random.uniform(*PICK_UP_S))
    gives_up = arrived + timedelta(seconds=5 + random.expovariate(1 / PATIENCE_MEAN_S))
    if gives_up < answered:
        asked_callback = random.random() < CALLBACK_INSTEAD_SHARE
        return InboundCall(arrived, None, gives_up, None, "", asked_callback, 0)
    ended = answered + timedelta(seconds=shapes.draw(shapes.INBOUND_SERVICE, random))
    wrap_up_s = round(random.uniform(*WRAP_UP_S))
    heapq.heapreplace(free, (ended + timedelta(seconds=wrap_up_s), agent))
    outcome = shapes.draw_outcome(random)
    return InboundCall(arrived, answered, ended, agent, outcome, False, wrap_up_s)


def outbound_day(day: date, zone: ZoneInfo, *, peak: float, random: Random) -> list[OutboundCall]:
    """The AI agent's calls of a local day in order; ``peak`` is the mean of a busiest half hour."""
    starts = sorted(
        start + timedelta(seconds=random.uniform(0, 1800))
        for start, weight in half_hours(day, zone)
        for _ in range(shapes.draw_count(peak * weight, random))
    )
    return [outbound_call(start, random) for start in starts]


def outbound_call(started: datetime, random: Random) -> OutboundCall:
    """One attempt placed at ``started``, with what will come of it."""
    ringing = timedelta(seconds=random.uniform(4, 25))
    threshold = random.random()
    for status, share in UNANSWERED:
        threshold -= share
        if threshold < 0:
            return OutboundCall(started, None, started + ringing, status, "")
    outcome = shapes.draw_outcome(random)
    talk = shapes.CONVERTED_TALK if outcome == "converted" else shapes.OUTBOUND_TALK
    answered = started + ringing
    ended = answered + timedelta(seconds=shapes.draw(talk, random))
    return OutboundCall(started, answered, ended, "completed", outcome)
