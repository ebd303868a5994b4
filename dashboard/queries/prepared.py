"""Queries that are put into words once: Django's way from a queryset to SQL costs more than most of them do.

    _LATE = Prepared(
        lambda owners, now: Callback.objects.filter(among("owner_id", owners), due_at__lt=now).values_list(),
        owners=IDS,
        now=INSTANT,
    )
    rows = _LATE.rows(owners=ids, now=now)

A queryset is built with parameters in the place of values, compiled once per kind of database, and from then
on only run. Parameters are single values that are not null; lists of ids go through ``among``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models import query as django_queries
from django.db.models.expressions import F, Func
from django.db.models.sql.compiler import SQLCompiler

AnyField: TypeAlias = "Field[Any, Any]"


if TYPE_CHECKING:
    _IntegerField = IntegerField[Any, Any]
else:  # generic for the type checker only
    _IntegerField = IntegerField

_get_related_populators: Any = django_queries.get_related_populators


class _IdsField(_IntegerField):
    """Any number of ids as one parameter."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return list(value) if connection.vendor == "postgresql" else f"[{','.join(map(str, value))}]"


INSTANT: Final[AnyField] = DateTimeField()
NUMBER: Final[AnyField] = IntegerField()
IDS: Final[AnyField] = _IdsField()


@dataclass(frozen=True)
class _Slot:
    """Where a value belongs among the parameters of a statement."""

    name: str
    field: AnyField


class _Parameter(Expression):
    """A value that is not known yet."""

    def __init__(self, slot: _Slot) -> None:
        super().__init__(output_field=slot.field)
        self._slot = slot

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self._slot,)


class _Among(Func):
    arity = 2
    output_field = BooleanField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="%(expressions)s))",
            arg_joiner=" IN (SELECT value FROM json_each(",
        )

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s)", arg_joiner=" = ANY(")


def among(column: str, ids: Any) -> Any:
    """Whether the column is one of ``ids``, a parameter; the words are the same however many they are."""
    return _Among(F(column), ids)


class _Words(NamedTuple):
    """A compiled query; ``converters`` by the place of the column."""

    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class Prepared:
    """A query with parameters; safe to use from many threads."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **parameters: AnyField) -> None:
        self._build = build
        self._parameters = parameters
        self._model: type[Model] | None = None
        self._words: dict[str, _Words] = {}

    def rows(self, **values: Any) -> list[Sequence[Any]]:
        """What ``values_list`` would give."""
        return self._run(values)[2]

    def pairs(self, **values: Any) -> list[tuple[Any, Any]]:
        """The rows of a query for two columns."""
        return [(key, value) for key, value in self.rows(**values)]

    def objects(self, **values: Any) -> list[Any]:
        """What the queryset would give: rows of its model, with what is selected along."""
        alias, words, rows = self._run(values)
        compiler = words.compiler
        info = compiler.klass_info
        first, last = info["select_fields"][0], info["select_fields"][-1] + 1
        names = [part[0].target.attname for part in compiler.select[first:last]]
        populators = _get_related_populators(info, compiler.select, alias)
        found = []
        for row in rows:
            one = info["model"].from_db(alias, names, row[first:last])
            for populator in populators:
                populator.populate(row, one)
            found.append(one)
        return found

    def _run(self, values: dict[str, Any]) -> tuple[str, _Words, list[Sequence[Any]]]:
        if self._model is None:
            self._model = self._queryset().model
        alias = router.db_for_read(self._model)
        connection = connections[alias]
        words = self._words.get(connection.vendor)
        if words is None:
            words = self._words[connection.vendor] = self._compile(alias)
        params = [
            each.field.get_db_prep_value(values[each.name], connection) if isinstance(each, _Slot) else each
            for each in words.params
        ]
        with connection.cursor() as cursor:
            cursor.execute(words.sql, params)
            rows: list[Any] = cursor.fetchall()
        if words.converters:
            rows = [_converted(row, words.converters, connection) for row in rows]
        return alias, words, rows

    def _queryset(self) -> QuerySet[Any, Any]:
        slots = {name: _Parameter(_Slot(name, field)) for name, field in self._parameters.items()}
        return self._build(**slots)

    def _compile(self, alias: str) -> _Words:
        compiler: Any = self._queryset().using(alias).query.get_compiler(alias)
        sql, params = compiler.as_sql()
        converters = compiler.get_converters([part[0] for part in compiler.select[: compiler.col_count]])
        each = [(place, functions, column) for place, (functions, column) in converters.items()]
        return _Words(sql, tuple(params), compiler, each)


def _converted(row: Sequence[Any], converters: Any, connection: BaseDatabaseWrapper) -> list[Any]:
    values = list(row)
    for place, functions, column in converters:
        for function in functions:
            values[place] = function(values[place], column, connection)
    return values
