"""Keeping the sums: folding journals into cells, comparing cells with the rows, correcting, forgetting.

Sums are only ever added to. So whatever is added may be worked out in one snapshot and written later: what
changed in between is in the journals, and is added as well.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from django.db import DEFAULT_DB_ALIAS, IntegrityError, router, transaction
from django.db.models import Max, Min

from dashboard.models import Repair
from dashboard.rollups import cells
from dashboard.rollups.cells import Key
from dashboard.rollups.shape import Grain, Level, Rollup, horizon_of, is_kept
from dashboard.rollups.subjects import ROLLUPS
from dashboard.rollups.summing import Row, journal_sums, parts, rows_of, sums, tallies
from realtime.snapshots import snapshot

log = logging.getLogger(__name__)

_CHUNK = 500  # rows of a journal folded in one transaction
_ROWS = 20_000  # rows summed by one query when everything is compared

Progress: TypeAlias = Callable[[int], object]
View: TypeAlias = Callable[[], AbstractContextManager[None]]
Value: TypeAlias = tuple[Any, ...]


def _nothing(rows: int) -> None:
    """Tell nobody how far it is."""


def fold(using: str = DEFAULT_DB_ALIAS) -> int:
    """Bring the cells up to date with the journals; returns how many of their rows were folded.

    Any number of processes may do it at once, each with rows of its own, and it may end anywhere: what is
    folded and what is deleted are the same rows, in one transaction.
    """
    folded = 0
    for rollup in ROLLUPS:
        while rollup.journal._base_manager.using(using).exists() and (chunk := _fold_chunk(rollup, using)):
            folded += chunk
    return folded


def _fold_chunk(rollup: Rollup, using: str) -> int:
    journal = rollup.journal._base_manager.using(using)
    with transaction.atomic(using=using):
        # Rows that another process is folding are its own. (SQLite has one writer at a time anyway.)
        free = journal.select_for_update(skip_locked=True).order_by("pk")
        ids = list(free.values_list("pk", flat=True)[:_CHUNK])
        if not ids:
            return 0
        chosen = journal.filter(pk__in=ids)
        summed = list(sums(rollup, chosen))
        # By id, never "up to the last": a transaction with a smaller id may commit later.
        chosen.delete()
        found = cells.Sums(rollup, horizon=0)
        found.add(parts(rollup, summed))
        cells.add(rollup, found.different(), using)
        cells.add_tallies(rollup, tallies(rollup, summed), using)
    return len(ids)


@dataclass
class Differences:
    """What has to be added to make the sums what the rows say; ``after`` is the last repair known of."""

    after: int
    cells: dict[Rollup, dict[Key, list[int]]] = field(default_factory=dict)
    tallies: dict[Rollup, dict[Value, int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.cells.values())) + sum(map(len, self.tallies.values()))


def rows_to_compare() -> int:
    """About how many rows ``compare`` will sum."""
    return sum(last - first + 1 for rollup in ROLLUPS for first, last in _keys(rollup))


def compare(now: datetime, progress: Progress = _nothing, view: View = snapshot) -> Differences:
    """The sums against all rows, in one consistent view; reads the whole history."""
    with view():
        found = Differences(Repair.objects.aggregate(last=Max("number"))["last"] or 0)
        for rollup in ROLLUPS:
            found.cells[rollup], found.tallies[rollup] = _compare(rollup, horizon_of(now), progress)
    return found


def _compare(
    rollup: Rollup, horizon: int, progress: Progress
) -> tuple[dict[Key, list[int]], dict[Value, int]]:
    using = router.db_for_read(rollup.source)
    missing = cells.Sums(rollup, horizon)
    missing_rows: dict[Value, int] = {}

    def add(summed: list[Row], sign: int) -> None:
        missing.add(parts(rollup, summed), sign)
        for key, rows in tallies(rollup, summed).items():
            missing_rows[key] = missing_rows.get(key, 0) + sign * rows

    for first, last in _keys(rollup):
        for start in range(first, last + 1, _ROWS):
            add(list(sums(rollup, rows_of(rollup).filter(pk__gte=start, pk__lt=start + _ROWS))), 1)
            progress(min(_ROWS, last + 1 - start))
    add(journal_sums(rollup), -1)
    missing.add_cells(cells.every_cell(rollup, using, horizon), -1)
    if rollup.tallies is not None:
        for *key, rows in rollup.tallies._base_manager.values_list(*rollup.tallied, "rows"):
            missing_rows[tuple(key)] = missing_rows.get(tuple(key), 0) - rows
    return missing.different(), {key: rows for key, rows in missing_rows.items() if rows}


def _keys(rollup: Rollup) -> Iterator[tuple[int, int]]:
    """The first and the last key of the rows; none when there are none."""
    ends = rollup.source._base_manager.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        yield ends["first"], ends["last"]


def correct(found: Differences, using: str = DEFAULT_DB_ALIAS) -> bool:
    """Add the differences; False if another repair came first, which makes these worthless."""
    try:
        with transaction.atomic(using=using):
            Repair.objects.using(using).create(
                number=found.after + 1, at=datetime.now(UTC), differences=found.count
            )
            for rollup in ROLLUPS:
                cells.add(rollup, found.cells.get(rollup, {}), using)
                cells.add_tallies(rollup, found.tallies.get(rollup, {}), using)
    except IntegrityError:
        return False
    return True


def repair(
    now: datetime, using: str = DEFAULT_DB_ALIAS, progress: Progress = _nothing, view: View = snapshot
) -> int:
    """Make the sums what the rows say, while others write; returns how many cells and counts were wrong."""
    while True:
        found = compare(now, progress, view)
        if not found.count or correct(found, using):
            return found.count


def forget(now: datetime, using: str = DEFAULT_DB_ALIAS) -> int:
    """Delete the cells that no window reaches any more."""
    horizon = horizon_of(now)
    deleted = 0
    for rollup in ROLLUPS:
        stored = rollup.cells._base_manager.using(using)
        for level in Level:
            for grain in (Grain.QUARTER, Grain.DAY):
                old = stored.filter(level=level, grain=grain, bucket__lt=horizon)
                if not (grain is Grain.DAY and is_kept(level, grain, 0, horizon)):
                    deleted += old.delete()[0]
    return deleted
