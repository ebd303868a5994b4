"""Counting rows per stretch of time, and picking the first rows of each person, in few queries."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Aggregate, IntegerField, Model, QuerySet, Subquery, Value

from dashboard.queries.prepared import IDS, INSTANT, AnyField, Prepared, among
from dashboard.queries.sql import bucket
from dashboard.queries.timelines import Counters, Timeline, from_rows
from domain.models import User

M = TypeVar("M", bound=Model)


class CountedTimeline(Generic[Counters]):
    """Counts all rows of a model per stretch between cuts; the counters stand in the order of the record's.

    Reads every row: for what there are as many of as people. History is summed by ``dashboard.rollups``.
    """

    def __init__(
        self,
        record: type[Counters],
        rows: Callable[[], QuerySet[Any, Any]],
        dated_by: str,
        counters: Mapping[str, Aggregate],
    ) -> None:
        self._record = record
        self._rows = rows
        self._dated_by = dated_by
        self._counters = counters
        self._prepared: dict[int, Prepared] = {}

    def count(self, cuts: tuple[datetime, ...]) -> Timeline[Counters]:
        """The timeline between the ascending ``cuts``."""
        names = [f"cut_{n}" for n in range(len(cuts))]
        if len(cuts) not in self._prepared:
            self._prepared[len(cuts)] = Prepared(self._query, **dict.fromkeys(names, INSTANT))
        counted = self._prepared[len(cuts)].rows(**dict(zip(names, cuts, strict=True)))
        return from_rows(self._record, len(self._counters), cuts, counted)

    def _query(self, **cuts: Any) -> QuerySet[Any, Any]:
        counted: QuerySet[Any, Any] = (
            self._rows()
            .annotate(stretch=bucket(self._dated_by, list(cuts.values())))
            .order_by()
            .values_list("stretch")
            # Prefixed: a counter may not have the name of one of the model's fields.
            .annotate(**{f"n_{name}": counter for name, counter in self._counters.items()})
        )
        return counted


def of_all(rows: QuerySet[M, Any], **aggregates: Aggregate) -> QuerySet[M, Any]:
    """One row: a 0, and the aggregates of all ``rows``, also of none. (``aggregate`` gives no queryset.)"""
    one: QuerySet[M, Any] = (
        rows.order_by()
        .annotate(nothing=Value(0, output_field=IntegerField()))
        .values_list("nothing")
        .annotate(**aggregates)
    )
    return one


class FirstOfEach(Generic[M]):
    """Finds the first rows of each person, in two queries.

    ``rows`` gives the ordered rows, which name the person as ``OuterRef("pk")``, ``load`` the queryset that
    says what is loaded with them. They are picked one by one from the index, because numbering the rows of a
    person would read the whole history.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet[M, Any]],
        load: Callable[[], QuerySet[M, Any]],
        **parameters: AnyField,
    ) -> None:
        self._rows = rows
        self._parameters = parameters
        self._picks: dict[int, Prepared] = {}
        self._load = Prepared(lambda ids: load().filter(among("pk", ids)), ids=IDS)

    def find(self, people: tuple[int, ...], count: int, **values: Any) -> Mapping[int, Sequence[M]]:
        """The first ``count`` of each person."""
        picked = {
            person: [pk for pk in pks if pk is not None]
            for person, *pks in self._picking(count).rows(people=people, **values)
        }
        wanted = [pk for pks in picked.values() for pk in pks]
        loaded = {row.pk: row for row in self._load.objects(ids=wanted)} if wanted else {}
        return {person: [loaded[pk] for pk in pks] for person, pks in picked.items()}

    def _picking(self, count: int) -> Prepared:
        if count not in self._picks:

            def pick(people: Any, **parameters: Any) -> QuerySet[User, Any]:
                keys = self._rows(**parameters).values("pk")
                nth = {f"nth_{n}": Subquery(keys[n : n + 1]) for n in range(count)}
                picked: QuerySet[User, Any] = User.objects.filter(among("pk", people)).order_by()
                return picked.values_list("pk", *nth.values())

            self._picks[count] = Prepared(pick, people=IDS, **self._parameters)
        return self._picks[count]
