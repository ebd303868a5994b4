"""Queries that are put into words once: Django's way from a queryset to SQL costs more than most of them do.

    _LATE = Prepared(
        lambda owners, now: Callback.objects.filter(among("owner_id", owners), due_at__lt=now).values_list(),
        owners=IDS,
        now=INSTANT,
    )
    rows = _LATE.rows(owners=ids, now=now)

A queryset is built with parameters in the place of values, compiled once per kind of database, and from then
on only run. Parameters are single values that are not null; lists of ids go through ``among``. PostgreSQL
prepares the statement, too (``snapshot_alias`` in the settings). Constants are part of its text: a plan for
whatever value a parameter may have cannot use a partial index.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, DateTimeField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.expressions import F, Func
from django.db.models.sql.compiler import SQLCompiler

from dashboard.queries.sql import array_of

AnyField: TypeAlias = "Field[Any, Any]"


if TYPE_CHECKING:
    _IntegerField = IntegerField[Any, Any]
else:  # generic for the type checker only
    _IntegerField = IntegerField


class _IdsField(_IntegerField):
    """Any number of ids as one parameter."""

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        return array_of(value) if connection.vendor == "postgresql" else f"[{','.join(map(str, value))}]"


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
        return self.as_sql(compiler, connection, template="%(expressions)s::bigint[])", arg_joiner=" = ANY(")


def among(column: str, ids: Any) -> Any:
    """Whether the column is one of ``ids``, a parameter; the words are the same however many they are."""
    return _Among(F(column), ids)


class _Words(NamedTuple):
    """A compiled query; ``converters`` by the place of the column."""

    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class _Maker:
    """Makes objects of rows as they would be loaded; those of one row among what is selected along are one.

    Without ``__init__``, which takes longer than everything else: its signals have no receivers here.
    """

    def __init__(self, info: dict[str, Any], select: Sequence[Any], alias: str) -> None:
        places = info["select_fields"]
        self._model: type[Model] = info["model"]
        self._columns = slice(places[0], places[-1] + 1)
        self._names = [part[0].target.attname for part in select[self._columns]]
        self._key_at = places[0] + self._names.index(self._model._meta.pk.attname)
        self._alias = alias
        self._known: dict[Any, Model] = {}
        self._along = [
            (_Maker(each, select, alias), each["local_setter"], each["remote_setter"])
            for each in info.get("related_klass_infos", ())
        ]

    def make(self, rows: Iterable[Sequence[Any]]) -> list[Model]:
        """An object for each row."""
        return [self._one(row) for row in rows]

    def _one(self, row: Sequence[Any]) -> Model:
        one = self._model.__new__(self._model)
        one.__dict__.update(zip(self._names, row[self._columns], strict=True))
        one._state = ModelState()
        one._state.db, one._state.adding = self._alias, False
        for maker, set_here, set_there in self._along:
            other = maker._shared(row)
            set_here(one, other)
            if other is not None:
                set_there(other, one)
        return one

    def _shared(self, row: Sequence[Any]) -> Model | None:
        key = row[self._key_at]
        if key is None:
            return None
        if key not in self._known:
            self._known[key] = self._one(row)
        return self._known[key]


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
        return _Maker(words.compiler.klass_info, words.compiler.select, alias).make(rows)

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
        if connections[alias].vendor == "postgresql":
            sql, params = _with_constants(sql, params)
        slow = getattr(connections[alias].ops, "convert_datetimefield_value", None)
        each = [
            (place, [_as_instant if function == slow else function for function in functions], column)
            for place, (functions, column) in converters.items()
        ]
        return _Words(sql, tuple(params), compiler, each)


def _with_constants(sql: str, params: Sequence[Any]) -> tuple[str, list[_Slot]]:
    """The statement with what never changes written out, so that only slots are left to be filled."""
    from psycopg.sql import Literal

    slots: list[_Slot] = []
    texts = iter(sql.replace("%%", "\0").split("%s"))
    words = next(texts)
    for param, text in zip(params, texts, strict=True):
        if isinstance(param, _Slot):
            slots.append(param)
            words += "%s"
        else:
            words += Literal(param).as_string().replace("%", "\0")
        words += text
    return words.replace("\0", "%%"), slots


def _converted(row: Sequence[Any], converters: Any, connection: BaseDatabaseWrapper) -> list[Any]:
    values = list(row)
    for place, functions, column in converters:
        for function in functions:
            values[place] = function(values[place], column, connection)
    return values


def _as_instant(value: Any, column: Any, connection: BaseDatabaseWrapper) -> datetime | None:
    """What SQLite has instead of an instant: UTC without a zone, as text where it was computed."""
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at.replace(tzinfo=UTC)
