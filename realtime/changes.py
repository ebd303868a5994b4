"""Which documents a committed write concerns: ``track`` finds out by itself, ``touch`` is told.

Everything happens inside the writer's own transaction: the scopes are read before the write and after it, so
that a row's old owner and its new one both learn of it, and their marks commit, or do not, together with the
write.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import wraps
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, router
from django.db.models import Model
from django.db.models.signals import post_save, pre_delete, pre_save

from realtime.marks import write_marks
from realtime.observing import observe_managers, observers
from realtime.scopes import Scope
from realtime.tracked import Row, Tracked, together


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
            # Django sends none for the rows of a many-to-many relation, but if it found us waiting it would
            # load them all; without, it deletes them by a queryset.
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
