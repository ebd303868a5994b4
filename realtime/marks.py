"""Durable marks: written in the writer's own transaction, moved to the store once it has committed."""

import logging
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from realtime.models import Mark
from realtime.scopes import Scope
from realtime.snapshots import ALIAS, borrowed
from realtime.store import Counters

log = logging.getLogger(__name__)

# Rows read, told to the store and deleted in one go; stays under SQLite's old limit of 999 parameters.
_CHUNK: Final = 500


class Bell:
    """Rings in this process after a commit that left marks. Safe to use from any thread.

    Listeners are called on the writer's thread and must be quick: wake somebody, and return.
    """

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[], None], ...] = ()
        self._lock = Lock()

    def connect(self, listener: Callable[[], None]) -> None:
        with self._lock:
            self._listeners = (*self._listeners, listener)

    def disconnect(self, listener: Callable[[], None]) -> None:
        with self._lock:
            self._listeners = tuple(known for known in self._listeners if known != listener)

    def ring(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except Exception:
                log.exception(
                    "a listener of the doorbell failed; the marks are found by the next regular look"
                )


bell: Final = Bell()


class _Written:
    """The marks that one transaction has inserted, for as long as none of them was rolled back.

    Django replaces a connection's list of callbacks whenever it commits, rolls back, or returns to any
    savepoint. So while the list is still the same object, everything inserted since is still there.
    """

    __slots__ = ("callbacks", "marks")

    def __init__(self, callbacks: object) -> None:
        self.callbacks = callbacks
        self.marks: set[tuple[Scope, str]] = set()


def write_marks(marks: Iterable[tuple[Scope, str]], using: str) -> None:
    """Insert (scope, model label) rows, each once per transaction; must be called inside ``atomic``."""
    connection = connections[using]
    written = _written(connection)
    new = [mark for mark in dict.fromkeys(marks) if mark not in written.marks]
    if not new:
        return
    if not written.marks:
        transaction.on_commit(bell.ring, using=using)
    Mark.objects.using(using).bulk_create(
        [Mark(scope=scope.group, model=model) for scope, model in new], batch_size=_CHUNK
    )
    written.marks.update(new)


def _written(connection: BaseDatabaseWrapper) -> _Written:
    known: _Written | None = connection.__dict__.get("realtime_written")
    if known is None or known.callbacks is not connection.run_on_commit:
        known = connection.__dict__["realtime_written"] = _Written(connection.run_on_commit)
    return known


def move_marks(store: Counters) -> int:
    """Tell the store of every committed mark and then delete exactly the rows read; returns how many.

    Any number of processes may do it at once, and it may end anywhere: a mark told twice is harmless, a row
    that was not told stays. Raises StoreUnavailable or django.db.Error.
    """
    moved = 0
    for alias in connections:
        if alias == ALIAS or not router.allow_migrate_model(alias, Mark):
            continue
        with borrowed(alias):
            while True:
                count = _move_chunk(store, alias)
                moved += count
                if count < _CHUNK:
                    break
    return moved


def _move_chunk(store: Counters, alias: str) -> int:
    marks = Mark.objects.using(alias)
    rows = list(marks.order_by("id").values_list("id", "scope", "model")[:_CHUNK])
    if rows:
        # One count for many rows is enough: all of them committed before it.
        store.mark({(Scope.from_group(scope), model) for _, scope, model in rows})
        # By id, never "up to the last": a transaction with a smaller id may commit later.
        # One statement, without Django's transaction around it: between two, a mover whose process is paused
        # would hold the locks on these rows, and everybody else's moving would wait for it.
        marks.filter(id__in=[id_ for id_, _, _ in rows])._raw_delete(alias)
    return len(rows)
