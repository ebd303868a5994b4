"""Who may stay connected: caps, and the end of access."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from realtime.auth import Principal, Refused
from realtime.errors import NoCapacity
from tests.realtime.engines import PATIENCE_S, QUICK, World, connected, engine_over, eventually


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    return world


async def test_a_revocation_ends_the_connections_of_its_user_and_of_nobody_else(world: World) -> None:
    world.people.add("other", user_id=8)
    async with engine_over(world) as engine, connected(engine) as ada, connected(engine, "other") as bob:
        await ada.until_has("user", {})
        await bob.until_has("user", {})
        world.people.revoke(7)
        assert await ada.until_closed() == 4401
        assert ada.last("error")["code"] == "session_revoked"
        await eventually(lambda: {one.principal.user_id for one in engine.gate.connections} == {8})


async def test_a_revoked_session_ends_its_own_connections_alone(world: World) -> None:
    world.people.add("second")
    async with (
        engine_over(world) as engine,
        connected(engine) as first,
        connected(engine, "second") as second,
    ):
        await first.until_has("user", {})
        await second.until_has("user", {})
        world.people.revoke(7, "session of token")
        assert await first.until_closed() == 4401
        await eventually(lambda: len(engine.gate.connections) == 1)
        assert await second.communicator.receive_nothing(0.05)


async def test_a_revocation_that_is_read_again_is_handled_once(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("user", {})
        world.people.revoke(7)
        world.people.refusals.clear()  # harmless after all: the recheck decides
        await eventually(lambda: world.people.rechecked == 1)
        for _ in range(5):
            await asyncio.sleep(QUICK.revocations)
        assert world.people.rechecked == 1
        assert len(engine.gate.connections) == 1


async def test_a_revocation_while_the_sign_in_is_under_way_is_not_missed(world: World) -> None:
    world.people.hold = threading.Event()
    async with engine_over(world) as engine, connected(engine) as client:
        await eventually(lambda: world.people.authenticated == 1)  # it has read the database
        world.people.revoke(7)
        await eventually(lambda: len(engine.gate._handled) == 1)  # and the log was read before it is admitted
        world.people.hold.set()
        assert await client.until_closed() == 4401
        assert "snapshot" not in [frame["type"] for frame in client.frames]


async def test_tokens_that_come_together_are_checked_together(
    world: World,
) -> None:
    for number in range(40):
        world.people.add(f"token {number}", number)
    async with engine_over(world) as engine:
        tokens = [f"token {number}" for number in range(40)]
        outcomes = await asyncio.gather(
            *(engine.gate.sign_in(token) for token in [*tokens, "nonsense", *tokens]), return_exceptions=True
        )
    refused = outcomes.pop(40)
    assert isinstance(refused, Refused)
    assert refused.code == "token_invalid"
    assert [one.user_id for one in outcomes if isinstance(one, Principal)] == [*range(40), *range(40)]
    assert world.people.authenticated == 41
    assert world.people.checks <= 3


async def test_a_check_that_fails_is_no_capacity_for_all_that_shared_it(world: World) -> None:
    world.people.away = True
    async with engine_over(world) as engine:
        outcomes = await asyncio.gather(
            *(engine.gate.sign_in(f"token {number}") for number in range(5)), return_exceptions=True
        )
        assert [type(one) for one in outcomes] == [NoCapacity] * 5
        world.people.away = False
        world.people.add("token 1")
        assert (await engine.gate.sign_in("token 1")).user_id == 7


async def test_everybody_is_re_read_once_in_a_while_without_any_revocation(world: World) -> None:
    often = replace(QUICK, recheck=1.0)
    async with engine_over(world, often) as engine, connected(engine) as client:
        await client.until_has("user", {})
        world.people.refusals[7] = Refused(4403, "account_disabled", "disabled", "never")
        assert await client.until_closed() == 4403
        assert client.last("error")["retry"] == "never"


async def test_a_user_has_so_many_connections_and_no_more(world: World) -> None:
    narrow = replace(QUICK, connections_per_user=2)
    async with engine_over(world, narrow) as engine:
        async with connected(engine) as first, connected(engine) as second:
            await first.next()
            await second.next()
            async with connected(engine) as third:
                assert await third.until_closed() == 4429
                assert third.last("error")["code"] == "too_many_connections"
        async with connected(engine) as again:
            await again.next()
            assert again.frames[0]["type"] == "welcome"


async def test_an_error_while_reading_the_log_is_survived(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("user", {})
        original = world.people.revocations_after
        monkeypatch.setattr(world.people, "revocations_after", lambda id_: 1 / 0)
        await eventually(lambda: "revocations failed" in caplog.text)
        monkeypatch.setattr(world.people, "revocations_after", original)
        world.people.revoke(7)
        assert await client.until_closed() == 4401


async def test_a_revocation_that_could_not_be_checked_is_checked_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("realtime.gate._ROUND", 3600.0)  # nothing else re-reads anybody
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("user", {})
        recheck, failures = world.people.recheck, [ConnectionError("the database is away")]

        def fails_once(principals: Sequence[Principal]) -> Mapping[Principal, Refused]:
            if failures:
                raise failures.pop()
            return recheck(principals)

        monkeypatch.setattr(world.people, "recheck", fails_once)
        # More have happened by then than are read again.
        for user_id in (7, 8, 8, 8, 8):
            world.people.revoke(user_id)
        assert await client.until_closed() == 4401


async def test_nobody_signs_in_before_the_log_is_followed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()

    def last_revocation() -> int:
        ready.wait(PATIENCE_S)
        return 0

    monkeypatch.setattr(world.people, "last_revocation", last_revocation)
    async with engine_over(world) as engine, connected(engine) as client:
        assert await client.communicator.receive_nothing(0.05)
        ready.set()
        await client.next()
        assert client.frames[0]["type"] == "welcome"
