"""What migrations and emptied tables mean for the triggers and the sums.

The triggers are no migrations of their own: SQLite rebuilds a table that is altered, which drops its triggers
and may fail over those of other tables. So they go before migrations and come back afterwards.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connections, router, transaction

from dashboard.models import CallCell
from dashboard.rollups import keeping, triggers
from dashboard.rollups.subjects import ROLLUPS


def before_migrations(using: str, plan: Sequence[Any], **_: object) -> None:
    """Make way for tables that are rebuilt; PostgreSQL alters them in place."""
    if plan and _has_sums(using) and connections[using].vendor == "sqlite":
        triggers.remove(using)


def after_migrations(using: str, plan: Sequence[Any] = (), **_: object) -> None:
    """See to it that the triggers are there and the sums right, also in an old database, or a flushed one."""
    if not _has_sums(using):
        return
    absent = triggers.missing(using)
    if absent or plan:  # the columns may be others now
        triggers.install(using)
    for rollup in ROLLUPS:
        # An emptied table: PostgreSQL's TRUNCATE tells no trigger, and others may be emptied in any order.
        if not rollup.source._base_manager.using(using).exists():
            for kept in (rollup.journal, rollup.cells, rollup.tallies):
                if kept is not None and kept._base_manager.using(using).exists():
                    kept._base_manager.using(using).all().delete()
    if plan and (absent or any(migration.app_label == "dashboard" for migration, _ in plan)):
        keeping.repair(datetime.now(UTC), using, view=lambda: _view(using))


@contextmanager
def _view(using: str) -> Iterator[None]:
    """A consistent view through the alias that is being migrated."""
    with transaction.atomic(using=using):
        if connections[using].vendor == "postgresql":
            with connections[using].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _has_sums(using: str) -> bool:
    if not router.allow_migrate_model(using, CallCell):
        return False
    return CallCell._meta.db_table in connections[using].introspection.table_names()
