"""Managers and querysets that report what they write without signals: update, bulk_create and delete.

A model's managers are given a subclass of their own class, so that related managers (``owner.notes``), which
Django builds from that class, report too. ``bulk_update`` goes through ``update``, ``get_or_create`` and the
like through ``save``, the async variants through the sync ones. A queryset made by hand (``QuerySet(Note)``)
reports nothing, like raw SQL.
"""

import copy
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Any, Final, Protocol

from django.db.models import Manager, Model, Q, QuerySet
from django.db.models.options import Options
from django.utils.functional import cached_property


class Observer(Protocol):
    """What is told of writes; the queryset's model may be a child or a proxy of the observed one."""

    def updating(
        self, rows: "QuerySet[Any]", using: str, changed: Collection[str]
    ) -> AbstractContextManager[Q]:
        """Around an update of the fields ``changed`` of ``rows``; gives what to restrict the update to."""

    def deleting(self, rows: "QuerySet[Any]", using: str) -> AbstractContextManager[None]:
        """Around a deletion of ``rows``."""

    def creating(
        self, objs: Sequence[Model], using: str, unique_fields: Collection[str], ignored: bool
    ) -> AbstractContextManager[None]:
        """Around a bulk insert; rows it meets on ``unique_fields`` are updated, or left alone (ignored)."""


# By model; a queryset finds its observers by the model it is of.
observers: Final[dict[type[Model], Observer]] = {}


def observers_of(model: type[Model]) -> list[Observer]:
    """Those of the model and of the models it inherits from: a row of a child is a row of its parent."""
    return [observers[base] for base in model.__mro__ if base in observers]


class ObservingQuerySet(QuerySet[Any]):
    """Mixed into a queryset's own class by ``observing``."""

    def update(self, **kwargs: Any) -> int:
        chosen = observers_of(self.model)
        if not chosen or self.query.is_sliced or self.query.combinator:  # the latter two Django refuses
            return super().update(**kwargs)
        self._for_write = True
        self._result_cache = None
        with ExitStack() as stack:
            only = [stack.enter_context(observer.updating(self, self.db, kwargs)) for observer in chosen]
            return super(ObservingQuerySet, self.filter(*only)).update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        with ExitStack() as stack:
            query: Any = self.query
            values: Any = self._fields  # type: ignore[attr-defined]
            refused = query.is_sliced or query.combinator or query.distinct_fields or values is not None
            if not refused:
                self._for_write = True
                for observer in observers_of(self.model):
                    stack.enter_context(observer.deleting(self, self.db))
            return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _raw_delete(self, using: str | None) -> int:
        # What Django uses where it need not load the rows, as for a deleted parent's many-to-many rows.
        with ExitStack() as stack:
            for observer in observers_of(self.model):
                stack.enter_context(observer.deleting(self, using or self.db))
            return super()._raw_delete(using)

    _raw_delete.alters_data = True  # type: ignore[attr-defined]

    def bulk_create(
        self,
        objs: Iterable[Any],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[Any]:
        objs = list(objs)
        with ExitStack() as stack:
            self._for_write = True
            known_by = (unique_fields or ()) if update_conflicts else ()
            for observer in observers_of(self.model):
                stack.enter_context(observer.creating(objs, self.db, known_by, ignore_conflicts))
            return super().bulk_create(
                objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple[Any, ...]:
        # By this class' name, pickle would find the plain one.
        plain = next(base for base in type(self).__mro__ if not issubclass(base, ObservingQuerySet))
        return _restore, (plain, self.__getstate__())


def _restore(plain: type["QuerySet[Any]"], state: dict[str, Any]) -> "QuerySet[Any]":
    queryset: QuerySet[Any] = observing(plain)()
    queryset.__setstate__(state)  # type: ignore[attr-defined]
    return queryset


def _mixed(mixin: type, plain: type) -> Any:
    """A subclass of ``plain`` that goes by its name: migrations and type checkers look classes up by name."""
    names = {"__module__": plain.__module__, "__qualname__": plain.__qualname__}
    return type(plain.__name__, (mixin, plain), names)


@cache
def observing(plain: type["QuerySet[Any]"]) -> type["QuerySet[Any]"]:
    """The queryset class ``plain``, which also reports."""
    if issubclass(plain, ObservingQuerySet):
        return plain
    mixed: type[QuerySet[Any]] = _mixed(ObservingQuerySet, plain)
    return mixed


class ObservingManager(Manager[Any]):
    """Mixed into a manager's own class by ``_observe_manager``."""

    def get_queryset(self) -> "QuerySet[Any]":
        queryset = super().get_queryset()
        queryset.__class__ = observing(type(queryset))
        return queryset

    def __eq__(self, other: object) -> bool:
        # To migrations, which compare a model's managers with those they wrote down, nothing has changed.
        return bool(_plain(self) == _plain(other))

    __hash__ = Manager.__hash__


def _plain(manager: Any) -> Any:
    if not isinstance(manager, ObservingManager):
        return manager
    manager = copy.copy(manager)
    manager.__class__ = next(base for base in type(manager).__mro__ if not issubclass(base, ObservingManager))
    return manager


@cache
def _observing_manager(plain: type["Manager[Any]"]) -> type["Manager[Any]"]:
    mixed: type[Manager[Any]] = _mixed(ObservingManager, plain)
    return mixed


class _ObservingOptions(Options):  # type: ignore[type-arg]
    """Makes an observing base manager: what Django updates through when rows move by ``owner.notes.add(…)``.

    A property of the options, as Django drops what it cached of a model whenever another one is defined; a
    named manager would do, but would turn up in migrations.
    """

    @cached_property
    def base_manager(self) -> Any:
        manager = super().base_manager
        _observe_manager(manager)
        return manager


def _observe_manager(manager: Any) -> None:
    plain: Any = type(manager)
    if not issubclass(plain, ObservingManager):
        manager.__class__ = _observing_manager(plain)


def observe_managers(model: type[Model]) -> None:
    """Make every manager of ``model`` report, the inherited ones and the base manager included."""
    for base in model.__mro__:
        for manager in getattr(getattr(base, "_meta", None), "local_managers", ()):
            _observe_manager(manager)
    model._meta.__class__ = _ObservingOptions
    model._meta._expire_cache()  # type: ignore[attr-defined]
