"""From rows to sums: the one query by which both rows and journals are summed, and where its sums belong."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, IntegerField, QuerySet, Sum, Value

from dashboard.queries.prepared import Prepared
from dashboard.queries.sql import Quarter
from dashboard.rollups.shape import EVERYBODY, Level, Rollup

Row = Sequence[Any]


class Part(NamedTuple):
    """What rows add to one subject in one quarter, of one dating: (column of the cell, value), no zeros."""

    level: Level
    subject: int
    owner: int
    quarter: int
    dating: str
    values: Sequence[tuple[int, int]]


def rows_of(rollup: Rollup, using: str | None = None) -> QuerySet[Any]:
    """The counted rows themselves, as if all of them had just come."""
    borrowed = {column: F(f"{lender.name}__{lender.column}") for column, lender in rollup.borrowed.items()}
    rows = rollup.source._base_manager.using(using) if using else rollup.source._base_manager
    return rows.annotate(sign=Value(1, output_field=IntegerField()), **borrowed)


def sums(rollup: Rollup, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of ``rollup.dimensions``, the sums of ``rollup.columns`` of all rows alike in these, a count."""
    quarters = {f"quarter_of_{dated.at}": Quarter(dated.at) for dated in rollup.dated.values()}
    count = Sum(F("sign"), output_field=BigIntegerField())
    alike: QuerySet[Any] = (
        rows.annotate(**rollup.derived, **quarters)
        .order_by()
        .values_list(*rollup.dimensions)
        .annotate(**rollup.aggregates(), number_of_rows=count)
    )
    return alike


def journal_sums(rollup: Rollup) -> list[Row]:
    """The sums of the whole journal."""
    return _query_of_journal(rollup).rows()


@cache
def _query_of_journal(rollup: Rollup) -> Prepared:
    return Prepared(lambda: sums(rollup, rollup.journal._base_manager.all()))


def parts(rollup: Rollup, rows: Iterable[Row]) -> Iterator[Part]:
    """What each row of ``sums`` adds, to whom, where; nothing for sums that are all 0."""
    place = {name: index for index, name in enumerate(rollup.dimensions)}
    first = len(place)
    owner_at = place[rollup.owner]
    plan = []
    for dating, dated in rollup.dated.items():
        columns = rollup.slices[dating]
        whose = [(level, None if name is None else place[name]) for level, name in dated.subjects.items()]
        places = [(column, first + column) for column in range(columns.start, columns.stop)]
        plan.append((place[f"quarter_of_{dated.at}"], dating, places, whose))
    for row in rows:
        for quarter_at, dating, places, whose in plan:
            quarter = row[quarter_at]
            if quarter is None:
                continue
            # A sum of no rows is null, and PostgreSQL's sum of large numbers a decimal.
            values = [(column, int(row[at])) for column, at in places if row[at]]
            if not values:
                continue
            for level, subject_at in whose:
                subject = EVERYBODY if subject_at is None else row[subject_at]
                if subject is None:
                    continue
                if level is Level.AI_AGENTS:
                    subject = EVERYBODY
                # An agent's figures are those of the tenant it works for now.
                owner = row[owner_at] if level in (Level.OWNER, Level.AGENT) else EVERYBODY
                yield Part(level, subject, owner, quarter, dating, values)


def tallies(rollup: Rollup, rows: Iterable[Row]) -> dict[tuple[Any, ...], int]:
    """How many rows more or fewer by the values of ``rollup.tallied``."""
    counts: dict[tuple[Any, ...], int] = {}
    if rollup.tallied:
        stop = len(rollup.dimensions)
        start = stop - len(rollup.tallied)
        for row in rows:
            key = tuple(row[start:stop])
            counts[key] = counts.get(key, 0) + int(row[-1] or 0)
    return {key: count for key, count in counts.items() if count}
