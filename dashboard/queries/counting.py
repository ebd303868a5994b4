"""Counting rows per subject and stretch of time, in one query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from django.db.models import Aggregate, F, Model, QuerySet, Subquery, Value

from dashboard.queries.sql import bucket
from dashboard.queries.timelines import Counters, Timelines
from domain.models import User

PLATFORM: Final = 0  # the one key of what is counted for all tenants together

M = TypeVar("M", bound=Model)


def keyed(rows: QuerySet[Model, Any], column: str, ids: tuple[int, ...]) -> QuerySet[Model, Any]:
    """The rows whose ``column`` is among ``ids``, which is their ``key``; without a column every row."""
    chosen = rows.filter(**{f"{column}__in": ids}) if column else rows
    named: QuerySet[Model, Any] = chosen.annotate(key=F(column) if column else Value(PLATFORM))
    return named


def count_timelines(
    record: type[Counters],
    rows: QuerySet[Model, Any],
    *,
    column: str,
    ids: tuple[int, ...],
    dated_by: str,
    cuts: tuple[datetime, ...],
    counters: Mapping[str, Aggregate],
) -> Timelines[Counters]:
    """The ``counters``, in the order of the record's fields, per subject and stretch between the cuts."""
    counted = (
        keyed(rows, column, ids)
        .annotate(stretch=bucket(dated_by, cuts))
        .order_by()
        .values_list("key", "stretch")
        # Prefixed: a counter may not have the name of one of the model's fields.
        .annotate(**{f"n_{name}": counter for name, counter in counters.items()})
    )
    return Timelines(record, len(counters), cuts, counted)


def first_of_each(
    people: tuple[int, ...], rows: QuerySet[M], count: int, *, load: QuerySet[M]
) -> Mapping[int, Sequence[M]]:
    """The first ``count`` of the ordered ``rows`` of each person; two queries.

    ``rows`` name the person as ``OuterRef("pk")``; ``load`` says what is loaded with them. They are
    picked one by one from the index, because numbering the rows of a person would read the whole history.
    """
    keys = rows.values("pk")
    nth = [Subquery(keys[n : n + 1]) for n in range(count)]
    picked = {
        person: [pk for pk in pks if pk is not None]
        for person, *pks in User.objects.filter(pk__in=people).order_by().values_list("pk", *nth)
    }
    # Not in_bulk: on SQLite it asks once per 999 rows.
    loaded = {row.pk: row for row in load.filter(pk__in=[pk for pks in picked.values() for pk in pks])}
    return {person: [loaded[pk] for pk in pks] for person, pks in picked.items()}
