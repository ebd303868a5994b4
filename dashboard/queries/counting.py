"""Counting rows per stretch of time, and picking the first rows of each person, in few queries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Aggregate, Model, QuerySet, Subquery

from dashboard.queries.sql import bucket
from dashboard.queries.timelines import Counters, Timeline, from_rows
from domain.models import User

M = TypeVar("M", bound=Model)


def count_timeline(
    record: type[Counters],
    rows: QuerySet[Model, Any],
    *,
    dated_by: str,
    cuts: tuple[datetime, ...],
    counters: Mapping[str, Aggregate],
) -> Timeline[Counters]:
    """The ``counters``, in the order of the record's fields, per stretch between the cuts.

    Reads every row: for what there are as many of as people. History is summed by ``dashboard.rollups``.
    """
    counted = (
        rows.annotate(stretch=bucket(dated_by, cuts))
        .order_by()
        .values_list("stretch")
        # Prefixed: a counter may not have the name of one of the model's fields.
        .annotate(**{f"n_{name}": counter for name, counter in counters.items()})
    )
    return from_rows(record, len(counters), cuts, list(counted))


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
