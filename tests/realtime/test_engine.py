"""The engine as a whole: a storm of connections, a drain, a clean end, and what it makes of settings."""

import asyncio
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from realtime import engine as engines
from realtime.errors import Misconfigured
from realtime.protocol import Farewell
from realtime.scopes import Scope
from realtime.session import Session
from realtime.stores.memory import MemoryStore
from realtime.stores.redis import RedisStore
from tests.realtime.engines import (
    ADMINS,
    PATIENCE_S,
    QUICK,
    Client,
    World,
    connected,
    engine_over,
    eventually,
)


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    world.write(ADMINS, {"calls": 1}, mark=False)
    return world


async def test_a_storm_of_connections_is_one_refresh(world: World) -> None:
    for user in range(100):
        world.people.add(f"user {user}", user_id=user)
    # A regular look that comes while the one refresh is under way would rightly ask for another.
    async with engine_over(world, replace(QUICK, tick=600.0, full_refresh=600.0)) as engine:
        clients = [Client(engine, f"user {user}") for user in range(100)]
        await asyncio.gather(*(client.connect() for client in clients))
        await asyncio.gather(*(client.until_has("role", {"calls": 1}) for client in clients))
        for client in clients:
            await client.leave()
    assert sum(batch.count(ADMINS) for batch in world.refresher.refreshed) == 1


async def test_draining_says_goodbye_at_different_moments_and_waits_until_all_have_left(world: World) -> None:
    async with engine_over(world) as engine:
        clients = [await Client(engine, "token").connect() for _ in range(10)]
        for client in clients:
            await client.until_has("role", {"calls": 1})
        await engine.drain()
        assert not engine.gate.connections
        assert engine.hub.feeds == {}
        for client in clients:
            assert await client.until_closed() == 4012
            assert 10 <= client.last("goodbye")["retry_after_ms"] <= 20
            await client.leave()
        assert len({client.last("goodbye")["retry_after_ms"] for client in clients}) > 1


async def test_who_is_signing_in_when_the_drain_begins_is_told_goodbye_too(world: World) -> None:
    world.people.hold = threading.Event()
    async with engine_over(world) as engine, connected(engine) as client:
        await eventually(lambda: world.people.authenticated == 1)
        await engine.drain()
        world.people.hold.set()
        assert await client.until_closed() == 4012
        assert [frame["type"] for frame in client.frames] == ["goodbye"]


async def test_a_drain_does_not_wait_for_ever(world: World) -> None:
    class Stays:
        ended = 0

        def end(self, last: Farewell) -> None:
            self.ended += 1

    async with engine_over(world, replace(QUICK, drain_deadline=0.1)) as engine:
        connection: Any = Stays()
        engine.gate.connections.add(connection)
        engine.gate.empty.clear()
        async with asyncio.timeout(PATIENCE_S):
            await engine.drain()
        assert connection.ended == 1
        engine.gate.connections.clear()


async def test_stopping_leaves_no_task_no_thread_and_no_listener(world: World) -> None:
    tasks = asyncio.all_tasks()
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        assert any(thread.name.startswith("realtime") for thread in threading.enumerate())
    await engine.stop()  # twice is once
    await eventually(lambda: asyncio.all_tasks() == tasks)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("realtime")]
    assert world.refresher.listeners == []


async def test_a_commit_after_the_loop_has_ended_is_no_error(world: World) -> None:
    def run() -> None:
        async def live() -> None:
            async with engine_over(world) as engine:
                kept.append(engine)

        asyncio.run(live())

    kept: list[engines.Engine] = []
    await asyncio.to_thread(run)
    kept[0]._marked()
    kept[0]._committed({})


async def test_a_loop_that_was_held_up_calls_nobody_slow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pongs that came meanwhile are still to be read: the timers skip a turn."""
    monkeypatch.setattr(engines, "_TICK", 0.4)
    monkeypatch.setattr(engines, "_STALLED", 0.6)
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        (connection,) = engine.gate.connections
        ticks: list[float] = []
        monkeypatch.setattr(Session, "tick", lambda self, now: ticks.append(now))
        await eventually(lambda: len(ticks) == 1)
        time.sleep(0.8)  # noqa: ASYNC251 - this is the hold-up
        for _ in range(5):
            await asyncio.sleep(0)
        assert len(ticks) == 1
        await eventually(lambda: len(ticks) == 2)
        assert connection in engine.gate.connections


# This process


@pytest.fixture
def fresh() -> object:
    for made in (engines.store, engines.refresher, engines.authenticator):
        made.cache_clear()
    yield
    for made in (engines.store, engines.refresher, engines.authenticator):
        made.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_without_a_redis_url_documents_live_in_memory_and_with_one_in_redis(settings: Settings) -> None:
    assert isinstance(engines.store(), MemoryStore)
    assert engines.store() is engines.store()
    assert engines.refresher().store is engines.store()
    settings.REALTIME = {**settings.REALTIME, "REDIS_URL": "redis://127.0.0.1:1/0"}
    assert isinstance(engines.store(), RedisStore)


@pytest.mark.usefixtures("fresh")
def test_an_engine_without_an_authenticator_says_so(settings: Settings) -> None:
    settings.REALTIME = {}
    with pytest.raises(Misconfigured):
        engines.authenticator()


@pytest.mark.usefixtures("fresh")
async def test_the_engine_of_a_process_starts_on_first_use_and_is_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REALTIME = {"AUTHENTICATOR": "tests.realtime.engines.People"}
    monkeypatch.setattr(engines.Engine, "start", lambda self: started.append(self))
    monkeypatch.setattr(engines.Engine, "stop", _nothing)
    started: list[engines.Engine] = []
    first = engines.running_engine()
    assert engines.running_engine() is first
    assert started == [first]
    await engines.stop_engine()
    second = engines.running_engine()
    assert second is not first
    await engines.stop_engine()
    for made in (first, second):
        made._close_threads()
    assert Scope("role", "admin") not in first.hub.feeds


async def _nothing(self: engines.Engine) -> None:
    return None
