"""The started servers of the socket workloads: ``manage.py serve`` with ``bench.subject``, and picows."""

import json
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
from websockets.sync.client import connect

from bench.databases import environment, run
from tests.processes import Child, free_port, remove_folder, scratch_folder

SERVERS: Final = ("daphne", "uvicorn")
ROOT: Final = Path(__file__).resolve().parent.parent
_PATIENCE: Final = 300.0  # seconds that a server may be busy with what it was asked for


class Server:
    """A running server; ``ask`` is answered by ``bench.subject.control``."""

    def __init__(self, child: Child, port: int) -> None:
        self.child, self.port = child, port
        self._process = psutil.Process(child.pid)  # type: ignore[no-untyped-call]

    @property
    def cpu(self) -> float:
        """Seconds that the process has used, all threads, user and system."""
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @property
    def rss(self) -> int:
        """Resident memory in bytes."""
        return int(self._process.memory_info().rss)

    def ask(self, what: str, **options: float) -> Any:
        """Call one of ``bench.subject.control.Control``'s methods."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/bench/{what}/", params=options, timeout=_PATIENCE)
        return answer.raise_for_status().json()


class Limit(Server):
    """picows; it is asked over a WebSocket."""

    def ask(self, what: str, **options: float) -> Any:
        with connect(f"ws://127.0.0.1:{self.port}/", compression=None) as connection:
            connection.recv()  # the document
            connection.send(json.dumps(options))
            return json.loads(connection.recv(timeout=_PATIENCE))


@contextmanager
def subject(server: str, url: str, **variables: str) -> Iterator[Server]:
    """The service on a free port, ``variables`` in its environment; ended afterwards."""
    port = free_port()
    env = {
        **environment(url),
        "DJANGO_SETTINGS_MODULE": "bench.subject.settings",
        "ACCESS_TOKEN_SECONDS": "86400",
        **variables,
    }
    words = [sys.executable, "manage.py", "serve", "--port", str(port), "--server", server]
    yield from _running(words, env, port, Server)


@contextmanager
def limit() -> Iterator[Limit]:
    """picows on a free port."""
    port = free_port()
    yield from _running(
        [sys.executable, "-m", "bench.subject.limit", str(port)], environment(""), port, Limit
    )


def _running(words: list[str], env: dict[str, str], port: int, kind: type[Any]) -> Iterator[Any]:
    folder = scratch_folder("bench-server")
    child = Child(words, log=folder / "log", env=env, cwd=ROOT)
    try:
        child.wait_ready(lambda: _listens(port), seconds=60)
        yield kind(child, port)
    except Exception:
        print(f"The server's log ends:\n{child.log()[-3000:]}", file=sys.stderr)
        raise
    finally:
        child.end()
        remove_folder(folder)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def tokens(url: str, **people: int) -> dict[str, list[str]]:
    """Access tokens by role, for so many people of each; the database is migrated first."""
    variables = {"DJANGO_SETTINGS_MODULE": "bench.subject.settings", "ACCESS_TOKEN_SECONDS": "86400"}
    found: dict[str, list[str]] = run(url, "bench.people", json.dumps(people), **variables)
    return found
