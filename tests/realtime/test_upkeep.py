"""Documents are kept at the present: by marks, by looks, by time, and by the refresh that heals."""

import asyncio
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer
from django.db import DatabaseError

from realtime.marks import bell
from realtime.metrics import metrics
from realtime.pacing import LONGEST_REST
from realtime.refresher import Outcome
from realtime.scopes import Scope
from realtime.store import Commit, Committed, Counters, StoreUnavailable
from tests.realtime.engines import (
    ADMINS,
    PATIENCE_S,
    QUICK,
    World,
    WorldRefresher,
    connected,
    engine_over,
    eventually,
)
from tests.realtime.test_doorbell import FlakyLayer

ADA = Scope("user", "7")
# What is left when everything else is slow: only the part under test is quick.
SLOW = replace(QUICK, tick=600.0, move_marks=600.0, full_refresh=600.0)


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    world.write(ADMINS, {"calls": 1}, mark=False)
    world.write(ADA, {"name": "Ada"}, mark=False)
    return world


async def test_a_mark_of_this_process_is_moved_as_soon_as_its_bell_rings(world: World) -> None:
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2})
        bell.ring()
        await client.until_has("role", {"calls": 2})


async def test_what_is_behind_together_is_refreshed_together(world: World) -> None:
    unpaced = replace(SLOW, refresh_interval=0.001)
    async with engine_over(world, unpaced) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        world.refresher.refreshed.clear()
        world.write(ADMINS, {"calls": 2})
        world.write(ADA, {"name": "Ada Lovelace"})
        bell.ring()
        await client.until_has("role", {"calls": 2})
        await client.until_has("user", {"name": "Ada Lovelace"})
        assert [sorted(batch) for batch in world.refresher.refreshed] == [[ADMINS, ADA]]


async def test_only_what_somebody_watches_is_refreshed(world: World) -> None:
    async with (
        engine_over(world, replace(SLOW, refresh_interval=0.001)) as engine,
        connected(engine) as client,
    ):
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        world.refresher.refreshed.clear()
        world.write(Scope("user", "8"), {"name": "Bob"})
        world.write(ADMINS, {"calls": 2})
        bell.ring()
        await client.until_has("role", {"calls": 2})
        assert world.refresher.refreshed == [[ADMINS]]


async def test_what_waits_for_a_refresh_or_for_its_time_is_forgotten_with_its_last_viewer(
    world: World,
) -> None:
    world.deadlines[ADA] = datetime.now(UTC) + timedelta(hours=1)
    async with engine_over(world, replace(SLOW, refresh_interval=600.0)) as engine:
        async with connected(engine) as client:
            await client.until_has("role", {"calls": 1})
            await eventually(lambda: ADA in engine.upkeep._deadlines)
            world.write(ADMINS, {"calls": 2})
            bell.ring()
            await eventually(lambda: len(engine.upkeep._pacer) == 1)
        await eventually(lambda: engine.hub.feeds == {})
        assert len(engine.upkeep._pacer) == 0
        assert engine.upkeep._deadlines == {}


async def test_marks_that_were_told_before_the_store_went_away_are_acted_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moves_some(store: Counters) -> int:
        monkeypatch.undo()
        store.mark([(ADMINS, "model")])
        raise StoreUnavailable("away from here on")

    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        world.write(ADMINS, {"calls": 2}, mark=False)
        monkeypatch.setattr(engine.upkeep, "_move_marks", moves_some)
        bell.ring()
        await client.until_has("role", {"calls": 2})


async def test_a_mark_that_nobody_announced_is_found_by_the_regular_moving(world: World) -> None:
    async with engine_over(world, replace(SLOW, move_marks=0.05)) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})


async def test_a_counter_that_somebody_else_raised_is_found_by_the_look(world: World) -> None:
    async with engine_over(world, replace(SLOW, tick=0.05)) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2}, mark=False)
        world.store.mark([(ADMINS, "model")])
        await client.until_has("role", {"calls": 2})


async def test_a_commit_of_another_process_is_found_by_the_look(world: World) -> None:
    async with engine_over(world, replace(SLOW, tick=0.05)) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2}, mark=False)
        listeners, world.refresher.listeners = world.refresher.listeners, []
        await asyncio.to_thread(world.refresher.refresh, [ADMINS])
        world.refresher.listeners = listeners
        await client.until_has("role", {"calls": 2})


async def test_any_message_in_a_group_makes_the_process_look(world: World) -> None:
    layer = FlakyLayer()  # type: ignore[no-untyped-call]
    async with engine_over(world, SLOW, layer) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await eventually(lambda: "role.admin" in layer.groups)
        world.write(ADMINS, {"calls": 2}, mark=False)
        world.store.mark([(ADMINS, "model")])
        await layer.group_send("role.admin", {"type": "somebody.wrote"})
        await client.until_has("role", {"calls": 2})


class MuteLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """A channel layer through which nothing comes."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        pass


async def test_a_refresh_for_rest_reaches_the_sockets_at_once(world: World) -> None:
    mute = MuteLayer()  # type: ignore[no-untyped-call]
    async with engine_over(world, SLOW, mute) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2}, mark=False)
        await asyncio.to_thread(world.refresher.refresh, [ADMINS])
        await client.until_has("role", {"calls": 2})


async def test_what_overtook_a_refresh_is_shown_in_its_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's commit came first, and was not rung: nobody but who lost to it could tell."""
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        commit, overtakers = world.store.commit, [WorldRefresher(world)]

        def overtaken(commits: Sequence[Commit]) -> dict[Scope, Committed | None]:
            if overtakers:
                world.write(ADMINS, {"calls": 2}, mark=False)
                overtakers.pop().refresh([ADMINS])
            return commit(commits)

        monkeypatch.setattr(world.store, "commit", overtaken)
        outcomes = await asyncio.to_thread(world.refresher.refresh, [ADMINS])
        assert outcomes[ADMINS].committed is None
        await client.until_has("role", {"calls": 2})


async def test_a_refresh_that_finds_nothing_new_shows_what_somebody_else_committed(world: World) -> None:
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2}, mark=False)
        WorldRefresher(world).refresh([ADMINS])  # of another process, whose ring was lost
        await asyncio.to_thread(world.refresher.refresh, [ADMINS])
        await client.until_has("role", {"calls": 2})


