"""Every frame of real sessions fits the published schema, and every frame that is published occurs."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from realtime.close_codes import CloseCode
from realtime.engine import Engine
from realtime.limits import Limits
from realtime.schema import CLIENT_FRAMES, SERVER_FRAMES, frame_type
from realtime.scopes import Scope
from tests.realtime.engines import ADMINS, QUICK, Client, World, engine_over
from tests.realtime.wire import CLIENT, SERVER

ADA = Scope("user", "7")
PADDING = "x" * 600  # so that a diff is shorter than a snapshot


class Judged(Client):
    """A client that holds every frame, received or sent, against the schema."""

    def __init__(self, engine: Engine, token: str | None = "token", **options: Any) -> None:
        super().__init__(engine, token, **options)
        self.said: set[str] = set()

    async def next(self, seconds: float = 5.0) -> dict[str, Any] | None:
        frame = await super().next(seconds)
        if frame is not None:
            SERVER.validate(frame)
        return frame

    async def say(self, frame: object) -> None:
        assert isinstance(frame, dict)
        CLIENT.validate(frame)
        self.said.add(frame["type"])
        await super().say(frame)

    async def until_type(self, kind: str) -> None:
        """Take in frames until one of this type has come since the call."""
        start = len(self.frames)
        await self.until(lambda: any(frame["type"] == kind for frame in self.frames[start:]))


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    world.people.add("fresh", seconds=5000)
    world.write(ADMINS, {"calls": 1, "padding": PADDING}, mark=False)
    world.write(ADA, {"name": "Ada", "list": [{"id": 1}, None, 1.5]}, mark=False)
    return world


@pytest.fixture
async def engine(world: World) -> AsyncIterator[Engine]:
    async with engine_over(world, replace(QUICK, limits=Limits(ping_interval=1.0))) as engine:
        yield engine


async def test_every_frame_of_a_full_life_fits_the_schema(world: World, engine: Engine) -> None:
    client = await Judged(engine, None, subprotocols=["dashboard.v1"]).connect()
    await client.say({"type": "authenticate", "token": "token"})
    await client.until_has("role", world.documents[ADMINS])
    await client.until_has("user", world.documents[ADA])
    world.write(ADMINS, {"calls": 2, "padding": PADDING, "more": {"a/b": [1]}})
    await client.until_has("role", world.documents[ADMINS])
    await client.say({"type": "ping", "id": 1})
    await client.until_type("pong")
    await client.say({"type": "ping", "id": "one"})
    await client.until_type("pong")
    await client.say({"type": "authenticate", "token": "fresh"})
    await client.until_type("authenticated")
    await client.say({"type": "resync", "scope": "user"})
    await client.until_type("snapshot")
    await client.until_type("ping")  # the client under test answers
    await client.say_text("not JSON")
    await client.until_type("error")
    await client.leave()

    # Away for two changes, then back from where it stood.
    stays = await Judged(engine).connect()
    await stays.until_has("role", world.documents[ADMINS])
    for calls in (3, 4):
        world.write(ADMINS, {"calls": calls, "padding": PADDING})
        await stays.until_has("role", world.documents[ADMINS])
    epoch, version = client.positions["role"]
    again = Judged(engine, query=f"?resume=role:{epoch}:{version}&resume=user:gone:1")
    again.documents, again.positions = dict(client.documents), dict(client.positions)
    await again.connect()
    await again.until_type("resumed")
    await again.until_has("role", world.documents[ADMINS])

    draining = asyncio.create_task(engine.drain())
    assert await stays.until_closed() == await again.until_closed() == CloseCode.RESTART
    await stays.leave()
    await again.leave()
    await draining

    seen = {frame["type"] for one in (client, stays, again) for frame in one.frames}
    assert seen == {frame_type(frame) for frame in SERVER_FRAMES}
    assert client.said == {frame_type(frame) for frame in CLIENT_FRAMES}


@pytest.mark.parametrize("reason", ["connect", "resync", "epoch", "gap"])
async def test_a_snapshot_fits_whatever_its_reason(world: World, engine: Engine, reason: str) -> None:
    first = await Judged(engine).connect()
    await first.until_has("role", world.documents[ADMINS])
    epoch, version = first.positions["role"]
    query = {"epoch": "?resume=role:gone:1", "gap": f"?resume=role:{epoch}:{version + 7}"}.get(reason, "")
    client = await Judged(engine, query=query).connect()
    if reason == "resync":
        await client.until_has("role", world.documents[ADMINS])
        await client.say({"type": "resync", "scope": "role"})
    await client.until(
        lambda: any((f["type"], f.get("reason")) == ("snapshot", reason) for f in client.frames)
    )
    await first.leave()
    await client.leave()


@pytest.mark.parametrize("token", ["nobody", "too many"])
async def test_a_refusal_fits(world: World, token: str) -> None:
    world.people.add("too many")
    async with engine_over(world, replace(QUICK, connections_per_user=1)) as engine:
        first = await Judged(engine, "too many").connect()
        await first.until_type("welcome")
        client = await Judged(engine, token).connect()
        assert await client.until_closed() in (CloseCode.UNAUTHENTICATED, CloseCode.TOO_MANY)
        assert client.last("error")["fatal"] is True
        await first.leave()
        await client.leave()
