"""One read-only, consistent view of the database for everything that is read inside ``with snapshot():``."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

ALIAS: Final = "snapshot"

_inside: ContextVar[bool] = ContextVar("realtime_snapshot", default=False)


@contextmanager
def borrowed(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """This thread's connection to ``alias``; closed again if it was not open before.

    The engine's threads are not requests, so that nothing else closes what they open. With a connection pool,
    closing gives the connection back.
    """
    connection = connections[alias]
    opened = connection.connection is None
    try:
        yield connection
    finally:
        if opened and not connection.in_atomic_block:
            connection.close()


@contextmanager
def snapshot() -> Iterator[None]:
    """Every read inside sees one state of the database: the one committed when the block began.

    Reads go to the alias ``snapshot`` through SnapshotRouter; writing there is refused by the database.
    Inside another snapshot, it is that one.
    """
    if _inside.get():
        yield
        return
    with borrowed(ALIAS) as connection, transaction.atomic(using=ALIAS):
        _begin(connection)
        token = _inside.set(True)
        try:
            yield
        finally:
            _inside.reset(token)


def _begin(connection: BaseDatabaseWrapper) -> None:
    """Fix the snapshot now: a database takes it at the first read, not at BEGIN."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            from psycopg import IsolationLevel

            # Said with its BEGIN, which psycopg sends ahead of the first query.
            connection.connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.connection.read_only = True
            # Prepared statements are planned once, whatever their values: planning takes longer than running.
            cursor.execute("SELECT set_config('plan_cache_mode', 'force_generic_plan', true)")
        else:
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")


class SnapshotRouter:
    """Sends reads inside ``snapshot()`` to its alias; everything else stays where it is."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        return ALIAS if _inside.get() else None

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        return None

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool | None:
        # Both aliases are the same database.
        return True if ALIAS in (one._state.db, other._state.db) else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == ALIAS else None
