"""Viewers at open sockets, and the promise that what they see is what a fresh look at the database gives.

``verify`` runs one write and lets its frames arrive. It fails if any viewer's document then differs from one
computed afresh, or if a frame changed nothing; it returns who saw what change.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from channels.layers import InMemoryChannelLayer
from django.db import connections

from dashboard.access import follows
from domain.models import User
from realtime.auth import Principal
from realtime.engine import Engine
from realtime.refresher import Refresher
from realtime.scopes import Scope
from realtime.sections import compute
from realtime.snapshots import snapshot
from realtime.stores.memory import MemoryStore
from tests.realtime.engines import QUICK, Client, People

SETTLE_S = 30.0  # far beyond what it takes; a test fails by this deadline only when something is wrong


@dataclass
class Viewer:
    """One person at a socket."""

    name: str
    client: Client
    scopes: tuple[Scope, ...]

    def take_in(self) -> bool:
        """Whether a frame is waiting."""
        return not self.client.communicator.output_queue.empty()


@dataclass
class Viewers:
    """Everybody who watches during one test."""

    everybody: list[Viewer] = field(default_factory=list)

    async def verify(self, write: Callable[[], object]) -> dict[str, set[str]]:
        """Run ``write`` in a thread of its own; the changed top-level keys by viewer who saw any."""
        await self.settle()
        before = {viewer.name: dict(viewer.client.documents) for viewer in self.everybody}
        await run(write)
        await self.settle()
        return {
            viewer.name: changed
            for viewer in self.everybody
            if (changed := _changed(before[viewer.name], viewer.client.documents))
        }

    async def settle(self) -> None:
        """Let frames arrive until every document equals a fresh one, and no frame is left; or fail."""
        deadline = time.monotonic() + SETTLE_S
        while (differing := await self._differing()) is not None:
            assert time.monotonic() < deadline, f"never converged: {differing}"
            await asyncio.sleep(0.03)  # the engine has to run; nobody tells when it is done

    async def _differing(self) -> str | None:
        for viewer in self.everybody:
            while viewer.take_in():
                await viewer.client.next()
        scopes = {scope for viewer in self.everybody for scope in viewer.scopes}
        fresh = await run(lambda: _fresh(scopes))
        for viewer in self.everybody:
            for scope in viewer.scopes:
                seen = viewer.client.documents.get(scope.kind)
                if seen != fresh[scope]:
                    return f"{viewer.name}, {scope}: {_first_difference(seen, fresh[scope])}"
            if viewer.take_in():
                return f"{viewer.name}: a frame is waiting"
        return None


class StrictClient(Client):
    """A client to whom a diff that changes nothing is an error."""

    async def _apply(self, frame: dict[str, Any]) -> None:
        before = self.documents.get(frame.get("scope", ""))
        await super()._apply(frame)
        if frame["type"] == "diff":
            assert frame["patch"], "an empty patch"
            assert self.documents[frame["scope"]] != before, "a patch that changes nothing"


async def run(call: Callable[[], Any]) -> Any:
    """Run in a thread that leaves no database connection open."""

    def in_thread() -> Any:
        try:
            return call()
        finally:
            connections.close_all()

    return await asyncio.to_thread(in_thread)


@asynccontextmanager
async def watching(people: Mapping[str, User]) -> AsyncIterator[Viewers]:
    """These people, by name, at open sockets of one engine over the real sections and the test database."""
    authenticator = People()
    principals = await run(lambda: {name: _principal(user) for name, user in people.items()})
    authenticator.principals.update(principals)
    store = MemoryStore()
    engine = Engine(
        # Whatever is missed must not be healed behind the test's back.
        replace(QUICK, full_refresh=3600.0, document_timeout=SETTLE_S),
        store,
        Refresher(store),
        authenticator,
        InMemoryChannelLayer(),  # type: ignore[no-untyped-call]
    )
    engine.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.stop)
        viewers = Viewers()
        for name, principal in principals.items():
            client = StrictClient(engine, name)
            stack.push_async_callback(client.leave)
            await client.connect()
            viewers.everybody.append(Viewer(name, client, principal.scopes))
        await viewers.settle()
        yield viewers


def _principal(user: User) -> Principal:
    expires_at = datetime(2100, 1, 1, tzinfo=UTC)
    return Principal(user.pk, user.role, f"session of {user.pk}", "stamp", expires_at, follows(user))


def _fresh(scopes: set[Scope]) -> dict[Scope, Any]:
    with snapshot():
        computed = compute(scopes, datetime.now(UTC))
    return {scope: computed[scope].data for scope in scopes}


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    keys = set()
    for kind, document in after.items():
        old, new = _timeless(before[kind]), _timeless(document)
        keys |= {key for key in old.keys() | new.keys() if old.get(key) != new.get(key)}
    return keys


def _timeless(document: dict[str, Any]) -> dict[str, Any]:
    """Without occupancy, which every minute moves by itself."""
    metrics = document.get("performance_metrics")
    return {**document, "performance_metrics": {**metrics, "occupancy": None}} if metrics else document


def _first_difference(seen: Any, fresh: Any, path: str = "") -> str:
    """Where two documents part, for the message of a failed test."""
    if isinstance(seen, dict) and isinstance(fresh, dict):
        for key in sorted(seen.keys() | fresh.keys()):
            if seen.get(key) != fresh.get(key):
                return _first_difference(seen.get(key), fresh.get(key), f"{path}/{key}")
    return f"{path}: seen {seen!r}, fresh {fresh!r}"
