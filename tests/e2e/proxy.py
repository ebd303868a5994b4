"""A proxy that does to WebSockets what networks do: refuses, holds up, loses, repeats, falls silent."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Literal

from tests.processes import free_port

_TEXT = 0x1
Disturbance = Callable[[bytes], list[bytes]]


class Proxy:
    """Between a client and one server, whose ``host:port`` is ``upstream``. HTTP always passes."""

    def __init__(self, upstream: str) -> None:
        self._host, _, port = upstream.partition(":")
        self._port = int(port)
        self.port = free_port()
        # What happens to a handshake: it passes, is answered with an error, or is never answered.
        self.handshakes: Literal["pass", "refuse", "swallow"] = "pass"
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where a client finds the server through this proxy."""
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End every open socket, without a closing handshake."""
        for link in self._links:
            link.cut()

    def fall_silent(self) -> None:
        """Open sockets stay open, and nothing comes through them any more; new ones work."""
        for link in self._links:
            link.audible.clear()

    def lose_next_diff(self) -> None:
        """The next diff on each open socket does not arrive."""
        self._disturb_next_diff(lambda frame: [])

    def repeat_next_diff(self) -> None:
        """The next diff on each open socket arrives twice."""
        self._disturb_next_diff(lambda frame: [frame, frame])

    def _disturb_next_diff(self, disturbance: Disturbance) -> None:
        for link in self._links:
            link.disturbance = disturbance

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._serve(reader, writer)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        handshake = b"upgrade: websocket" in head.lower()
        if handshake and self.handshakes == "refuse":
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            return
        if handshake and self.handshakes == "swallow":
            await reader.read()  # until the client gives up
            return
        server_reader, server_writer = await asyncio.open_connection(self._host, self._port)
        try:
            server_writer.write(head if handshake else _last_request(head))
            if not handshake:
                await _either(_pump(reader, server_writer), _pump(server_reader, writer))
                return
            writer.write(await server_reader.readuntil(b"\r\n\r\n"))
            link = _Link(reader, writer, server_reader, server_writer)
            self._links.add(link)
            try:
                await link.carry()
            finally:
                self._links.discard(link)
        finally:
            server_writer.close()

    async def close(self) -> None:
        """End everything that is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Link:
    """One WebSocket: what the client sends passes as it is, what the server sends frame by frame."""

    def __init__(
        self,
        client_reader: asyncio.StreamReader,
        client_writer: asyncio.StreamWriter,
        server_reader: asyncio.StreamReader,
        server_writer: asyncio.StreamWriter,
    ) -> None:
        self._client = client_reader, client_writer
        self._server = server_reader, server_writer
        self.audible = asyncio.Event()
        self.audible.set()
        self.disturbance: Disturbance | None = None

    def cut(self) -> None:
        for _, writer in (self._client, self._server):
            writer.transport.abort()

    async def carry(self) -> None:
        await _either(_pump(self._client[0], self._server[1], self.audible), self._down())

    async def _down(self) -> None:
        reader, writer = self._server[0], self._client[1]
        while True:
            opcode, payload, frame = await _frame(reader)
            await self.audible.wait()
            frames = [frame]
            if self.disturbance and opcode == _TEXT and json.loads(payload)["type"] == "diff":
                frames, self.disturbance = self.disturbance(frame), None
            writer.write(b"".join(frames))
            await writer.drain()


def _last_request(head: bytes) -> bytes:
    """The head of a request after which the server closes: a handshake may follow on a kept connection."""
    return re.sub(rb"(?im)^connection:.*\r\n", b"", head).removesuffix(b"\r\n") + b"Connection: close\r\n\r\n"


async def _frame(reader: asyncio.StreamReader) -> tuple[int, bytes, bytes]:
    """Opcode, payload and all bytes of a server's frame: unmasked, RFC 6455 section 5.2."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    extended = await reader.readexactly({126: 2, 127: 8}.get(length, 0))
    payload = await reader.readexactly(int.from_bytes(extended) if extended else length)
    return head[0] & 0x0F, payload, head + extended + payload


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, audible: asyncio.Event | None = None
) -> None:
    while data := await reader.read(65536):
        if audible is not None:
            await audible.wait()
        writer.write(data)
        await writer.drain()


async def _either(*ways: Coroutine[None, None, None]) -> None:
    """Until one of two directions has ended."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    """A proxy before the server at ``url``, for the block."""
    proxy = Proxy(url.removeprefix("http://"))
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", proxy.port, limit=1 << 20)
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
