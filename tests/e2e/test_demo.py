"""``manage.py demo``: from an empty file to a company that moves, and to a clean end."""

import socket
from math import nan
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from domain.simulation.company import DEMO_PASSWORD, DEMO_PEOPLE, DEMO_TENANT
from tests.e2e.conftest import StartServer
from tests.e2e.servers import ServerProcess
from tests.e2e.sockets import PASSWORD, Socket, add_admin, socket_of

STRANGER = "somebody@example.com"


def attempt(server: ServerProcess, email: str, password: str = DEMO_PASSWORD) -> httpx.Response:
    """Try to sign in."""
    who = {"email": email, "password": password}
    return httpx.post(f"{server.url}/api/auth/token/", json=who, timeout=60)


def total_calls(viewer: Socket) -> int:
    return int(viewer.documents["user"]["call_statistics"]["total_calls"])


async def has_everything(viewer: Socket) -> None:
    await viewer.until(lambda: len(viewer.documents) == 2)


async def test_from_an_empty_file_to_a_company_that_moves_and_ctrl_c_ends_it(
    demo_process: StartServer, tmp_path: Path
) -> None:
    server = demo_process("--days", "1", "--speed", "20", DATABASE_URL=f"sqlite:///{tmp_path}/demo.sqlite3")
    said = server.log()
    assert f"Open {server.url}/" in said
    for person in DEMO_PEOPLE:
        [line] = [line for line in said.splitlines() if person.email in line]
        assert DEMO_PASSWORD in line
        assert person.label in line
        assert attempt(server, person.email).status_code == 200
    token = attempt(server, DEMO_TENANT.email).json()["access"]
    async with socket_of(server, token) as viewer:
        await has_everything(viewer)
        before = total_calls(viewer)
        await viewer.until(lambda: total_calls(viewer) > before, seconds=60)
        assert viewer.frames[-1]["type"] == "diff"
    assert server.interrupt() == 0, server.log()

    server.start()  # the same company goes on
    assert attempt(server, DEMO_TENANT.email).status_code == 200
    assert server.log().count("Founding the demo company") == 1
    assert server.interrupt() == 0, server.log()
    assert "Traceback" not in server.log()


async def test_without_traffic_it_stands_still(demo_process: StartServer) -> None:
    server = demo_process("--days", "0", "--speed", "100", "--no-traffic")
    token = attempt(server, DEMO_TENANT.email).json()["access"]
    async with socket_of(server, token) as viewer:
        await has_everything(viewer)
        before = total_calls(viewer)
        with pytest.raises(TimeoutError):
            await viewer.until(lambda: total_calls(viewer) != before, seconds=3)
    assert server.interrupt() == 0, server.log()


def test_a_database_with_other_people_is_left_alone_unless_it_may_be_emptied(
    demo_process: StartServer, fresh_sqlite: str, tmp_path: Path
) -> None:
    shell = ServerProcess("demo", (), {"DATABASE_URL": fresh_sqlite}, tmp_path / "never started.log")
    add_admin(shell, STRANGER)
    with pytest.raises(RuntimeError, match="other people") as refused:
        shell.manage("demo", "--port", str(shell.port))
    assert "--fresh" in str(refused.value)
    assert "Traceback" not in str(refused.value)

    server = demo_process("--days", "0", "--no-traffic", "--fresh")
    assert attempt(server, STRANGER, PASSWORD).status_code == 401
    assert attempt(server, DEMO_TENANT.email).status_code == 200


@pytest.mark.parametrize("option", [{"speed": 0.0}, {"speed": -1.0}, {"speed": nan}, {"days": -1}])
def test_options_without_a_meaning_are_refused(option: dict[str, float]) -> None:
    with pytest.raises(CommandError, match="must"):
        call_command("demo", **option)


@pytest.mark.parametrize(
    ("address", "said"),
    [({"port": 99_999}, "--port 99999"), ({"host": "nowhere.invalid"}, "Nothing can listen on")],
)
def test_an_address_that_cannot_be_is_refused_at_once(address: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("demo", **address)


def test_a_port_that_is_taken_is_refused_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port}: .*in use"):
            call_command("demo", port=port)
