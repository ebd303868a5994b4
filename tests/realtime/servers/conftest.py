"""Our servers with a small application, each in a process of its own."""

import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.processes import Child, free_port

PATIENCE = 60.0
ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Served:
    child: Child
    port: int


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the application of ``tests.realtime.servers.pushing``."""
    port = free_port()
    log = tmp_path_factory.mktemp("served") / "log"
    command = [sys.executable, "-m", "tests.realtime.servers.pushing", request.param, str(port)]
    child = Child(command, log=log, cwd=ROOT)
    try:
        child.wait_ready(lambda: _listens(port), seconds=PATIENCE)
        yield Served(child, port)
    finally:
        child.end()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def address(served: Served) -> str:
    return f"ws://127.0.0.1:{served.port}/"