async def test_a_first_document_is_a_present_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the store is older than a change that was marked: it is not shown, only to be corrected."""
    world.refresher.refresh([ADMINS, ADA])
    world.write(ADMINS, {"calls": 2}, mark=False)
    world.store.mark([(ADMINS, "model")])
    refresh, may_refresh = world.refresher.refresh, threading.Event()

    def slow(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
        may_refresh.wait(PATIENCE_S)
        return refresh(scopes)

    monkeypatch.setattr(world.refresher, "refresh", slow)
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.next()
        await eventually(lambda: metrics.behind == 1)
        assert await client.communicator.receive_nothing(0.1)
        may_refresh.set()
        await client.until_has("role", {"calls": 2})
        assert [frame["type"] for frame in client.frames if frame.get("scope") == "role"] == ["snapshot"]


async def test_a_change_in_one_process_reaches_the_viewers_of_another_by_its_ring(world: World) -> None:
    layer = FlakyLayer()  # type: ignore[no-untyped-call]
    async with engine_over(world, SLOW, layer) as one, engine_over(world, SLOW, layer) as two:
        # Each hears only of its own refreshes, as processes do.
        here, there = world.refresher.listeners
        async with connected(one) as ada, connected(two) as bob:
            await ada.until_has("role", {"calls": 1})
            await bob.until_has("role", {"calls": 1})
            await eventually(lambda: len(layer.groups.get("role.admin", ())) == 2)
            world.refresher.listeners = [here]
            world.write(ADMINS, {"calls": 2})
            one._marked()
            await ada.until_has("role", {"calls": 2})
            await bob.until_has("role", {"calls": 2})
            world.refresher.listeners = [here, there]


async def test_a_mark_moved_by_a_process_without_viewers_wakes_the_one_that_has_them(world: World) -> None:
    layer = FlakyLayer()  # type: ignore[no-untyped-call]
    async with (
        engine_over(world, SLOW, layer) as one,
        engine_over(world, SLOW, layer) as two,
        connected(two) as client,
    ):
        await client.until_has("role", {"calls": 1})
        await eventually(lambda: "role.admin" in layer.groups)
        world.write(ADMINS, {"calls": 2})
        one._marked()
        await client.until_has("role", {"calls": 2})


async def test_what_time_alone_changes_arrives_when_it_happens(world: World) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=0.5)
    world.deadlines[ADMINS] = deadline
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("role", {"calls": 1, "overdue": True})
        assert datetime.now(UTC) >= deadline


async def test_a_thousand_marks_are_a_few_refreshes(world: World) -> None:
    async with engine_over(world, replace(SLOW, refresh_interval=0.1)) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        before = len(world.refresher.refreshed)
        loop = asyncio.get_running_loop()
        started = loop.time()
        for calls in range(2, 1002):
            world.write(ADMINS, {"calls": calls})
            engine._marked()
            await asyncio.sleep(0)
        await client.until_has("role", {"calls": 1001})
        refreshes = len(world.refresher.refreshed) - before
        assert refreshes <= (loop.time() - started) / 0.1 + 2


async def test_how_many_are_behind_is_counted_and_nobody_is_where_nobody_watches(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
        raise DatabaseError("away")

    async with engine_over(world) as engine:
        async with connected(engine) as client:
            await client.until_has("role", {"calls": 1})
            await client.until_has("user", {"name": "Ada"})
            monkeypatch.setattr(world.refresher, "refresh", fails)
            world.write(ADMINS, {"calls": 2})
            await eventually(lambda: metrics.behind == 1)
        await eventually(lambda: metrics.behind == 0)


async def test_a_store_that_is_away_is_survived(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.store.away = True
        world.write(ADMINS, {"calls": 2})
        errors = metrics.store_errors_total
        await eventually(lambda: metrics.store_errors_total >= errors + 2)
        async with connected(engine) as late:  # served from what is here
            await late.until_has("role", {"calls": 1})
        world.store.away = False
        await client.until_has("role", {"calls": 2})
    assert "failed; it starts again" not in caplog.text


async def test_a_refresh_that_failed_is_tried_again_without_being_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        refresh, failures = world.refresher.refresh, [StoreUnavailable("away"), DatabaseError("away")]

        def fails_twice(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
            if failures:
                raise failures.pop()
            return refresh(scopes)

        monkeypatch.setattr(world.refresher, "refresh", fails_twice)
        world.write(ADMINS, {"calls": 2})
        engine._marked()
        await client.until_has("role", {"calls": 2})


async def test_while_nothing_can_be_computed_a_new_viewer_is_shown_what_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.refresher.refresh([ADMINS, ADA])
    world.store.mark([(ADMINS, "model")])
    refresh, away = world.refresher.refresh, True

    def fails(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
        if away:
            raise DatabaseError("away")
        return refresh(scopes)

    monkeypatch.setattr(world.refresher, "refresh", fails)
    async with engine_over(world, SLOW) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        world.write(ADMINS, {"calls": 2})
        away = False
        engine._marked()
        await client.until_has("role", {"calls": 2})


async def test_the_time_that_a_store_took_to_not_answer_is_not_rested_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_over(world, replace(QUICK, refresh_share=0.02)) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        refresh, failed = world.refresher.refresh, False

        def time_out_once(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
            nonlocal failed
            if not failed:
                failed = True
                time.sleep(0.3)
                raise StoreUnavailable("no answer")
            return refresh(scopes)

        monkeypatch.setattr(world.refresher, "refresh", time_out_once)
        world.write(ADMINS, {"calls": 2})
        # Counted as a use of the database, it would be followed by the longest rest.
        await client.until_has("role", {"calls": 2}, seconds=LONGEST_REST - 1)
        assert failed


async def test_a_document_that_cannot_be_computed_holds_up_no_other(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.people.add("second", user_id=8)
    world.write(Scope("user", "8"), {"name": "Bob"}, mark=False)
    async with engine_over(world) as engine, connected(engine) as ada, connected(engine, "second") as bob:
        await ada.until_has("user", {"name": "Ada"})
        await bob.until_has("user", {"name": "Bob"})
        world.refresher.broken = {ADA}
        for scope in (ADA, ADMINS, Scope("user", "8")):
            world.write(scope, {"changed": str(scope)})
        await bob.until_has("role", {"changed": "role.admin"})
        await bob.until_has("user", {"changed": "user.8"})
        await eventually(lambda: "user.7 cannot be computed" in caplog.text)
        world.refresher.broken = set()
        await ada.until_has("user", {"changed": "user.7"})


async def test_what_was_written_without_telling_anyone_is_healed_and_counted(world: World) -> None:
    healing = replace(SLOW, full_refresh=0.1, missed_change_grace=0.05)
    async with engine_over(world, healing) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        missed = metrics.missed_changes_total
        world.write(ADMINS, {"calls": 2}, mark=False)
        await client.until_has("role", {"calls": 2})
        await eventually(lambda: metrics.missed_changes_total == missed + 1)


async def test_a_change_whose_mark_arrives_a_little_later_was_not_missed(world: World) -> None:
    healing = replace(SLOW, full_refresh=0.1, missed_change_grace=0.3)
    async with engine_over(world, healing) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        missed = metrics.missed_changes_total
        world.write(ADMINS, {"calls": 2}, mark=False)
        await client.until_has("role", {"calls": 2})
        world.store.mark([(ADMINS, "model")])
        await heals_again(world)
        assert metrics.missed_changes_total == missed


async def test_a_change_that_was_marked_just_before_the_periodic_refresh_was_not_missed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    healing = replace(SLOW, full_refresh=0.1, missed_change_grace=0.05)
    async with engine_over(world, healing) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        missed = metrics.missed_changes_total
        refresh = world.refresher.refresh

        def marked_at_the_last_moment(scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
            if world.documents[ADMINS] == {"calls": 1}:
                world.write(ADMINS, {"calls": 2}, mark=False)
                world.store.mark([(ADMINS, "model")])
            return refresh(scopes)

        monkeypatch.setattr(world.refresher, "refresh", marked_at_the_last_moment)
        await client.until_has("role", {"calls": 2})
        await heals_again(world)
        assert metrics.missed_changes_total == missed


async def test_what_time_changed_in_the_periodic_refresh_was_not_missed(world: World) -> None:
    healing = replace(SLOW, full_refresh=0.1, missed_change_grace=0.05)
    world.deadlines[ADMINS] = datetime.now(UTC) + timedelta(hours=1)
    async with engine_over(world, healing) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        missed = metrics.missed_changes_total
        world.refresher.ahead = timedelta(hours=2)  # by the look's clock, nothing is due
        await client.until_has("role", {"calls": 1, "overdue": True})
        await heals_again(world)
        assert metrics.missed_changes_total == missed


async def heals_again(world: World) -> None:
    """The periodic refresh that found something has counted it: the next one has begun."""
    refreshed = len(world.refresher.refreshed)
    await eventually(lambda: len(world.refresher.refreshed) > refreshed)
