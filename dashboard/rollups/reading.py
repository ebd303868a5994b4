"""What sections ask: the sums of subjects over their windows, from cells and journal of one snapshot."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connections, router

from dashboard.queries.timelines import Timeline, Timelines
from dashboard.rollups import cells
from dashboard.rollups.cells import Subject
from dashboard.rollups.shape import Level, Rollup, quarter_of, start_of
from dashboard.rollups.subjects import ROLLUPS
from dashboard.rollups.summing import Part, Row, journal_sums, parts, tallies
from realtime.sections import shared


class Counts:
    """The sums of some subjects in every stretch between their cuts, of all datings at once."""

    def __init__(self, rollup: Rollup, subjects: Sequence[Subject]) -> None:
        self._rollup = rollup
        self._width = len(rollup.columns)
        self._subjects = {subject.id: subject for subject in subjects}
        self._cuts = {subject.cuts: [quarter_of(cut) for cut in subject.cuts] for subject in subjects}
        self._sums: dict[int, dict[int, list[int]]] = {subject.id: {} for subject in subjects}
        self._made: dict[str, Timelines[Any]] = {}

    def add_cells(self, rows: Sequence[Sequence[int]]) -> None:
        """Rows of ``cells.read``."""
        for subject, stretch, *values in rows:
            self._sums[subject][stretch] = list(map(int, values))  # PostgreSQL's sums are decimals

    def add_pending(self, pending: Mapping[tuple[int, int], Sequence[Part]], level: Level) -> None:
        """What is not in the cells yet."""
        for (part_level, id_), some in pending.items():
            subject = self._subjects.get(id_)
            if subject is None or part_level != level:
                continue
            cuts = self._cuts[subject.cuts]
            for part in some:
                if part.owner != subject.owner:
                    continue
                self._add(id_, 0, part)
                stretch = bisect_right(cuts, part.quarter)
                if 0 < stretch < len(cuts):
                    self._add(id_, stretch, part)

    def _add(self, subject: int, stretch: int, part: Part) -> None:
        sums = self._sums[subject].setdefault(stretch, [0] * self._width)
        for column, value in part.values:
            sums[column] += value

    def of(self, prefix: str) -> Timelines[Any]:
        """The timelines of one dating, when everything has been added."""
        if prefix not in self._made:
            self._made[prefix] = self._timelines(prefix)
        return self._made[prefix]

    def _timelines(self, prefix: str) -> Timelines[Any]:
        dated, columns = self._rollup.dated[prefix], self._rollup.slices[prefix]
        return Timelines(
            dated.none,
            {
                id_: Timeline(
                    subject.cuts,
                    dated.record,
                    {stretch: sums[columns] for stretch, sums in self._sums[id_].items() if stretch},
                    self._sums[id_][0][columns] if 0 in self._sums[id_] else dated.none,
                )
                for id_, subject in self._subjects.items()
            },
        )


@shared
def counts(rollup: Rollup, level: Level, subjects: tuple[Subject, ...]) -> Counts:
    """The sums of each of the subjects."""
    found = Counts(rollup, subjects)
    found.add_cells(cells.read(rollup, level, subjects, _alias(rollup)))
    found.add_pending(_pending(rollup), level)
    return found


@shared
def by_quarter(
    rollup: Rollup, level: Level, subjects: tuple[Subject, ...], name: str
) -> Mapping[int, Sequence[tuple[datetime, int]]]:
    """The sums of one column in each quarter of an hour between a subject's first cut and its last."""
    found: dict[int, dict[int, int]] = {}
    for id_, quarter, value in cells.read_quarters(rollup, level, subjects, name, _alias(rollup)):
        found.setdefault(id_, {})[quarter] = int(value)
    for id_, quarter, value in _pending_of(rollup, level, subjects, name):
        sums = found.setdefault(id_, {})
        sums[quarter] = sums.get(quarter, 0) + value
    return {
        id_: [(start_of(quarter), value) for quarter, value in sorted(sums.items()) if value]
        for id_, sums in found.items()
    }


@shared
def totals(rollup: Rollup, level: Level, subjects: tuple[Subject, ...], name: str) -> Mapping[int, int]:
    """The sum of one column between each subject's first cut and its last; without rows, it is left out."""
    found = {
        id_: int(value) for id_, _, value in cells.read_totals(rollup, level, subjects, name, _alias(rollup))
    }
    for id_, _, value in _pending_of(rollup, level, subjects, name):
        found[id_] = found.get(id_, 0) + value
    return found


def _pending_of(
    rollup: Rollup, level: Level, subjects: Sequence[Subject], name: str
) -> Iterator[tuple[int, int, int]]:
    """Subject, quarter and value of what is not in the cells yet, between first cut and last."""
    wanted = rollup.columns.index(name)
    pending = _pending(rollup)
    if not pending:
        return
    for subject in subjects:
        first, stop = quarter_of(subject.cuts[0]), quarter_of(subject.cuts[-1])
        for part in pending.get((level, subject.id), ()):
            if part.owner == subject.owner and first <= part.quarter < stop:
                for column, value in part.values:
                    if column == wanted:
                        yield subject.id, part.quarter, value


@shared
def tally(rollup: Rollup) -> Mapping[tuple[Any, ...], int]:
    """How many rows there are by the values of the tallied columns."""
    assert rollup.tallies is not None, f"{rollup.name} are not tallied"
    stored = rollup.tallies._base_manager.using(_alias(rollup)).values_list(*rollup.tallied, "rows")
    found = {tuple(key): rows for *key, rows in stored}
    for key, rows in tallies(rollup, _journal(rollup)).items():
        found[key] = found.get(key, 0) + rows
    return {key: rows for key, rows in found.items() if rows}


@shared
def _journal(rollup: Rollup) -> list[Row]:
    return journal_sums(rollup) if rollup in _with_pending(_alias(rollup)) else []


@shared
def _with_pending(using: str) -> frozenset[Rollup]:
    """Those whose journal is not empty: one short query instead of one for each, for there may be nothing."""
    some = ", ".join(f'EXISTS (SELECT 1 FROM "{rollup.journal._meta.db_table}")' for rollup in ROLLUPS)
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {some}")
        return frozenset(rollup for rollup, any_ in zip(ROLLUPS, cursor.fetchone(), strict=True) if any_)


@shared
def _pending(rollup: Rollup) -> Mapping[tuple[int, int], Sequence[Part]]:
    found: dict[tuple[int, int], list[Part]] = {}
    for part in parts(rollup, _journal(rollup)):
        found.setdefault((part.level, part.subject), []).append(part)
    return found


def _alias(rollup: Rollup) -> str:
    return router.db_for_read(rollup.cells)
