"""A connection from welcome to the end, over the whole engine and a world of dictionaries."""

import asyncio
import json
import threading
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any

import pytest

from realtime.limits import Limits
from realtime.metrics import metrics
from realtime.scopes import Scope
from realtime.session import too_many_frames
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

ADA = Scope("user", "7")


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    world.write(ADMINS, {"calls": 1}, mark=False)
    world.write(ADA, {"name": "Ada"}, mark=False)
    return world


async def test_a_connection_gets_a_welcome_then_its_documents_then_their_changes(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})
    welcome = client.frames[0]
    assert welcome["type"] == "welcome"
    assert welcome["protocol"] == "dashboard.v1"
    assert welcome["scopes"] == ["role", "user"]
    assert welcome["ping_interval"] == 20
    assert client.last("diff")["patch"] == [{"op": "replace", "path": "/calls", "value": 2}]


async def test_a_client_resumes_where_it_left_off_with_at_most_one_diff(world: World) -> None:
    padding = "x" * 500
    world.write(ADMINS, {"calls": 1, "padding": padding}, mark=False)
    async with engine_over(world) as engine, connected(engine) as stays, connected(engine) as client:
        await client.until_has("role", world.documents[ADMINS])
        await stays.until_has("role", world.documents[ADMINS])
        epoch, version = client.positions["role"]
        await client.leave()
        for calls in (2, 3):
            world.write(ADMINS, {"calls": calls, "padding": padding})
            await stays.until_has("role", world.documents[ADMINS])
        query = f"?resume=role:{epoch}:{version}&resume=user:gone:1&resume=team:e:1&resume=role"
        again = Client(engine, "token", query=query)
        again.documents, again.positions = dict(client.documents), dict(client.positions)
        await again.connect()
        await again.until_has("role", world.documents[ADMINS])
        await again.until(lambda: any(frame["type"] == "snapshot" for frame in again.frames))
        await again.leave()
    kinds = [(frame["type"], frame["scope"]) for frame in again.frames[1:]]
    assert kinds == [("resumed", "role"), ("diff", "role"), ("snapshot", "user")]
    assert again.last("snapshot")["reason"] == "epoch"


async def test_a_fresh_token_of_the_same_user_is_taken_in_place(world: World) -> None:
    world.people.add("fresh", seconds=5000)
    async with engine_over(world) as engine, connected(engine) as client:
        await client.next()
        await client.say({"type": "authenticate", "token": "fresh"})
        await client.until(lambda: client.frames[-1]["type"] == "authenticated")
        assert client.last("authenticated")["token_expires_at"] > client.last("welcome")["token_expires_at"]
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})


@pytest.mark.parametrize("token", ["nobody", "somebody else", "promoted", "moved"])
async def test_a_token_that_is_not_the_same_users_ends_the_connection(world: World, token: str) -> None:
    world.people.add("somebody else", user_id=8)
    world.people.add("promoted", role="user")
    world.people.principals["moved"] = replace(world.people.add("moved"), scopes=(ADMINS,))
    async with engine_over(world) as engine, connected(engine) as client:
        await client.next()
        await client.say({"type": "authenticate", "token": token})
        assert await client.until_closed() == 4401


async def test_with_a_fresh_token_the_connection_belongs_to_its_sign_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.gate._ROUND", 3600.0)  # only the revocation log ends anything
    world.people.add("fresh")
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.say({"type": "authenticate", "token": "fresh"})
        await client.until(lambda: client.frames[-1]["type"] == "authenticated")
        world.people.revoke(7, "session of token")
        await eventually(lambda: len(engine.gate._handled) == 1)
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})
        world.people.revoke(7, "session of fresh")
        assert await client.until_closed() == 4401


async def test_a_fresh_token_that_is_revoked_while_it_is_checked_ends_the_connection(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.gate._ROUND", 3600.0)
    world.people.add("fresh")
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.people.hold = threading.Event()
        await client.say({"type": "authenticate", "token": "fresh"})
        await eventually(lambda: world.people.authenticated == 2)  # it has read the database
        world.people.revoke(7, "session of fresh")
        await eventually(lambda: len(engine.gate._handled) == 1)  # and this is not yet that session's
        world.people.hold.set()
        assert await client.until_closed() == 4401


async def test_when_a_fresh_token_cannot_be_checked_the_connection_goes_on(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.next()
        world.people.away = True
        await client.say({"type": "authenticate", "token": "token"})
        await client.until(lambda: client.frames[-1]["type"] == "error")
        error = client.last("error")
        assert (error["code"], error["fatal"], error["retry"]) == ("unavailable", False, "backoff")
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})


async def test_a_token_that_expires_ends_the_connection(world: World) -> None:
    world.people.add("short", seconds=0.3)
    async with engine_over(world) as engine, connected(engine, "short") as client:
        assert await client.until_closed() == 4401
        assert client.last("error")["code"] == "token_expired"


