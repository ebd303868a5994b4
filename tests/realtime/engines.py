"""An engine over a world of plain dictionaries: no database, no real sign-in, every outage at hand."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from channels.layers import InMemoryChannelLayer
from channels.testing import WebsocketCommunicator

from realtime import patch
from realtime.auth import Principal, Refused, Revocation
from realtime.chores import Chore
from realtime.conf import EngineSettings
from realtime.connection import Connection
from realtime.engine import Engine
from realtime.handshake import Handshake
from realtime.limits import Limits
from realtime.refresher import Outcome
from realtime.scopes import Scope
from realtime.store import Begun, Commit, Committed, Counters, Loaded, Status, Store, StoreUnavailable
from realtime.stores.memory import MemoryStore

ADMINS = Scope("role", "admin")
PATIENCE_S = 60.0  # a deadline on a busy machine, not a measurement


class World:
    """The documents as they should be, and a store that can be switched off."""

    def __init__(self) -> None:
        self.documents: dict[Scope, dict[str, Any]] = {}
        self.deadlines: dict[Scope, datetime] = {}
        self.marks: list[tuple[Scope, str]] = []
        self.store = SwitchableStore(MemoryStore())
        self.refresher = WorldRefresher(self)
        self.people = People()

    def write(self, scope: Scope, document: dict[str, Any], *, mark: bool = True) -> None:
        """Commit a change, and leave a mark as the models do."""
        self.documents[scope] = document
        if mark:
            self.marks.append((scope, "model"))

    def move_marks(self, store: Counters) -> int:
        marks, self.marks = self.marks, []
        if marks:
            try:
                store.mark(marks)
            except StoreUnavailable:
                self.marks = marks + self.marks
                raise
        return len(marks)


class SwitchableStore:
    """A store that counts the calls and can be away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False
        self.calls: dict[str, int] = {}
        self.loaded = threading.Event()
        self.hold: threading.Event | None = None  # loads wait for it, having read

    def _called(self, name: str) -> None:
        self.calls[name] = self.calls.get(name, 0) + 1
        if self.away:
            raise StoreUnavailable("switched off")

    def mark(self, marks: Iterable[tuple[Scope, str]]) -> None:
        self._called("mark")
        self._store.mark(marks)

    def begin(self, scopes: Collection[Scope]) -> dict[Scope, Begun]:
        self._called("begin")
        return self._store.begin(scopes)

    def commit(self, commits: Sequence[Commit]) -> dict[Scope, Committed | None]:
        self._called("commit")
        return self._store.commit(commits)

    def status(self, scopes: Collection[Scope], now: datetime) -> dict[Scope, Status]:
        self._called("status")
        return self._store.status(scopes, now)

    def load(self, scopes: Collection[Scope]) -> dict[Scope, Loaded]:
        self._called("load")
        loaded = self._store.load(scopes)
        if self.hold is not None:
            self.hold.wait(PATIENCE_S)
        return loaded


