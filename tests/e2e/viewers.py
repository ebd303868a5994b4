"""Viewers who stay through every fault, come back by themselves, and tolerate no mistake of the server."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from realtime import patch
from tests.e2e.servers import ServerProcess

_LOST: Final = {1000, 1001, 1005, 1006, 1011, 1012, 4012, 4503}  # come again
_PAUSE_S: Final = 0.1


class Ledger:
    """What every position named so far: an epoch and a version are one document, for everybody, for ever."""

    def __init__(self) -> None:
        self._documents: dict[tuple[str, str, int], Any] = {}

    def enter(self, scope: str, position: tuple[str, int], document: Any) -> None:
        known = self._documents.setdefault((scope, *position), document)
        assert known == document, f"two documents are {scope} {position}"


class Viewer:
    """A strict client of the protocol that reconnects with its positions, to one server after the other.

    It fails, in ``check``, where a diff does not fit, a ``resync`` would be needed, a document goes back in
    version or time, a position names two documents, or the connection is closed with a code that says that
    there is nothing to come back for.
    """

    def __init__(self, servers: Sequence[ServerProcess], email: str, token: str, ledger: Ledger) -> None:
        self.email, self.home = email, servers[0]
        self.documents: dict[str, Any] = {}
        self.positions: dict[str, tuple[str, int]] = {}
        self.instants: dict[str, datetime] = {}  # of each document: generated_at
        self.steps = 0  # snapshots and diffs
        self.document_bytes = 0  # of them
        self.largest = 0
        self.resumed = 0
        self.close_codes: list[int] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.answers = True  # pings, with pongs
        self.bytes_per_second: float | None = None
        self.final: set[int] = set()  # close codes after which it is content to stay away
        self.unanswered: list[str] = []
        self.task: asyncio.Task[None] | None = None
        self._servers, self._token, self._ledger = servers, token, ledger
        self._connection: ClientConnection | None = None

    def check(self) -> None:
        """Raise what went wrong, if anything did."""
        assert self.task is not None
        if self.task.done() and not self.final.intersection(self.close_codes):
            self.task.result()

    async def say(self, frame: Mapping[str, object]) -> None:
        """Send a frame of one's own choice."""
        assert self._connection is not None
        await self._connection.send(json.dumps(frame))

    async def guess(self, seq: str) -> None:
        """Claim to have read up to a ping that one has not seen."""
        with suppress(ConnectionClosed, AssertionError):
            await self.say({"type": "pong", "seq": seq})

    async def answer(self) -> None:
        """Answer pings again, those too that were left."""
        self.answers = True
        while self.unanswered:
            await self.say({"type": "pong", "seq": self.unanswered.pop(0)})

    async def stay(self) -> None:
        """Be connected, until cancelled."""
        turn = 0
        while not self.final.intersection(self.close_codes):
            server = self._servers[turn % len(self._servers)]
            turn += 1
            try:
                await self._visit(server)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 1006
                self.close_codes.append(code)
                assert code in _LOST | self.final, f"{self.email} was closed with {code}"
            except (OSError, TimeoutError, WebSocketException):
                pass  # the server is away, or was killed in the handshake
            self._connection = None
            await asyncio.sleep(_PAUSE_S)

    async def _visit(self, server: ServerProcess) -> None:
        resume = "&".join(
            f"resume={kind}:{epoch}:{version}" for kind, (epoch, version) in self.positions.items()
        )
        async with connect(
            f"{server.websocket_url}/ws/dashboard/?{resume}",
            subprotocols=["dashboard.v1", f"bearer.{self._token}"],  # type: ignore[list-item]
            compression=None,
            ping_interval=None,
            open_timeout=5,
            close_timeout=1,
            max_queue=1,  # who does not read does not let the library read either
        ) as self._connection:
            while True:
                await self.reads.wait()
                text = str(await self._connection.recv())
                if self.bytes_per_second is not None:
                    await asyncio.sleep(len(text) / self.bytes_per_second)
                await self._take_in(json.loads(text), len(text))

    async def _take_in(self, frame: dict[str, Any], size: int) -> None:
        match frame["type"]:
            case "snapshot":
                self._stand(frame, frame["data"], size)
            case "diff":
                kind = frame["scope"]
                here, start = self.positions.get(kind), (frame["epoch"], frame["from"])
                assert here == start, f"a diff from {start} does not fit {kind} at {here}"
                self._stand(frame, patch.apply(self.documents[kind], frame["patch"]), size)
            case "resumed":
                assert self.positions[frame["scope"]] == (frame["epoch"], frame["version"])
                self.resumed += 1
            case "ping":
                for kind, head in frame["heads"].items():
                    assert self.positions.get(kind) == (head["epoch"], head["version"]), "a resync is needed"
                if self.answers:
                    await self.say({"type": "pong", "seq": frame["seq"]})
                else:
                    self.unanswered.append(frame["seq"])
            case "error":
                assert frame["retry"] == "backoff" or self.final, frame

    def _stand(self, frame: Mapping[str, Any], document: Any, size: int) -> None:
        kind, position = frame["scope"], (frame["epoch"], frame["version"])
        at = datetime.fromisoformat(frame["generated_at"])
        if kind in self.positions and self.positions[kind][0] == position[0]:
            assert position[1] >= self.positions[kind][1], f"{kind} went back"
            assert at >= self.instants[kind], f"the time of {kind} went back"
        self._ledger.enter(kind, position, document)
        self.documents[kind], self.positions[kind], self.instants[kind] = document, position, at
        self.steps += 1
        self.document_bytes += size
        self.largest = max(self.largest, size)


@asynccontextmanager
async def staying(*viewers: Viewer) -> AsyncIterator[None]:
    """They watch during the block; at its end none of them may have failed."""
    for viewer in viewers:
        viewer.task = asyncio.create_task(viewer.stay(), name=f"viewer {viewer.email}")
    try:
        yield
        for viewer in viewers:
            viewer.check()
    finally:
        tasks = [viewer.task for viewer in viewers if viewer.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