async def test_nonsense_is_answered_and_too_much_of_it_closes(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.next()
        for _ in range(9):
            await client.say_text("nonsense")
        await client.communicator.send_to(bytes_data=b"\1\2")
        assert await client.until_closed() == 4429


async def test_a_resync_is_answered_with_a_snapshot(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        before = metrics.resyncs_total
        await client.say({"type": "resync", "scope": "role"})
        await client.until(lambda: client.frames[-1].get("reason") == "resync")
        assert metrics.resyncs_total == before + 1


async def test_while_no_document_comes_there_is_no_capacity(world: World) -> None:
    world.store.away = True
    impatient = replace(QUICK, document_timeout=0.1)
    async with engine_over(world, impatient) as engine, connected(engine) as client:
        assert await client.until_closed() == 4503
        assert engine.hub.feeds == {}
        assert not engine.gate.connections


# Nothing is left behind


def _left_behind(engine: Any) -> list[object]:
    assert engine.doorbell is not None
    tasks = [
        task
        for task in asyncio.all_tasks()
        if not task.get_name().startswith("realtime") and task is not asyncio.current_task()
    ]
    places = (engine.hub.feeds, engine.gate.connections, engine.gate._by_user, engine.doorbell.joined)
    return [*tasks, *(thing for place in places for thing in place)]


async def test_a_connection_that_closes_leaves_nothing_behind(world: World) -> None:
    async with engine_over(world) as engine:
        async with connected(engine) as client:
            await client.until_has("role", {"calls": 1})
            await eventually(lambda: engine.doorbell is not None and len(engine.doorbell.joined) == 2)
        await eventually(lambda: _left_behind(engine) == [])


@pytest.mark.parametrize("moment", ["before the documents", "after"])
async def test_a_connection_that_its_server_cancels_leaves_nothing_behind(world: World, moment: str) -> None:
    async with engine_over(world) as engine:
        client = await Client(engine, "token").connect()
        await client.next()
        if moment == "after":
            await client.until_has("role", {"calls": 1})
        client.communicator.future.cancel()
        await eventually(lambda: client.communicator.future.done())
        assert client.communicator.future.cancelled()
        await eventually(lambda: _left_behind(engine) == [])


async def test_a_connection_whose_send_fails_leaves_nothing_behind(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as healthy:
        client = await Client(engine, "token").connect()
        await client.until_has("role", {"calls": 1})
        await healthy.until_has("role", {"calls": 1})

        async def broken() -> None:
            raise ConnectionResetError("the peer is gone")

        client.before_send = broken
        world.write(ADMINS, {"calls": 2})
        await healthy.until_has("role", {"calls": 2})
        await eventually(lambda: client.communicator.future.done())
        assert client.communicator.future.exception() is None
        assert len(engine.gate.connections) == 1


async def test_a_connection_that_fails_inside_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_over(world) as engine:
        client = await Client(engine, "token").connect()
        await client.until_has("role", {"calls": 1})
        (connection,) = engine.gate.connections
        monkeypatch.setattr(connection.session.__class__, "received", lambda *_: 1 / 0)
        await client.say({"type": "ping", "id": 1})
        await eventually(lambda: client.communicator.future.done())
        assert isinstance(client.communicator.future.exception(), ZeroDivisionError)
        await eventually(lambda: _left_behind(engine) == [])


async def test_a_stuck_socket_slows_nobody_and_is_brought_to_the_present_when_it_can(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as healthy, connected(engine) as stuck:
        await healthy.until_has("role", {"calls": 1})
        await stuck.until_has("role", {"calls": 1})
        await stuck.until_has("user", {"name": "Ada"})
        writable = asyncio.Event()

        async def waits() -> None:
            await writable.wait()

        stuck.before_send = waits
        for calls in range(2, 12):
            world.write(ADMINS, {"calls": calls})
            await healthy.until_has("role", {"calls": calls})
        assert stuck.documents["role"] == {"calls": 1}
        writable.set()
        await stuck.until_has("role", {"calls": 11})
        diffs = [frame for frame in stuck.frames if frame["type"] == "diff"]
        assert len(diffs) <= 2  # the one that was stuck, and one for all that followed


async def test_a_stuck_socket_that_must_end_does_not_stay(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.connection._FLUSH", 0.05)
    async with engine_over(world) as engine:
        client = await Client(engine, "token").connect()
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})

        async def never() -> None:
            await asyncio.Event().wait()

        client.before_send = never
        world.people.revoke(7)
        await eventually(lambda: client.communicator.future.done())
        await eventually(lambda: _left_behind(engine) == [])


async def test_a_stuck_socket_that_must_end_is_told_why_if_it_is_free_again_soon(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.connection._FLUSH", PATIENCE_S)
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        writable = asyncio.Event()

        async def waits() -> None:
            await writable.wait()

        client.before_send = waits
        world.people.revoke(7)
        await eventually(lambda: not engine.gate.connections)
        writable.set()
        assert await client.until_closed() == 4401
        assert client.last("error")["code"] == "session_revoked"


async def test_of_two_who_end_a_connection_the_first_is_heard(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        (connection,) = engine.gate.connections
        closed = metrics.closed_total.total()
        connection.end(engine.goodbye())
        connection.end(too_many_frames())
        assert await client.until_closed() == 4012
        assert "error" not in [frame["type"] for frame in client.frames]
        assert metrics.closed_total.total() == closed + 1


async def test_who_came_together_is_not_pinged_together(world: World) -> None:
    rarely = replace(QUICK, limits=Limits(ping_interval=10_000.0))
    async with engine_over(world, rarely) as engine, AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connected(engine))
        await eventually(lambda: len(engine.gate.connections) == 10)
        due = [connection.session._next_ping for connection in engine.gate.connections]
        # Within the second half of an interval; that ten lie within a hundredth of it is no chance.
        assert 50 < max(due) - min(due) < 5_000 + PATIENCE_S


async def test_a_client_that_does_not_read_costs_its_budget_and_no_more(world: World) -> None:
    small = replace(QUICK, limits=Limits(budget=20_000))
    async with engine_over(world, small) as engine, connected(engine) as healthy, connected(engine) as mute:
        await healthy.until_has("role", {"calls": 1})
        for calls in range(2, 42):
            world.write(ADMINS, {"calls": calls, "padding": str(calls) * 1000})
            await healthy.until_has("role", world.documents[ADMINS])
        queued = mute.communicator.output_queue
        waiting = sum(len(json.dumps(event)) for event in list(queued._queue))
        assert waiting < 30_000
        await mute.until_has("role", world.documents[ADMINS])
