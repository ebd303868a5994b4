"""Which documents a committed write concerns: ``track`` finds out by itself, ``touch`` is told.

Everything happens inside the writer's own transaction: the scopes are read before the write and after it, so
that a row's old owner and its new one both learn of it, and their marks commit, or do not, together with the
write.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, router, transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_save, pre_delete, pre_save

from realtime.marks import bell as bell
from realtime.marks import move_marks as move_marks
from realtime.marks import write_marks
from realtime.observing import observe_managers, observers
from realtime.scopes import Scope

log = logging.getLogger(__name__)

Row: TypeAlias = tuple[Any, ...]

# Rows looked up by one query: under SQLite's old limit of 999 parameters, also with several to a row.
_CHUNK: Final = 200

# Rows that a queryset's delete() has marked together, so that they are not read again one by one.
_marked: ContextVar[Mapping[type[Model], frozenset[Any]]] = ContextVar(
    "realtime_marked", default=MappingProxyType({})
)


class AlreadyTracked(ValueError):
    """A model is tracked in one way: one place says which scopes its rows concern."""


def track(
    model: type[Model], *, fields: Sequence[str], scopes: Callable[[Collection[Row]], Iterable[Scope]]
) -> None:
    """Mark the scopes that every committed change of a row of ``model`` concerns; call it once, at start-up.

    ``fields`` are paths as for ``values_list``; ``scopes`` is given the set of their values for the rows of
    one write, and may query. Seen are save, delete with its cascades, update, bulk_create, bulk_update, and
    what is made of them, through every manager of the model, its proxies and its children. Raw SQL is not:
    the periodic full refresh finds that.
    """
    tracked = Tracked(model, fields, scopes)
    if model in observers:
        if observers[model] == tracked:
            return  # Django starts its applications again when a test changes which are installed
        raise AlreadyTracked(model._meta.label)
    observers[model] = tracked
    for sender in apps.get_models(include_auto_created=True):
        if issubclass(sender, model):
            observe_managers(sender)
            # Django sends none for the rows of a many-to-many relation, but if it found us waiting it would load
            # them all; without, it deletes them by a queryset.
            if sender._meta.auto_created:
                continue
            pre_save.connect(tracked.before_save, sender=sender, weak=False)
            post_save.connect(tracked.after_save, sender=sender, weak=False)
            pre_delete.connect(tracked.before_delete, sender=sender, weak=False)
    _save_together(model)


def touch(scopes: Iterable[Scope], model: type[Model], using: str = DEFAULT_DB_ALIAS) -> None:
    """Mark ``scopes`` as concerned by a change of ``model`` that ``track`` cannot see, such as raw SQL.

    Belongs into the transaction that makes the change.
    """
    with together(using):
        write_marks(((scope, model._meta.label) for scope in scopes), using)


@contextmanager
def together(using: str) -> Iterator[None]:
    """A transaction: the one in progress, or one of its own."""
    if connections[using].in_atomic_block:
        yield
    else:
        with transaction.atomic(using=using):
            yield


def _save_together(model: type[Model]) -> None:
    """Make saving one row outside a transaction one together with the receivers of its signals."""
    original = model.save_base

    @wraps(original)
    def save_base(
        self: Model,
        raw: bool = False,
        force_insert: Any = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        using = using or router.db_for_write(type(self), instance=self)
        with together(using):
            original(self, raw, force_insert, force_update, using, update_fields)

    setattr(model, "save_base", save_base)  # noqa: B010 - mypy accepts no assignment to a method


class Tracked:
    """The observer of one model; every method runs inside the writer's transaction, or opens one."""

    def __init__(
        self, model: type[Model], fields: Sequence[str], scopes: Callable[[Collection[Row]], Iterable[Scope]]
    ) -> None:
        self.model = model
        self.fields = tuple(fields)
        self.scopes = scopes
        self._pk = model._meta.pk.name
        self._rows("default").values_list(*fields)  # raises FieldError for a path that leads nowhere

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tracked):
            return NotImplemented
        return (self.model, self.fields, self.scopes) == (other.model, other.fields, other.scopes)

    def __hash__(self) -> int:
        return hash((self.model, self.fields))

    # Receivers of Django's signals.

    def before_save(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        with together(using):
            self._mark(self._values(self._locked(self._pk_of(instance), using), using), using)

    def after_save(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        with together(using):
            self._mark(self._values(self._pk_of(instance), using), using)

    def before_delete(self, sender: type[Model], instance: Model, using: str, **_: Any) -> None:
        pks = [pk for pk in self._pk_of(instance) if pk not in _marked.get().get(self.model, ())]
        with together(using):
            self._mark(self._values(self._locked(pks, using, delete=True), using), using)

    # What the querysets report.

    @contextmanager
    def updating(self, rows: "QuerySet[Any]", using: str) -> Iterator[None]:
        with together(using):
            pks = self._locked(rows, using)
            self._mark(self._values(pks, using), using)
            yield
            # Not only for a new owner: before the rows were locked, somebody else may have given them one.
            self._mark(self._values(pks, using), using)

    @contextmanager
    def deleting(self, rows: "QuerySet[Any]", using: str) -> Iterator[None]:
        with together(using):
            pks = self._locked(rows, using, delete=True)
            self._mark(self._values(pks, using), using)
            token = _marked.set({**_marked.get(), self.model: frozenset(pks)})
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
                self._mark(self._values(self._locked(self._rows(using).filter(met), using), using), using)
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

    def _locked(self, rows: "QuerySet[Any] | list[Any]", using: str, *, delete: bool = False) -> list[Any]:
        """The keys of rows about to be written, which nobody else can write from now on.

        Without the lock, an owner that somebody else gives a row at this moment would not be found. SQLite
        has one writer at a time and needs no more. In the order of keys, so that writers do not block each
        other crosswise.
        """
        locks = connections[using].features.has_select_for_update
        if isinstance(rows, list):
            if not rows or not locks:
                return rows
            chosen = self._rows(using).filter(pk__in=rows)
        else:
            chosen = self._rows(using).filter(pk__in=rows.order_by().values(self._pk))
        if locks:
            # A row that changes without its key may still be referred to by others meanwhile.
            chosen = chosen.select_for_update(no_key=not delete)
        return list(chosen.order_by("pk").values_list("pk", flat=True))

    def _values(self, pks: Sequence[Any], using: str) -> set[Row]:
        values: set[Row] = set()
        for chunk in _chunks(pks):
            values.update(
                self._rows(using).filter(pk__in=chunk).order_by().values_list(*self.fields).distinct()
            )
        return values

    def _values_of_unknown(self, objs: Sequence[Model], using: str) -> set[Row]:
        """By the objects' own attributes, where the database does not tell which rows it inserted."""
        columns = [self._column(path, objs, using) for path in self.fields]
        return set(zip(*columns, strict=True)) if columns else set()

    def _column(self, path: str, objs: Sequence[Model], using: str) -> list[Any]:
        name, _, rest = path.partition("__")
        field: Any = self.model._meta.get_field(self._pk if name == "pk" else name)
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
