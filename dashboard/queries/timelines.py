"""Sums over the stretches between the bounds of windows, which add up to the windows. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

# A NamedTuple of whole numbers that can be added up.
Counters = TypeVar("Counters", bound=tuple[int, ...])


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Counters]):
    """The counters of one key in each stretch: stretch n, from 1 on, lies between cut n - 1 and cut n.

    A stretch without rows may be left out. ``ever`` has the sums over all time.
    """

    cuts: Sequence[datetime]
    make: Callable[..., Counters]
    stretches: Mapping[int, Sequence[int]]
    ever: Sequence[int]
    # Sections ask for the same few windows again and again.
    _known: dict[tuple[datetime, datetime], Counters] = field(default_factory=dict, repr=False, compare=False)

    def between(self, start: datetime, end: datetime) -> Counters:
        """The sums over [start, end), which must be among the cuts."""
        known = self._known.get((start, end))
        if known is None:
            first, stop = self._number(start), self._number(end)
            chosen = [self.stretches[number] for number in range(first, stop) if number in self.stretches]
            sums = map(sum, zip(*chosen, strict=True)) if len(chosen) > 1 else chosen[0] if chosen else None
            known = self._known[start, end] = self.make(*(sums or [0] * len(self.ever)))
        return known

    @property
    def all(self) -> Counters:
        """The sums over all time."""
        return self.make(*self.ever)

    def _number(self, cut: datetime) -> int:
        index = bisect_left(self.cuts, cut)
        if index == len(self.cuts) or self.cuts[index] != cut:
            raise ValueError(f"{cut} is not a bound that this was counted by")
        return index + 1


@dataclass(frozen=True, slots=True)
class Timelines(Generic[Counters]):
    """The timelines by key; a key without rows has an empty one, which sums up to ``none``."""

    none: Counters
    by_key: Mapping[Hashable, Timeline[Counters]]

    def of(self, key: Hashable) -> Timeline[Counters]:
        return self.by_key[key]


def from_rows(
    make: Callable[..., Counters], width: int, cuts: Sequence[datetime], rows: Sequence[Sequence[Any]]
) -> Timeline[Counters]:
    """The timeline of rows ``(stretch, *counters)`` that cover all time: 0 lies before the first cut."""
    # A sum of no rows is null.
    stretches = {stretch: [int(value or 0) for value in counters] for stretch, *counters in rows}
    ever = [sum(column) for column in zip(*stretches.values(), strict=True)] or [0] * width
    return Timeline(cuts, make, stretches, ever)
