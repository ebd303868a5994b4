"""PostgreSQL's connections are lent from a pool, and a dead one is never lent."""

from collections.abc import Iterator

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker

from project.settings.base import database, pooled, snapshot_alias


@pytest.fixture
def handler(empty_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[ConnectionHandler]:
    config = database(empty_database)
    # Aliases of their own: Django keeps one pool for each name of an alias.
    handler = ConnectionHandler(
        {"default": config, "pooled": pooled(config), "pooled_snapshot": pooled(snapshot_alias(config))}
    )
    with django_db_blocker.unblock():  # a database of the test's own, not the one that is guarded
        yield handler
    for connection in handler.all():
        connection.close()
        if connection.alias != "default":
            connection.close_pool()


def backend(connection: BaseDatabaseWrapper) -> int:
    """The number of the server's process behind the connection, which is given back then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.close()
    return int(pid)


@pytest.mark.parametrize("alias", ["pooled", "pooled_snapshot"])
def test_the_next_request_gets_the_same_connection(handler: ConnectionHandler, alias: str) -> None:
    # Whoever comes while the first connection is being made has another one made.
    pool = handler[alias].pool
    pool.open()
    pool.wait()
    assert backend(handler[alias]) == backend(handler[alias])


def test_without_the_pool_each_has_its_own(handler: ConnectionHandler) -> None:
    assert backend(handler["default"]) != backend(handler["default"])


def test_one_that_the_server_closed_is_replaced(handler: ConnectionHandler) -> None:
    first = backend(handler["pooled"])
    with handler["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [first])
    assert backend(handler["pooled"]) != first


def test_sqlite_has_no_pool() -> None:
    config = database("sqlite:///file.sqlite3")
    assert pooled(config) == config