class WorldRefresher:
    """What ``realtime.refresher.Refresher`` does, from the world instead of the database."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.listeners: list[Callable[[Mapping[Scope, Outcome]], None]] = []
        self.refreshed: list[list[Scope]] = []
        self.broken: set[Scope] = set()
        self.ahead = timedelta(0)  # of the clock, before that of who looks at the store

    def on_commit(self, listener: Callable[[Mapping[Scope, Outcome]], None]) -> None:
        self.listeners.append(listener)

    def refresh(self, scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
        wanted = list(scopes)
        self.refreshed.append(wanted)
        begun = self._world.store.begin(wanted)
        if self.broken & set(wanted):
            raise RuntimeError("a section is broken")
        now = datetime.now(UTC) + self.ahead
        commits = []
        for scope, base in begun.items():
            document = self._world.documents.get(scope, {})
            deadline = self._world.deadlines.get(scope)
            if deadline is not None and deadline <= now:
                document, deadline = {**document, "overdue": True}, None
            step = [] if base.doc is None else patch.diff(base.doc, document)
            commits.append(Commit(scope, base, document, step, deadline, now))
        done = self._world.store.commit(commits)
        outcomes = {one.scope: Outcome(one.base, done[one.scope], one.doc, now) for one in commits}
        for listener in tuple(self.listeners):
            listener(outcomes)
        return outcomes


class People:
    """An authenticator whose tokens are made up; what it refuses can be changed at any time."""

    def __init__(self) -> None:
        self.principals: dict[str, Principal] = {}
        self.refusals: dict[int, Refused] = {}
        self.log: list[Revocation] = []
        self.away = False
        self.authenticated = 0  # tokens
        self.checks = 0  # calls, of one token or many
        self.rechecked = 0
        self.hold: threading.Event | None = None

    def add(self, token: str, user_id: int = 7, role: str = "admin", *, seconds: float = 900) -> Principal:
        scopes = (Scope("role", role), Scope("user", str(user_id)))
        expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
        principal = Principal(user_id, role, f"session of {token}", "stamp", expires_at, scopes)
        self.principals[token] = principal
        return principal

    def revoke(self, user_id: int, session: str | None = None) -> None:
        self.refusals[user_id] = Refused(4401, "session_revoked", "signed out", "refresh_token")
        self.log.append(Revocation(len(self.log) + 1, user_id, session))

    def authenticate(self, tokens: Sequence[str]) -> list[Principal | Refused]:
        self.authenticated += len(tokens)
        self.checks += 1
        if self.away:
            raise ConnectionError(f"the database is away, {tokens}")
        invalid = Refused(4401, "token_invalid", "the token is invalid", "refresh_token")
        found = [self.principals.get(token, invalid) for token in tokens]
        if self.hold is not None and found != [invalid]:
            self.hold.wait(PATIENCE_S)
        return found

    def recheck(self, principals: Sequence[Principal]) -> Mapping[Principal, Refused]:
        self.rechecked += len(principals)
        return {one: self.refusals[one.user_id] for one in principals if one.user_id in self.refusals}

    def last_revocation(self) -> int:
        return len(self.log)

    def revocations_after(self, id_: int) -> Sequence[Revocation]:
        return self.log[max(0, id_ - 3) :]


QUICK = EngineSettings(
    limits=Limits(authenticate_timeout=PATIENCE_S),
    tick=0.05,
    move_marks=0.02,
    refresh_interval=0.02,
    revocations=0.02,
    document_timeout=PATIENCE_S,
    retry_after_ms=(10, 20),
    drain_deadline=PATIENCE_S,
)


@asynccontextmanager
async def engine_over(
    world: World, settings: EngineSettings = QUICK, layer: Any = None, chores: Sequence[Chore] = ()
) -> AsyncIterator[Engine]:
    """A running engine, stopped at the end."""
    engine = Engine(
        settings,
        world.store,
        world.refresher,  # type: ignore[arg-type]
        world.people,
        InMemoryChannelLayer() if layer is None else layer,  # type: ignore[no-untyped-call]
        world.move_marks,
        databases=(),
        chores=chores,
    )
    engine.start()
    try:
        yield engine
    finally:
        await engine.stop()


class Client:
    """A socket under test. It applies what it is sent, as the protocol asks, and can be asked what it has."""

    def __init__(
        self,
        engine: Engine,
        token: str | None = None,
        *,
        query: str = "",
        subprotocols: Sequence[str] | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        async def application(scope: Any, receive: Any, send: Any) -> None:
            async def sending(event: Any) -> None:
                if self.before_send is not None:
                    await self.before_send()
                await send(event)

            signed_in = scope["signed_in"]
            connection = Connection(engine, signed_in.principal, sending, signed_in.at)
            await connection.run(receive, signed_in.resume)

        if subprotocols is None:
            subprotocols = ["dashboard.v1"] + ([f"bearer.{token}"] if token else [])
        self.communicator = WebsocketCommunicator(  # type: ignore[no-untyped-call]
            Handshake(application, lambda: engine),
            f"/ws/dashboard/{query}",
            headers=list(headers),
            subprotocols=list(subprotocols),
        )
        self.before_send: Callable[[], Awaitable[None]] | None = None  # a server's send that waits, or fails
        self.frames: list[dict[str, Any]] = []
        self.documents: dict[str, Any] = {}
        self.positions: dict[str, tuple[str, int]] = {}
        self.close_code: int | None = None
        self.subprotocol: str | None = None

    async def connect(self) -> Self:
        accepted, self.subprotocol = await self.communicator.connect(PATIENCE_S)
        assert accepted
        return self

    async def next(self, seconds: float = PATIENCE_S) -> dict[str, Any] | None:
        """The next frame, applied; None when the server closed."""
        event = await self.communicator.receive_output(seconds)
        if event["type"] == "websocket.close":
            self.close_code = event["code"]
            return None
        frame: dict[str, Any] = json.loads(event["text"])
        self.frames.append(frame)
        await self._apply(frame)
        return frame

    async def _apply(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "snapshot":
            self.documents[frame["scope"]] = frame["data"]
            self.positions[frame["scope"]] = (frame["epoch"], frame["version"])
        elif kind == "diff":
            assert self.positions[frame["scope"]] == (frame["epoch"], frame["from"]), (
                "a diff that does not fit"
            )
            document = patch.apply(self.documents[frame["scope"]], frame["patch"])
            self.documents[frame["scope"]] = document
            self.positions[frame["scope"]] = (frame["epoch"], frame["version"])
        elif kind == "ping":
            for scope, head in frame["heads"].items():
                assert self.positions[scope] == (head["epoch"], head["version"]), "a resync would be needed"
            await self.say({"type": "pong", "seq": frame["seq"]})

    async def until(self, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
        """Take in frames until ``condition`` holds, or fail."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert await self.next(deadline - time.monotonic()) is not None, f"closed with {self.close_code}"

    async def until_closed(self, seconds: float = PATIENCE_S) -> int:
        """Take in frames until the server closes; the code."""
        deadline = time.monotonic() + seconds
        while await self.next(max(deadline - time.monotonic(), 0.01)) is not None:
            pass
        assert self.close_code is not None
        return self.close_code

    async def until_has(self, scope: str, document: dict[str, Any], seconds: float = PATIENCE_S) -> None:
        await self.until(lambda: self.documents.get(scope) == document, seconds)

    def last(self, kind: str) -> dict[str, Any]:
        """The last frame of a type."""
        return next(frame for frame in reversed(self.frames) if frame["type"] == kind)

    async def say(self, frame: object) -> None:
        await self.communicator.send_to(text_data=json.dumps(frame))

    async def say_text(self, text: str) -> None:
        await self.communicator.send_to(text_data=text)

    async def leave(self) -> None:
        """The client closes; safe to call twice, and after the server closed."""
        await self.communicator.disconnect(timeout=PATIENCE_S)


@asynccontextmanager
async def connected(engine: Engine, token: str | None = "token", **options: Any) -> AsyncIterator[Client]:
    """A client that always disconnects."""
    client = Client(engine, token, **options)
    try:
        await client.connect()
        yield client
    finally:
        await client.leave()


async def eventually(condition: Callable[[], bool], seconds: float = PATIENCE_S, what: str = "") -> None:
    """Let the loop run until ``condition`` holds, or fail."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting for {what or condition}"
        await asyncio.sleep(0.005)
