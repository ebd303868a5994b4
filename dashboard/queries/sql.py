"""SQL that both databases understand: instants as numbers, the bucket between two bounds, lookups."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler

QUARTER: Final = timedelta(minutes=15)  # every zone's offset is a multiple of it
_QUARTER_SECONDS: Final = int(QUARTER.total_seconds())


class Micros(Func):
    """An instant as whole microseconds since 1970, so that differences are exact and need no Python function.

    SQLite keeps instants as text, ``2026-03-29 01:00:00[.123456]`` in UTC, and its own date functions round
    to milliseconds: seconds and fraction are read apart.
    """

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        seconds = f"CAST(strftime('%%s', substr({sql}, 1, 19)) AS INTEGER)"
        fraction = f"CAST(substr({sql}, 21, 6) AS INTEGER)"
        return f"({seconds} * 1000000 + {fraction})", (*params, *params)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"(EXTRACT(EPOCH FROM {sql}) * 1000000)::bigint", params


class Quarter(Func):
    """The number of the quarter of an hour in UTC, since 1970, that holds an instant."""

    arity = 1
    output_field = BigIntegerField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"(CAST(strftime('%%s', substr({sql}, 1, 19)) AS INTEGER) / {_QUARTER_SECONDS})", params

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"FLOOR(EXTRACT(EPOCH FROM {sql}) / {_QUARTER_SECONDS})::bigint", params


def bucket(field: str, cuts: Sequence[Any]) -> Case:
    """How many of the ascending ``cuts`` are not after the instant: 0 is before the first of them."""
    newest_first = [(number, cut) for number, cut in enumerate(cuts, start=1)][::-1]
    return Case(
        *(When(**{f"{field}__gte": cut}, then=Value(number)) for number, cut in newest_first),
        default=Value(0),
        output_field=IntegerField(),
    )


def elapsed(start: str, end: str) -> Combinable:
    """Microseconds from the instant ``start`` to ``end``."""
    return Micros(F(end)) - Micros(F(start))


def table_of(
    connection: BaseDatabaseWrapper, types: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[str, list[Any]]:
    """A query that gives the ``rows`` (one at least) of numbers and instants, and its parameters.

    ``types`` are PostgreSQL's, one for each column. There the words are the same for any rows, so that the
    statement can be prepared; SQLite reads numbers in the statement faster than anything else.
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{name}[]" for name in types)
        columns = [array_of([row[n] for row in rows]) for n in range(len(types))]
        return f"SELECT * FROM unnest({arrays})", columns  # noqa: S608 - types of ours
    tuples = (", ".join(str(value) if isinstance(value, int) else "%s" for value in row) for row in rows)
    values = ", ".join(f"({each})" for each in tuples)
    return f"VALUES {values}", [value for row in rows for value in row if not isinstance(value, int)]


def array_of(values: Iterable[Any]) -> str:
    """PostgreSQL's words for an array of numbers or instants: psycopg takes long to find them."""
    return f"{{{','.join(map(str, values))}}}"


def looked_up(connection: BaseDatabaseWrapper, table: str, condition: str) -> str:
    """Joins the rows ``c`` of the table that meet the condition, for each of what stands before it.

    In this order and from an index, whatever the planner expects of what it knows nothing of.
    """
    if connection.vendor == "postgresql":
        # OFFSET 0: a query of its own, which is not taken apart.
        return f'CROSS JOIN LATERAL (SELECT * FROM "{table}" c WHERE {condition} OFFSET 0) c'  # noqa: S608
    return f'CROSS JOIN "{table}" c ON ({condition})'
