"""WebSocket clients for real servers: sign in, follow the documents, wait for what should come."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import patch
from tests.e2e.servers import ServerProcess

PATIENCE_S = 60.0  # a deadline on a busy machine, not a measurement
PASSWORD = "correct horse battery staple"


def add_admin(server: ServerProcess, email: str) -> None:
    """An admin who signs in with PASSWORD, written by another process than the server."""
    server.env["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    server.manage("createsuperuser", "--noinput", "--email", email)


def add_admins(server: ServerProcess, emails: Sequence[str]) -> None:
    """Many admins by one process, and with one hash: a hash takes long on purpose."""
    server.manage(
        "shell",
        "--command",
        "from django.contrib.auth.hashers import make_password\n"
        "from domain.models import User\n"
        f"for email in {list(emails)!r}:\n"
        "    User.objects.create_superuser(email)\n"
        f"User.objects.filter(email__in={list(emails)!r}).update(password=make_password({PASSWORD!r}))\n",
    )


def sign_in(server: ServerProcess, email: str) -> str:
    """An access token."""
    answer = httpx.post(
        f"{server.url}/api/auth/token/", json={"email": email, "password": PASSWORD}, timeout=PATIENCE_S
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access"])


class Socket:
    """A correct client of the protocol: applies frames, answers pings, never needs a resync."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self.documents: dict[str, Any] = {}
        self.positions: dict[str, tuple[str, int]] = {}

    async def next(self, seconds: float = PATIENCE_S) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            frame: dict[str, Any] = json.loads(await self.connection.recv())
        self.frames.append(frame)
        if frame["type"] in ("snapshot", "diff"):
            scope = frame["scope"]
            if frame["type"] == "snapshot":
                self.documents[scope] = frame["data"]
            else:
                assert self.positions[scope] == (frame["epoch"], frame["from"])
                self.documents[scope] = patch.apply(self.documents[scope], frame["patch"])
            self.positions[scope] = (frame["epoch"], frame["version"])
        elif frame["type"] == "ping":
            heads = {scope: (head["epoch"], head["version"]) for scope, head in frame["heads"].items()}
            assert heads == self.positions
            await self.connection.send(json.dumps({"type": "pong", "seq": frame["seq"]}))
        return frame

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Take in frames until ``condition`` holds."""
        deadline = time.monotonic() + seconds
        while not condition():
            await self.next(max(deadline - time.monotonic(), 0.01))

    async def until_users(self, count: int) -> None:
        """Until the admins' document counts so many users."""
        await self.until(
            lambda: (
                "role" in self.documents and self.documents["role"]["summary_stats"]["total_users"] == count
            )
        )

    async def _read_on(self) -> None:
        while True:
            await self.next()

    async def until_closed(self) -> int:
        """The close code."""
        with pytest.raises(ConnectionClosed) as closed:
            await self._read_on()
        assert closed.value.rcvd is not None, "the connection was lost"
        return int(closed.value.rcvd.code)


@asynccontextmanager
async def socket_of(
    server: ServerProcess, token: str | None, query: str = "", **options: Any
) -> AsyncIterator[Socket]:
    """An open socket; the token goes with the subprotocol, as a browser sends it."""
    offered = ["dashboard.v1"] + ([f"bearer.{token}"] if token else [])
    url = f"{server.websocket_url}/ws/dashboard/{query}"
    async with connect(url, subprotocols=offered, compression=None, **options) as connection:  # type: ignore[arg-type]
        assert connection.subprotocol == "dashboard.v1"
        yield Socket(connection)
