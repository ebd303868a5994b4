"""The channel layer as a doorbell: hints that may be lost, repeated, foreign, or not sent at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from realtime.doorbell import MAX_RUNG_OPERATIONS, Doorbell
from realtime.feed import Change
from realtime.metrics import metrics
from realtime.scopes import Scope
from realtime.tasks import supervise
from tests.realtime.engines import eventually

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ADMINS, ADA = Scope("role", "admin"), Scope("user", "7")
CHANGE = Change(ADMINS, "e", 3, 4, [{"op": "replace", "path": "/n", "value": 4}], NOON)


class FlakyLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """Fails while it is ``away``; several processes may share it."""

    away = False
    added = 0

    def _check(self) -> None:
        if self.away:
            raise ConnectionError("the layer is away")

    async def new_channel(self, prefix: str = "specific.") -> str:
        self._check()
        return str(await super().new_channel(prefix))

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        self.added += 1
        await super().group_add(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        self._check()
        await super().group_discard(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._check()
        await super().group_send(group, message)

    async def receive(self, channel: str) -> dict[str, Any]:
        self._check()
        message: dict[str, Any] = await super().receive(channel)
        self._check()
        return message


class Process:
    """One process' doorbell, and what it heard."""

    def __init__(self, layer: Any, rejoin: float = 300.0) -> None:
        self.changes: list[Change] = []
        self.looks: list[Scope | None] = []
        self.bell = Doorbell(layer, on_change=self.changes.append, on_look=self.looks.append, rejoin=rejoin)


@asynccontextmanager
async def processes(layer: Any, count: int = 1, rejoin: float = 300.0) -> AsyncIterator[list[Process]]:
    made = [Process(layer, rejoin) for _ in range(count)]
    loops = [run for process in made for run in (process.bell.listen_forever, process.bell.send_forever)]
    tasks = [asyncio.create_task(supervise("bell", run)) for run in loops]
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def layer() -> FlakyLayer:
    return FlakyLayer()  # type: ignore[no-untyped-call]


async def test_a_process_is_in_the_groups_of_what_it_follows_and_in_no_others(layer: FlakyLayer) -> None:
    async with processes(layer) as (one,):
        one.bell.follow(ADMINS)
        one.bell.follow(ADA)
        await eventually(lambda: set(layer.groups) == {"role.admin", "user.7"})
        one.bell.leave(ADA)
        await eventually(lambda: set(layer.groups) == {"role.admin"})
    assert layer.groups == {}


async def test_a_rung_change_reaches_every_process_that_follows_and_no_other(layer: FlakyLayer) -> None:
    async with processes(layer, 3) as (one, two, three):
        for process in (one, two):
            process.bell.follow(ADMINS)
        three.bell.follow(ADA)
        await eventually(lambda: all(process.bell.joined for process in (one, two, three)))
        one.bell.ring(CHANGE)
        await eventually(lambda: one.changes == [CHANGE] and two.changes == [CHANGE])
        assert three.changes == []


async def test_a_large_change_is_rung_without_its_patch(layer: FlakyLayer) -> None:
    async with processes(layer) as (one,):
        one.bell.follow(ADMINS)
        await eventually(lambda: one.bell.joined == {ADMINS})
        one.looks.clear()
        one.bell.ring(Change(ADMINS, "e", 3, 4, CHANGE.patch * (MAX_RUNG_OPERATIONS + 1), NOON))
        await eventually(lambda: one.looks == [ADMINS])
        assert one.changes == []


async def test_a_mark_elsewhere_asks_for_a_look_at_that_document(layer: FlakyLayer) -> None:
    async with processes(layer, 2) as (one, two):
        two.bell.follow(ADA)
        await eventually(lambda: two.bell.joined == {ADA})
        two.looks.clear()
        one.bell.ring_marked(ADA)
        await eventually(lambda: two.looks == [ADA])


@pytest.mark.parametrize(
    "message",
    [
        {"type": "anything"},
        {"type": "realtime.changed"},
        {"type": "realtime.changed", "scope": 7},
        {"type": "realtime.changed", "scope": "nonsense"},
        {"type": "realtime.changed", "scope": "role.admin", "patch": 5},
        {"type": "realtime.changed", "scope": "role.admin", "patch": [], "epoch": "e", "from": "x"},
    ],
)
async def test_any_other_message_in_a_group_asks_for_a_look_at_everything(
    layer: FlakyLayer, message: dict[str, Any]
) -> None:
    async with processes(layer) as (one,):
        one.bell.follow(ADMINS)
        await eventually(lambda: one.bell.joined == {ADMINS})
        one.looks.clear()
        restarts = metrics.task_restarts_total["bell"]
        await layer.group_send("role.admin", message)
        await eventually(lambda: one.looks == [None])
        assert metrics.task_restarts_total["bell"] == restarts


async def test_a_layer_that_went_away_is_joined_again_and_everything_is_looked_at(
    layer: FlakyLayer, caplog: pytest.LogCaptureFixture
) -> None:
    async with processes(layer, 2) as (one, two):
        one.bell.follow(ADMINS)
        await eventually(lambda: one.bell.joined == {ADMINS})
        restarts = metrics.task_restarts_total["bell"]
        layer.away = True
        one.bell.follow(ADA)
        await eventually(lambda: metrics.task_restarts_total["bell"] > restarts)
        failed = metrics.rings_failed_total
        two.bell.ring(CHANGE)
        await eventually(lambda: metrics.rings_failed_total > failed)
        one.looks.clear()
        layer.away = False
        await eventually(lambda: one.bell.joined == {ADMINS, ADA})
        assert one.looks == [None]
        two.bell.ring(CHANGE)
        await eventually(lambda: one.changes == [CHANGE])
    assert "bell failed" in caplog.text


async def test_a_lost_membership_is_renewed(layer: FlakyLayer) -> None:
    async with processes(layer, rejoin=0.02) as (one,):
        one.bell.follow(ADMINS)
        await eventually(lambda: one.bell.joined == {ADMINS})
        layer.groups.clear()  # as a layer does to a channel with an expired message
        await eventually(lambda: "role.admin" in layer.groups)


async def test_more_rings_than_the_layer_takes_are_dropped_and_counted(layer: FlakyLayer) -> None:
    one = Process(layer)
    failed = metrics.rings_failed_total
    for _ in range(1200):
        one.bell.ring_marked(ADA)
    assert metrics.rings_failed_total == failed + 200


async def test_a_ring_that_the_layer_holds_on_to_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.doorbell._SEND_TIMEOUT", 0.05)

    class StickyLayer(FlakyLayer):
        held = 0

        async def group_send(self, group: str, message: dict[str, Any]) -> None:
            if not self.held:
                self.held += 1
                await asyncio.Event().wait()
            await super().group_send(group, message)

    layer = StickyLayer()  # type: ignore[no-untyped-call]
    async with processes(layer, 2) as (one, two):
        two.bell.follow(ADMINS)
        await eventually(lambda: two.bell.joined == {ADMINS})
        two.looks.clear()
        one.bell.ring_marked(ADA)
        one.bell.ring_marked(ADMINS)
        await eventually(lambda: two.looks == [ADMINS])
        assert layer.held == 1
