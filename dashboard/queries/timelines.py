"""Counts per key and stretch of time, so that one query serves subjects of different zones.

A query counts rows between neighbouring bounds of everybody's windows; each subject then adds up the
stretches that make its own windows. The number of bounds grows with the number of distinct local midnights
alone, some forty in the whole world.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

# A NamedTuple of whole numbers that can be added up.
Counters = TypeVar("Counters", bound=tuple[int, ...])


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Counters]):
    """The counters of one key in each stretch; stretch 0 lies before the first cut, 1 after it."""

    cuts: Sequence[datetime]
    make: Callable[..., Counters]
    stretches: Mapping[int, Sequence[int]]
    none: Counters

    def between(self, start: datetime | None, end: datetime | None) -> Counters:
        """The sums over [start, end), which must be among the cuts; None: the beginning, the end of time."""
        first = 0 if start is None else self._stretch_from(start)
        stop = len(self.cuts) + 1 if end is None else self._stretch_from(end)
        chosen = [row for stretch, row in self.stretches.items() if first <= stretch < stop]
        return self.make(*map(sum, zip(*chosen, strict=True))) if chosen else self.none

    @property
    def all(self) -> Counters:
        """The sums over all time."""
        return self.between(None, None)

    def _stretch_from(self, cut: datetime) -> int:
        index = bisect_left(self.cuts, cut)
        if index == len(self.cuts) or self.cuts[index] != cut:
            raise ValueError(f"{cut} is not a bound that this was counted by")
        return index + 1


class Timelines(Generic[Counters]):
    """The timelines of a query's rows ``(key, stretch, *counters)``; a key without rows has an empty one.

    ``record`` is a NamedTuple class with the names of the counters.
    """

    def __init__(
        self,
        record: Callable[..., Counters],
        width: int,
        cuts: Sequence[datetime],
        rows: Iterable[Sequence[Any]],
    ) -> None:
        self._record = record
        self._none = record(*[0] * width)
        self._cuts = cuts
        self._by_key: dict[Hashable, dict[int, list[int]]] = {}
        for key, stretch, *counters in rows:
            # A sum of no rows is null, and PostgreSQL's sum of large integers a decimal.
            self._by_key.setdefault(key, {})[stretch] = [int(value or 0) for value in counters]

    def of(self, key: Hashable) -> Timeline[Counters]:
        return Timeline(self._cuts, self._record, self._by_key.get(key, {}), self._none)
