"""``manage.py serve`` with real sockets, real databases and a real Redis, under both servers."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.e2e.conftest import StartServer
from tests.e2e.servers import ROOT, ServerProcess
from tests.e2e.sockets import PASSWORD, add_admin, add_admins, sign_in, socket_of
from tests.processes import Child, free_port
from tests.services import RedisServer

both = pytest.mark.parametrize("kind", ["daphne", "uvicorn"])


@both
async def test_a_viewer_sees_a_write_of_another_process_and_is_told_goodbye(
    live_server_process: StartServer, kind: str
) -> None:
    server = live_server_process("--server", kind)
    add_admin(server, "ada@example.com")
    token = sign_in(server, "ada@example.com")
    async with socket_of(server, token) as ada:
        await ada.until_users(1)
        await asyncio.to_thread(add_admin, server, "bob@example.com")
        await ada.until_users(2)
        assert ada.frames[-1]["type"] == "diff"
        server_ends = asyncio.create_task(asyncio.to_thread(server.stop))
        assert await ada.until_closed() == 4012
        assert ada.frames[-1]["type"] == "goodbye"
        assert await server_ends == 0, server.log()
    assert token not in server.log()
    assert "Traceback" not in server.log()


@both
async def test_a_viewer_resumes_on_another_process(live_server_process: StartServer, kind: str) -> None:
    one, two = live_server_process("--server", kind), live_server_process("--server", kind)
    add_admin(one, "ada@example.com")
    token = sign_in(one, "ada@example.com")
    async with socket_of(one, token) as ada, socket_of(two, token) as stays:
        await ada.until_users(1)
        await stays.until_users(1)
        documents, positions = dict(ada.documents), dict(ada.positions)
    async with socket_of(two, token) as stays:
        await stays.until_users(1)
        await asyncio.to_thread(add_admin, one, "bob@example.com")
        await stays.until_users(2)
        epoch, version = positions["role"]
        async with socket_of(two, token, f"?resume=role:{epoch}:{version}") as again:
            again.documents, again.positions = documents, positions
            await again.until_users(2)
            said = [frame["type"] for frame in again.frames if frame.get("scope") == "role"]
            assert said == ["resumed", "diff"]


@both
async def test_signing_out_ends_the_sockets_on_every_process(
    live_server_process: StartServer, kind: str
) -> None:
    one, two = live_server_process("--server", kind), live_server_process("--server", kind)
    add_admin(one, "ada@example.com")
    token = sign_in(one, "ada@example.com")
    async with socket_of(two, token) as ada:
        await ada.until_users(1)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as rest:
            answer = await rest.post(f"{one.url}/api/auth/logout/")
        assert answer.status_code < 300, answer.text
        assert await ada.until_closed() == 4401


@both
async def test_three_hundred_who_come_at_once_are_all_served(
    live_server_process: StartServer, fresh_sqlite: str, kind: str
) -> None:
    server = live_server_process("--server", kind, DATABASE_URL=fresh_sqlite, REDIS_URL="")
    emails = [f"admin{number}@example.com" for number in range(15)]
    add_admins(server, emails)
    tokens = [sign_in(server, email) for email in emails]

    async def visit(token: str) -> None:
        async with socket_of(server, token, open_timeout=60) as visitor:
            await visitor.until_users(15)

    await asyncio.gather(*(visit(token) for token in tokens for _ in range(20)))
    assert "Traceback" not in server.log()


@both
async def test_refusals_of_the_handshake(
    live_server_process: StartServer, fresh_sqlite: str, kind: str
) -> None:
    server = live_server_process("--server", kind, DATABASE_URL=fresh_sqlite, REDIS_URL="")
    for path, origin in (("/ws/dashboard/", "https://evil.example"), ("/ws/other/", None)):
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{server.websocket_url}{path}", origin=origin).__aenter__()  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    async with socket_of(server, "not-a-token") as nobody:
        assert await nobody.until_closed() == 4401
        assert nobody.frames[-1]["type"] == "error"
    assert "not-a-token" not in server.log()


@both
async def test_a_client_that_does_not_read_slows_nobody(
    live_server_process: StartServer, fresh_sqlite: str, kind: str
) -> None:
    server = live_server_process("--server", kind, DATABASE_URL=fresh_sqlite, REDIS_URL="")
    add_admin(server, "ada@example.com")
    token = sign_in(server, "ada@example.com")
    async with socket_of(server, token) as reads, socket_of(server, token, max_queue=1) as mute:
        await reads.until_users(1)
        mute.connection.transport.pause_reading()  # type: ignore[attr-defined]
        for number in range(2, 5):
            await asyncio.to_thread(add_admin, server, f"admin{number}@example.com")
            await reads.until_users(number)
        mute.connection.transport.resume_reading()  # type: ignore[attr-defined]
        await mute.until_users(4)


async def test_a_redis_that_restarts_empty_interrupts_nobody_for_long(
    live_server_process: StartServer, own_redis: RedisServer
) -> None:
    server = live_server_process(REDIS_URL=own_redis.url)
    add_admin(server, "ada@example.com")
    token = sign_in(server, "ada@example.com")
    async with socket_of(server, token) as ada:
        await ada.until_users(1)
        own_redis.kill()
        await asyncio.to_thread(add_admin, server, "bob@example.com")
        own_redis.start()
        await ada.until_users(2)
        await asyncio.to_thread(add_admin, server, "cid@example.com")
        await ada.until_users(3)


async def test_an_idle_connection_to_redis_outlives_its_clients_default_timeout(
    live_server_process: StartServer,
) -> None:
    one, two = live_server_process(), live_server_process()
    add_admin(one, "ada@example.com")
    token = sign_in(one, "ada@example.com")
    async with socket_of(one, token) as ada, socket_of(two, token) as bob:
        await ada.until_users(1)
        await bob.until_users(1)
        await asyncio.sleep(6.5)  # redis-py gives up after 5 s
        await asyncio.to_thread(add_admin, one, "bob@example.com")
        await ada.until_users(2)
        await bob.until_users(2)
    assert "Traceback" not in one.log() + two.log()


def python(*words: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it to its end, which is expected to come soon and not to be a good one."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=dict(env),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_documents_in_memory_allow_one_process(live_server_process: StartServer, fresh_sqlite: str) -> None:
    first = live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")
    second = python("manage.py", "serve", "--port", "0", env=first.env)
    assert second.returncode == 1
    assert "REDIS_URL" in second.stderr


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_port_that_is_taken_is_an_error(
    live_server_process: StartServer, fresh_sqlite: str, server: str
) -> None:
    first = live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")
    second = python("manage.py", "serve", "--port", str(first.port), "--server", server, env=first.env)
    assert second.returncode == 1
    assert f"Nothing can listen on 127.0.0.1, port {first.port}" in second.stderr


def test_a_port_that_somebody_takes_at_the_last_moment_is_an_error_too(
    live_server_process: StartServer, fresh_sqlite: str
) -> None:
    first = live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")
    env = first.env | {"DJANGO_SETTINGS_MODULE": "project.settings"}
    second = python("-c", _DAPHNE, str(first.port), env=env)
    assert second.returncode == 1
    assert "NotFree" in second.stderr


_DAPHNE = """
import sys, django
django.setup()
from realtime.servers.daphne import DaphneServer
DaphneServer(None, "127.0.0.1", int(sys.argv[1]), print).run()
"""


def test_several_processes_are_refused_without_redis(fresh_sqlite: str) -> None:
    env = {"DATABASE_URL": fresh_sqlite, "WEB_PROCESSES": "2", "SECRET_KEY": "x" * 50, "PATH": ""}
    done = python("manage.py", "check", env=env)
    assert done.returncode == 1
    assert "realtime.E003" in done.stderr


def test_watch_prints_frames_and_nothing_secret(live_server_process: StartServer, fresh_sqlite: str) -> None:
    server = live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")
    add_admin(server, "ada@example.com")
    server.env["WATCH_PASSWORD"] = PASSWORD
    printed = server.manage("watch", "--email", "ada@example.com", "--url", server.url, "--frames", "3")
    lines = printed.splitlines()
    assert len(lines) == 3
    assert '"type":"welcome"' in lines[0]
    assert PASSWORD not in printed
    token = sign_in(server, "ada@example.com")
    assert token not in server.manage("watch", "--token", token, "--url", server.url, "--frames", "1")
    with pytest.raises(RuntimeError, match=r"closed by the service: 4401 \(refresh_token\)"):
        server.manage("watch", "--token", f"{token}x", "--url", server.url)


def test_ready_tells_which_part_is_missing(live_server_process: StartServer, own_redis: RedisServer) -> None:
    server = live_server_process(REDIS_URL=own_redis.url)
    assert httpx.get(f"{server.url}/health/ready", timeout=60).status_code == 200
    own_redis.kill()
    answer = httpx.get(f"{server.url}/health/ready", timeout=60)
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "store": "unavailable"}
    assert httpx.get(f"{server.url}/health/live", timeout=60).status_code == 200


async def test_runserver_is_live_too(
    live_server_process: StartServer, fresh_sqlite: str, tmp_path: Path
) -> None:
    port = free_port()
    env = {"DATABASE_URL": fresh_sqlite, "DEBUG": "1", "SECRET_KEY": "x" * 50, "PYTHONUNBUFFERED": "1"}
    server = ServerProcess("runserver", (), env, tmp_path / "unused.log")
    server.port = port
    child = Child(
        [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"],
        log=tmp_path / "runserver.log",
        env=server.env,
        cwd=ROOT,
    )
    try:
        child.wait_ready(_answers(server), seconds=60)
        add_admin(server, "ada@example.com")
        async with socket_of(server, sign_in(server, "ada@example.com")) as ada:
            await ada.until_users(1)
            await asyncio.to_thread(add_admin, server, "bob@example.com")
            await ada.until_users(2)
    finally:
        child.end(signal.SIGINT)


def _answers(server: ServerProcess) -> Callable[[], bool]:
    def probe() -> bool:
        try:
            return httpx.get(f"{server.url}/health/live", timeout=60).status_code == 200
        except httpx.TransportError:
            return False

    return probe
