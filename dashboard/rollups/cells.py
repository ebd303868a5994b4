"""The cells in the database: adding to them, and reading a subject's windows from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connections

from dashboard.rollups.shape import DAY, Grain, Level, Rollup, is_kept, quarter_of
from dashboard.rollups.summing import Part

# Of a cell: level, subject, grain, bucket, owner.
Key = tuple[int, int, int, int, int]
_KEY = ("level", "subject", "grain", "bucket", "owner")
_BATCH = 200  # cells to a statement, under SQLite's limit of 32,766 parameters


class Sums:
    """Cells in memory, of all grains that are still of use at ``horizon``."""

    def __init__(self, rollup: Rollup, horizon: int) -> None:
        self.cells: dict[Key, list[int]] = {}
        self._width = len(rollup.columns)
        self._horizon = horizon

    def add(self, parts: Iterable[Part], sign: int = 1) -> None:
        cells, width, horizon = self.cells, self._width, self._horizon
        for level, subject, owner, quarter, _, values in parts:
            for grain, bucket in (
                (Grain.EVER, 0),
                (Grain.DAY, quarter - quarter % DAY),
                (Grain.QUARTER, quarter),
            ):
                if not is_kept(level, grain, bucket, horizon):
                    continue
                key = (int(level), subject, int(grain), bucket, owner)
                sums = cells.get(key)
                if sums is None:
                    sums = cells[key] = [0] * width
                for column, value in values:
                    sums[column] += sign * value

    def add_cells(self, cells: Iterable[Sequence[int]], sign: int = 1) -> None:
        """Rows of ``every_cell``."""
        for row in cells:
            key = tuple(row[:5])
            sums = self.cells.setdefault(key, [0] * self._width)  # type: ignore[arg-type]
            for index, value in enumerate(row[5:]):
                sums[index] += sign * int(value)

    def different(self) -> dict[Key, list[int]]:
        """Those that are not all 0."""
        return {key: values for key, values in self.cells.items() if any(values)}


def add(rollup: Rollup, cells: Mapping[Key, Sequence[int]], using: str) -> None:
    """Add to the cells, also to those not there yet; by key, so that nobody blocks crosswise."""
    names = (*_KEY, *rollup.columns)
    table = rollup.cells._meta.db_table
    added = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in rollup.columns)
    rows = [(*key, *cells[key]) for key in sorted(cells)]
    _upsert(table, names, rows, f"({', '.join(_KEY)}) DO UPDATE SET {added}", using)


def add_tallies(rollup: Rollup, tallies: Mapping[tuple[Any, ...], int], using: str) -> None:
    """Add to the counts by value."""
    if rollup.tallies is None:
        return
    table = rollup.tallies._meta.db_table
    conflict = f"({', '.join(rollup.tallied)}) DO UPDATE SET rows = {table}.rows + excluded.rows"
    rows = [(*key, tallies[key]) for key in sorted(tallies)]
    _upsert(table, (*rollup.tallied, "rows"), rows, conflict, using)


def _upsert(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str, using: str
) -> None:
    one = f"({', '.join(['%s'] * len(names))})"
    with connections[using].cursor() as cursor:
        for start in range(0, len(rows), _BATCH):
            batch = rows[start : start + _BATCH]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([one] * len(batch))}"
                f" ON CONFLICT {conflict}",
                [value for row in batch for value in row],
            )


def every_cell(rollup: Rollup, using: str, horizon: int) -> list[tuple[int, ...]]:
    """All cells that are still of use: key and sums."""
    names = ", ".join((*_KEY, *rollup.columns))
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {rollup.cells._meta.db_table}")
        return [row for row in cursor.fetchall() if is_kept(row[0], Grain(row[2]), row[3], horizon)]


def stretches(cuts: Sequence[datetime]) -> list[tuple[int, int, int, int]]:
    """The cells between neighbouring cuts, as (number of the stretch, grain, first bucket, end).

    Whole days by the day, the rest by the quarter. Stretch n begins at cut n - 1; stretch 0 is all time.
    """
    found = [(0, int(Grain.EVER), 0, 1)]
    for number, (start, end) in enumerate(pairwise(cuts), start=1):
        first, stop = quarter_of(start), quarter_of(end)
        first_day, last_day = -(-first // DAY) * DAY, stop // DAY * DAY
        if first_day >= last_day:
            found.append((number, int(Grain.QUARTER), first, stop))
            continue
        found.append((number, int(Grain.DAY), first_day, last_day))
        if first < first_day:
            found.append((number, int(Grain.QUARTER), first, first_day))
        if last_day < stop:
            found.append((number, int(Grain.QUARTER), last_day, stop))
    return found


class Subject(NamedTuple):
    """Whose cells are read, and between which ``cuts``: ascending instants, each the start of a quarter.

    ``owner`` is the tenant for tenants and agents (whose figures are those of the tenant they work for now),
    and EVERYBODY for the others.
    """

    id: int
    owner: int
    cuts: tuple[datetime, ...]


def read(rollup: Rollup, level: Level, subjects: Sequence[Subject], using: str) -> list[Sequence[int]]:
    """Rows (subject, number of the stretch, *sums) of the subjects, each by its own cuts."""
    calendars = list(dict.fromkeys(subject.cuts for subject in subjects))
    return _read(
        rollup,
        level,
        subjects,
        [(number, *stretch) for number, cuts in enumerate(calendars) for stretch in stretches(cuts)],
        {cuts: number for number, cuts in enumerate(calendars)},
        "r.stretch",
        rollup.columns,
        using,
    )


def read_quarters(
    rollup: Rollup, level: Level, subjects: Sequence[Subject], column: str, using: str
) -> list[Sequence[int]]:
    """Rows (subject, quarter, sum of the column) from each one's first cut to its last."""
    calendars = {subject.cuts: number for number, subject in enumerate(subjects)}
    ranges = [
        (number, 0, int(Grain.QUARTER), quarter_of(cuts[0]), quarter_of(cuts[-1]))
        for cuts, number in calendars.items()
    ]
    return _read(rollup, level, subjects, ranges, calendars, "c.bucket", (column,), using)


def _read(
    rollup: Rollup,
    level: Level,
    subjects: Sequence[Subject],
    ranges: Sequence[Sequence[int]],
    calendars: Mapping[tuple[datetime, ...], int],
    by: str,
    columns: Sequence[str],
    using: str,
) -> list[Sequence[int]]:
    if not subjects:
        return []
    people = [(subject.id, subject.owner, calendars[subject.cuts]) for subject in subjects]
    totals = ", ".join(f"SUM(c.{name})" for name in columns)
    # CROSS JOIN: SQLite then keeps the order, and looks cells up by range.
    statement = (
        f"WITH people(id, owner, calendar) AS (VALUES {_values(people)}),"
        f" ranges(calendar, stretch, grain, first, stop) AS (VALUES {_values(ranges)})"
        f" SELECT p.id, {by}, {totals}"
        f' FROM people p CROSS JOIN ranges r CROSS JOIN "{rollup.cells._meta.db_table}" c'
        f" WHERE r.calendar = p.calendar AND c.level = {int(level)} AND c.subject = p.id"
        " AND c.grain = r.grain AND c.bucket >= r.first AND c.bucket < r.stop AND c.owner = p.owner"
        f" GROUP BY p.id, {by}"
    )
    with connections[using].cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _values(rows: Iterable[Sequence[int]]) -> str:
    return ", ".join(f"({', '.join(map(str, row))})" for row in rows)
