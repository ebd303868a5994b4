"""One tracked model: reads whom its rows concern, before they are written and after, and marks them."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connections, transaction
from django.db.models import Model, Q, QuerySet

from realtime.marks import write_marks
from realtime.scopes import Scope

log = logging.getLogger(__name__)

Row: TypeAlias = tuple[Any, ...]

# Rows looked up by one query: under SQLite's old limit of 999 parameters, also with several to a row.
_CHUNK: Final = 200

# Rows that an update names one by one; PostgreSQL takes 65,535 parameters.
_NAMED: Final = 10_000

# Where an instance's state keeps what its row was before it is saved, by tracked model.
_BEFORE: Final = "realtime_before"

# Rows that a queryset's delete() has marked together, so that they are not read again one by one.
_marked: ContextVar[Mapping[type[Model], frozenset[Any]]] = ContextVar(
    "realtime_marked", default=MappingProxyType({})
)


@contextmanager
def together(using: str) -> Iterator[None]:
    """A transaction: the one in progress, or one of its own."""
    if connections[using].in_atomic_block:
        yield
    else:
        with transaction.atomic(using=using):
            yield


class Taken(NamedTuple):
    """Rows that are about to be written."""

    pks: Sequence[Any]
    held_by: Collection[Row]
    rows: Collection[Row]  # distinct values of the tracked fields


class Tracked:
    """The observer of one model; every method runs inside the writer's transaction, or opens one."""

    def __init__(
        self, model: type[Model], fields: Sequence[str], scopes: Callable[[Collection[Row]], Iterable[Scope]]
    ) -> None:
        self.model = model
        self.fields = tuple(fields)
        self.scopes = scopes
        self._pk = model._meta.pk.name
        # The row's own columns that its scopes depend on; while they stay, so do the values of ``fields``.
        holders = [self._holder(path) for path in self.fields]
        self._holders = tuple(dict.fromkeys(field.attname for field in holders if field))
        self._holder_names = {name for field in holders if field for name in (field.name, field.attname)}
        self._holder_names |= {"pk", self._pk}
        # Raises FieldError for a path that leads nowhere.
        self._template = model._base_manager.order_by().values_list("pk", *self._holders, *self.fields)

    def _holder(self, path: str) -> Any:
        """The field of the model that a path begins with; None where it begins with others' rows."""
        name = path.partition("__")[0]
        try:
            field = self.model._meta.get_field(self._pk if name == "pk" else name)
        except FieldDoesNotExist:
            return None
        return field if field.concrete and not field.many_to_many else None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tracked):
            return NotImplemented
        return (self.model, self.fields, self.scopes) == (other.model, other.fields, other.scopes)

    def __hash__(self) -> int:
        return hash((self.model, self.fields))

    # Receivers of Django's signals.

    def before_save(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        with together(using):
            before = self._take(self._pk_of(instance), using)
            self._mark(before.rows, using)
        instance._state.__dict__.setdefault(_BEFORE, {})[self.model] = before

    def after_save(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        before: Taken | None = instance._state.__dict__.get(_BEFORE, {}).pop(self.model, None)
        with together(using):
            # A row that is still held by what led to its scopes need not be read again.
            if before and before.held_by == {tuple(getattr(instance, name) for name in self._holders)}:
                rows = before.rows
            else:
                rows = self._values(self._pk_of(instance), using)
            self._mark(rows, using)

    def before_delete(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        pks = [pk for pk in self._pk_of(instance) if pk not in _marked.get().get(self.model, ())]
        with together(using):
            self._mark(self._take(pks, using, delete=True).rows, using)

    # What the querysets report.

    @contextmanager
    def updating(self, rows: "QuerySet[Any]", using: str, changed: Collection[str]) -> Iterator[Q]:
        with together(using):
            before = self._take(rows, using)
            self._mark(before.rows, using)
            yield self._only(before.pks, using)
            moved = any(name in self._holder_names for name in changed)
            self._mark(self._values(before.pks, using) if moved else before.rows, using)

    @contextmanager
    def deleting(self, rows: "QuerySet[Any]", using: str) -> Iterator[None]:
        with together(using):
            before = self._take(rows, using, delete=True)
            self._mark(before.rows, using)
            token = _marked.set({**_marked.get(), self.model: frozenset(before.pks)})
            try:
                yield
            finally:
                _marked.reset(token)

    @contextmanager
    def creating(
        self, objs: Sequence[Model], using: str, unique_fields: Collection[str], ignored: bool
    ) -> Iterator[None]:
        with together(using):
            for chunk in _chunks(objs) if unique_fields else ():
                met = Q()
                for obj in chunk:
                    met |= Q(**{name: getattr(obj, name) for name in unique_fields})
                self._mark(self._take(self._rows(using).filter(met), using).rows, using)
            yield
            if ignored:
                self._mark(self._values_of_unknown(objs, using), using)
            else:
                pks = [pk for obj in objs for pk in self._pk_of(obj)]
                self._mark(self._values(pks, using), using)

    # The rows, and what they concern.

    def _mark(self, rows: Collection[Row], using: str) -> None:
        if not rows:
            return
        try:
            marks = [(scope, self.model._meta.label) for scope in self.scopes(rows)]
        except DatabaseError:
            raise  # the transaction is lost with it, whoever catches it
        except Exception:
            log.exception("no scopes for a change of %s; the periodic refresh heals", self.model._meta.label)
            return
        write_marks(marks, using)

    def _rows(self, using: str) -> "QuerySet[Any]":
        return self.model._base_manager.using(using)

    def _pk_of(self, instance: Model) -> list[Any]:
        """A list of none or one. A child's row goes by its parent's key."""
        pk = getattr(instance, self.model._meta.pk.attname)
        return [] if pk is None else [pk]

    def _take(self, rows: "QuerySet[Any] | list[Any]", using: str, *, delete: bool = False) -> "Taken":
        """The rows about to be written, by a queryset or by their keys; nobody else writes them from now on.

        Without the lock, an owner that somebody else gives a row at this moment would not be found. SQLite
        has one writer at a time and needs none.
        """
        if isinstance(rows, list):
            if not rows:
                return Taken((), frozenset(), frozenset())
            chosen = Q(pk=rows[0]) if len(rows) == 1 else Q(pk__in=rows)
        else:
            chosen = Q(pk__in=rows.order_by().values(self._pk))
        if not connections[using].features.has_select_for_update:
            return self._taken(self._template.using(using).filter(chosen))
        # A row that changes but for its key may still be referred to by others meanwhile. In the order of
        # keys, so that writers do not block each other crosswise.
        locked = self._rows(using).filter(chosen).select_for_update(no_key=not delete).order_by("pk")
        pks = list(locked.values_list("pk", flat=True))
        return self._taken(row for part in _chunks(pks) for row in self._read(part, using))

    def _taken(self, found: Iterable[Row]) -> "Taken":
        start = 1 + len(self._holders)
        found = list(found)
        return Taken(
            pks=tuple(dict.fromkeys(row[0] for row in found)),
            held_by=frozenset(row[1:start] for row in found),
            rows=frozenset(row[start:] for row in found),
        )

    def _only(self, pks: Sequence[Any], using: str) -> Q:
        """What keeps an update to the rows that were taken.

        On PostgreSQL a row that somebody else commits after they were could be updated too, unmarked. Where
        there are too many to name, the periodic refresh has to find such a row.
        """
        if connections[using].features.has_select_for_update and len(pks) <= _NAMED:
            return Q(**{f"{self._pk}__in": pks})
        return Q()

    def _read(self, pks: Sequence[Any], using: str) -> Iterable[Row]:
        return self._template.using(using).filter(Q(pk=pks[0]) if len(pks) == 1 else Q(pk__in=pks))

    def _values(self, pks: Sequence[Any], using: str) -> Collection[Row]:
        return self._taken(row for part in _chunks(pks) for row in self._read(part, using)).rows

    def _values_of_unknown(self, objs: Sequence[Model], using: str) -> set[Row]:
        """By the objects' own attributes, where the database does not tell which rows it inserted."""
        columns = [self._column(path, objs, using) for path in self.fields]
        return set(zip(*columns, strict=True)) if columns else set()

    def _column(self, path: str, objs: Sequence[Model], using: str) -> list[Any]:
        field = self._holder(path)
        rest = path.partition("__")[2]
        keys = [getattr(obj, field.attname) for obj in objs]
        if not rest:
            return keys
        target = field.target_field.name
        related = field.related_model._base_manager.using(using)
        found: dict[Any, Any] = {}
        for chunk in _chunks(sorted({key for key in keys if key is not None})):
            found |= dict(related.filter(**{f"{target}__in": chunk}).values_list(target, rest))
        return [found.get(key) for key in keys]


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))
