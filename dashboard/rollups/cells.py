"""The cells in the database: adding to them, and reading a subject's windows from them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connections

from dashboard.queries.sql import looked_up, table_of
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


class Stretch(NamedTuple):
    """The cells of a grain from one bucket until before another; several may have one number."""

    number: int
    grain: int
    first: int
    stop: int


def stretches(cuts: Sequence[datetime]) -> list[Stretch]:
    """The cells between neighbouring cuts: whole days by the day, the rest by the quarter.

    Stretch n begins at cut n - 1; stretch 0 is all time.
    """
    found = [Stretch(0, int(Grain.EVER), 0, 1)]
    for number, (start, end) in enumerate(pairwise(cuts), start=1):
        first, stop = quarter_of(start), quarter_of(end)
        first_day, last_day = -(-first // DAY) * DAY, stop // DAY * DAY
        if first_day >= last_day:
            found.append(Stretch(number, int(Grain.QUARTER), first, stop))
            continue
        found.append(Stretch(number, int(Grain.DAY), first_day, last_day))
        if first < first_day:
            found.append(Stretch(number, int(Grain.QUARTER), first, first_day))
        if last_day < stop:
            found.append(Stretch(number, int(Grain.QUARTER), last_day, stop))
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
    return _read(rollup, level, subjects, stretches, "r.stretch", rollup.columns, using)


def read_quarters(
    rollup: Rollup, level: Level, subjects: Sequence[Subject], column: str, using: str
) -> list[Sequence[int]]:
    """Rows (subject, quarter, sum of the column) from each one's first cut to its last."""
    return _read(rollup, level, subjects, _quarters, "c.bucket", (column,), using)


def read_totals(
    rollup: Rollup, level: Level, subjects: Sequence[Subject], column: str, using: str
) -> list[Sequence[int]]:
    """Rows (subject, 1, sum of the column) from each one's first cut to its last."""
    return _read(rollup, level, subjects, _whole, "r.stretch", (column,), using)


def _quarters(cuts: Sequence[datetime]) -> list[Stretch]:
    return [Stretch(0, int(Grain.QUARTER), quarter_of(cuts[0]), quarter_of(cuts[-1]))]


def _whole(cuts: Sequence[datetime]) -> list[Stretch]:
    return [stretch for stretch in stretches((cuts[0], cuts[-1])) if stretch.number]


def _read(
    rollup: Rollup,
    level: Level,
    subjects: Sequence[Subject],
    covering: Callable[[Sequence[datetime]], Sequence[Stretch]],
    by: str,
    columns: Sequence[str],
    using: str,
) -> list[Sequence[int]]:
    if not subjects:
        return []
    calendars = {cuts: number for number, cuts in enumerate({subject.cuts: None for subject in subjects})}
    people = [(subject.id, subject.owner, calendars[subject.cuts]) for subject in subjects]
    ranges = [(number, *stretch) for cuts, number in calendars.items() for stretch in covering(cuts)]
    connection = connections[using]
    totals = ", ".join(f"SUM(c.{name})" for name in columns)
    whose, some_people = table_of(connection, ["bigint"] * 3, people)
    when, some_ranges = table_of(connection, ["bigint"] * 5, ranges)
    cells = looked_up(
        connection,
        rollup.cells._meta.db_table,
        f"c.level = {int(level)} AND c.subject = p.id AND c.owner = p.owner"
        " AND c.grain = r.grain AND c.bucket >= r.first AND c.bucket < r.stop",
    )
    statement = (
        f"WITH people(id, owner, calendar) AS ({whose}),"
        f" ranges(calendar, stretch, grain, first, stop) AS ({when})"
        f" SELECT p.id, {by}, {totals} FROM people p CROSS JOIN ranges r {cells}"
        f" WHERE r.calendar = p.calendar GROUP BY p.id, {by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*some_people, *some_ranges])
        return list(cursor.fetchall())
