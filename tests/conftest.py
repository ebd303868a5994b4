"""What every test can ask for: a database of the chosen kind, Redis, and servers of its own to break.

- ``TEST_DATABASE=sqlite|postgres`` chooses where database tests run; they all carry the marker ``database``.
- A plain ``db`` test runs in one transaction that is rolled back. Whatever reads through the second alias
  ``snapshot``, or in another thread, sees nothing of it and needs ``django_db(transaction=True)``.
"""

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
import redis
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from project.settings.test import TEST_DATABASE
from tests import services
from tests.processes import remove_folder, scratch_folder
from tests.services import PostgresServer, RedisServer

# How long an example takes says something about the machine, not about the code.
hypothesis_settings.register_profile("patient", parent=hypothesis_settings(), deadline=None)
hypothesis_settings.load_profile("patient")

_MADE_BY_MIGRATING = {"django_content_type", "auth_permission"}
_DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


def pytest_report_header() -> list[str]:
    return [f"database: {TEST_DATABASE}", *services.describe()]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the database; give the second alias to those that can use it."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        if marker is None and not fixtures & _DATABASE_FIXTURES:
            continue
        item.add_marker("database")
        options = dict(marker.kwargs) if marker else {}
        if options.get("transaction") or fixtures & {"transactional_db", "live_server"}:
            options = {"databases": "__all__", **options, "transaction": True}
            item.add_marker(pytest.mark.django_db(**options), append=False)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server for the whole run, where databases may be made; its maintenance URL."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with PostgresServer() as server:
        yield server.url()


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """The URL of a new, empty PostgreSQL database, dropped afterwards: for servers under test."""
    url = services.create_database(postgres_url)
    yield url
    services.drop_database(url)


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A Redis server for the whole run; each pytest-xdist worker has its own, as rings cross databases."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    with RedisServer() as server:
        yield server.url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """An empty Redis."""
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    return redis_server_url


@pytest.fixture
def own_redis() -> Iterator[RedisServer]:
    """A Redis server of this test's own, to stop, kill and restart."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test's own, to stop, kill and restart."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fill in where the test database is: a new file, or a new name on a PostgreSQL server."""
    from project.settings.base import database, snapshot_alias

    with ExitStack() as cleanup:
        if TEST_DATABASE == "sqlite":
            # A file, not memory: threads and the second alias have connections of their own.
            folder = scratch_folder("sqlite")
            cleanup.callback(remove_folder, folder)
            default = database(f"sqlite:///{folder}/test.sqlite3")
            default["TEST"] = {"NAME": f"{folder}/test.sqlite3"}
        else:
            default = database(request.getfixturevalue("postgres_url"))
            default["TEST"] = {"NAME": f"switchboard_{uuid.uuid4().hex[:12]}"}
        for alias, config in (("default", default), ("snapshot", snapshot_alias(default))):
            connections.settings[alias].update(config)
        connections.configure_settings(connections.settings)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Empty the tables quickly after a test that committed; in the end let go of what threads kept open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connections["default"].ops), "sql_flush", _sql_delete)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *args, **options: None)
        yield
    if TEST_DATABASE == "postgres":
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


def _sql_delete(
    operations: BaseDatabaseOperations, style: object, tables: Sequence[str], **options: bool
) -> list[str]:
    """What empties ``tables`` after a test that committed.

    PostgreSQL truncates every table in 200 ms, for it makes new files for each; deleting from the few
    that have rows takes 6. In one transaction, in any order: the foreign keys are checked at its end.
    Content types and permissions stay: the signal that is sent after a migration would make them again.
    """
    assert not options.get("reset_sequences"), "no test relies on the numbers of its rows"
    names = [operations.quote_name(table) for table in tables if table not in _MADE_BY_MIGRATING]
    if not names:
        return []
    filled = " UNION ALL ".join(
        f"SELECT {number} WHERE EXISTS (SELECT 1 FROM {name})" for number, name in enumerate(names)
    )
    with operations.connection.cursor() as cursor:
        cursor.execute(filled)
        emptied = [names[number] for (number,) in cursor.fetchall()]
    # Last, and always: the triggers that sum history write into them while other tables are emptied.
    journals = [name for name in names if name.strip('"').startswith("dashboard_") and "journal" in name]
    return [f"DELETE FROM {name}" for name in (*(set(emptied) - set(journals)), *journals)]
