"""The hub: whom it follows, when it loads, what it does with rings, and that nobody waits for anybody."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from realtime import protocol
from realtime.errors import NoCapacity
from realtime.feed import Change, Verdict
from realtime.hub import CHUNK, Hub
from realtime.limits import Limits
from realtime.positions import Position
from realtime.protocol import Frame
from realtime.scopes import Scope
from realtime.session import Session
from realtime.store import Loaded, StoreUnavailable
from tests.realtime.engines import eventually

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ADMINS, ADA = Scope("role", "admin"), Scope("user", "7")


class Bench:
    """A hub over a store that answers when the test says so."""

    def __init__(self) -> None:
        self.records: dict[Scope, Loaded] = {}
        self.loads: list[set[Scope]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.in_flight = 0
        self.most_in_flight = 0
        self.away = False
        self.missing: list[Scope] = []
        self.followed: list[Scope] = []
        self.left: list[Scope] = []
        self.hub = Hub(
            self.load,
            on_follow=self._follow,
            on_leave=self.left.append,
            on_missing=self._missing,
            window=8,
        )

    def _follow(self, scope: Scope) -> None:
        self.followed.append(scope)
        self.hub.need([scope])

    def _missing(self, scopes: Iterable[Scope]) -> None:
        self.missing += scopes

    def put(self, scope: Scope, version: int, epoch: str = "e") -> None:
        self.records[scope] = Loaded(Position(epoch, version), {"n": version}, NOON, ())

    async def load(self, scopes: Sequence[Scope]) -> Mapping[Scope, Loaded]:
        self.loads.append(set(scopes))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        found = {scope: self.records[scope] for scope in scopes if scope in self.records}
        try:
            await self.gate.wait()
            if self.away:
                raise StoreUnavailable("away")
        finally:
            self.in_flight -= 1
        return found

    def session(self) -> "Watcher":
        return Watcher()

    async def joined(self, *scopes: Scope, **resume: Position) -> "Watcher":
        watcher = Watcher()
        await self.hub.join(watcher.session, scopes or (ADMINS,), resume, within=5)
        return watcher


class Watcher:
    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self.session = Session(Limits(), self.frames.append, now=0.0, expires_at=1e9, first_ping=20.0)

    @property
    def position(self) -> Position | None:
        return self.session.sent.get("role")


@asynccontextmanager
async def running() -> AsyncIterator[Bench]:
    bench = Bench()
    tasks = [asyncio.create_task(bench.hub.load_forever()), asyncio.create_task(bench.hub.pump_forever())]
    try:
        yield bench
    finally:
        for task in tasks:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in done), done


def change(version: int, epoch: str = "e", scope: Scope = ADMINS) -> Change:
    operations = [{"op": "replace", "path": "/n", "value": version}]
    return Change(scope, epoch, version - 1, version, operations, NOON)


async def test_who_joins_waits_for_the_document_and_gets_it_in_the_same_step() -> None:
    async with running() as bench:
        bench.put(ADMINS, 3)
        watcher = await bench.joined()
        assert watcher.position == Position("e", 3)
        assert len(watcher.frames) == 1


async def test_a_document_that_the_store_does_not_have_is_asked_for_and_waited_for() -> None:
    async with running() as bench:
        joining = asyncio.create_task(bench.joined())
        await eventually(lambda: bench.missing == [ADMINS])
        bench.put(ADMINS, 1)
        bench.hub.need([ADMINS])
        assert (await joining).position == Position("e", 1)


async def test_a_thousand_who_join_at_once_share_one_load_and_one_encoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoded: list[object] = []
    original = protocol.encode_raw

    def encode_raw(document: Mapping[str, Any]) -> Any:
        encoded.append(document)
        return original(document)

    monkeypatch.setattr("realtime.feed.encode_raw", encode_raw)
    async with running() as bench:
        bench.put(ADMINS, 1)
        watchers = await asyncio.gather(*(bench.joined() for _ in range(1000)))
        assert len(bench.loads) == 1
        assert len(encoded) == 1
        assert len({id(watcher.frames[0]) for watcher in watchers}) == 1
        bench.hub.ring(change(2))
        await eventually(lambda: all(watcher.position == Position("e", 2) for watcher in watchers))
        assert len({id(watcher.frames[1]) for watcher in watchers}) == 1
        assert len(bench.loads) == 1


async def test_a_document_is_followed_while_somebody_watches_and_no_longer() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        first, second = await bench.joined(), await bench.joined()
        bench.hub.leave(first.session)
        assert bench.left == []
        bench.hub.leave(first.session)  # twice is once
        bench.hub.leave(second.session)
        assert bench.left == [ADMINS]
        assert bench.hub.feeds == {}
        assert bench.hub.ring(change(2)) is None


async def test_without_a_document_in_time_there_is_no_capacity_and_nothing_is_left() -> None:
    async with running() as bench:
        watcher = bench.session()
        with pytest.raises(NoCapacity):
            await bench.hub.join(watcher.session, [ADMINS, ADA], {}, within=0.02)
        assert bench.hub.feeds == {}
        assert watcher.frames == []


async def test_who_leaves_while_waiting_leaves_nothing_behind() -> None:
    async with running() as bench:
        joining = asyncio.create_task(bench.joined(ADMINS, ADA))
        await eventually(lambda: bench.missing != [])
        joining.cancel()
        with suppress(asyncio.CancelledError):
            await joining
        assert bench.hub.feeds == {}


async def test_an_error_while_attaching_leaves_nothing_behind() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        bench.records[ADA] = Loaded(Position("e", 1), {"not": "JSON", "this": object()}, NOON, ())  # type: ignore[dict-item]
        watcher = bench.session()
        with pytest.raises(TypeError):
            await bench.hub.join(watcher.session, [ADMINS, ADA], {}, within=5)
        assert bench.hub.feeds == {}


# Rings


async def test_a_ring_is_sent_on_and_a_repeated_one_is_not() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        watcher = await bench.joined()
        assert bench.hub.ring(change(2)) is Verdict.MOVED
        await eventually(lambda: watcher.position == Position("e", 2))
        assert bench.hub.ring(change(2)) is Verdict.KNOWN
        assert len(watcher.frames) == 2


async def test_a_gap_between_rings_is_filled_from_the_store() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        watcher = await bench.joined()
        bench.put(ADMINS, 4)
        assert bench.hub.ring(change(4)) is Verdict.LOAD
        await eventually(lambda: watcher.position == Position("e", 4))


async def test_a_ring_of_another_epoch_never_moves_the_document_the_store_does() -> None:
    async with running() as bench:
        bench.put(ADMINS, 3, epoch="new")
        watcher = await bench.joined()
        assert bench.hub.ring(change(9, epoch="old")) is Verdict.LOAD
        await eventually(lambda: len(bench.loads) == 2 and bench.in_flight == 0)
        assert watcher.position == Position("new", 3)


# Loads


async def test_no_document_has_two_loads_in_flight_and_a_need_during_one_is_not_forgotten() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        watcher = await bench.joined()
        bench.gate.clear()
        bench.hub.need([ADMINS])
        await eventually(lambda: bench.in_flight == 1)
        bench.put(ADMINS, 2)
        for _ in range(5):
            bench.hub.need([ADMINS])
            await asyncio.sleep(0)
        bench.gate.set()
        await eventually(lambda: watcher.position == Position("e", 2))
        assert bench.most_in_flight == 1


async def test_a_load_that_is_older_than_the_rings_meanwhile_changes_nothing() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        watcher = await bench.joined()
        bench.gate.clear()
        bench.hub.need([ADMINS])
        await eventually(lambda: bench.in_flight == 1)
        bench.hub.ring(change(2))
        bench.gate.set()
        await eventually(lambda: bench.in_flight == 0)
        await eventually(lambda: watcher.position == Position("e", 2))
        assert bench.hub.feeds[ADMINS].position == Position("e", 2)


async def test_while_the_store_is_away_everybody_keeps_what_they_have_and_it_is_tried_again() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        watcher = await bench.joined()
        bench.away = True
        bench.put(ADMINS, 5)
        bench.hub.need([ADMINS])
        await eventually(lambda: len(bench.loads) >= 2)
        late = await bench.joined()  # served from what is here
        assert late.position == Position("e", 1)
        bench.away = False
        await eventually(lambda: watcher.position == late.position == Position("e", 5))


# Resume


async def test_a_resume_that_the_hub_can_place_needs_no_load() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        await bench.joined()
        bench.hub.ring(change(2))
        loads = len(bench.loads)
        watcher = await bench.joined(role=Position("e", 1))
        assert len(bench.loads) == loads
        assert [b'"resumed"' in frame.event["text"].encode() for frame in watcher.frames] == [True, False]


async def test_a_resume_ahead_of_the_hub_waits_for_a_load_that_began_after_it() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        await bench.joined()
        bench.gate.clear()
        bench.hub.need([ADMINS])  # this one reads version 1, and is in flight when the client asks
        await eventually(lambda: bench.in_flight == 1)
        bench.put(ADMINS, 2)
        joining = asyncio.create_task(bench.joined(role=Position("e", 2)))
        await asyncio.sleep(0)
        bench.gate.set()
        watcher = await joining
        assert '"resumed"' in watcher.frames[0].event["text"]
        assert watcher.position == Position("e", 2)


async def test_a_resume_of_an_unknown_epoch_is_decided_by_the_store() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        await bench.joined()
        watcher = await bench.joined(role=Position("other", 9))
        assert len(bench.loads) == 2
        assert '"reason":"epoch"' in watcher.frames[0].event["text"]


async def test_with_the_store_away_a_resume_waits_and_then_there_is_no_capacity() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        await bench.joined()
        bench.away = True
        watcher = bench.session()
        with pytest.raises(NoCapacity):
            await bench.hub.join(watcher.session, [ADMINS], {"role": Position("e", 2)}, within=0.05)
        assert watcher.frames == []  # never an older snapshot
        assert ADMINS in bench.hub.feeds  # the others stay


# Fan-out


async def test_a_crowd_does_not_make_a_small_audience_wait() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        bench.put(ADA, 1)
        crowd = await asyncio.gather(*(bench.joined() for _ in range(10 * CHUNK)))
        ada = await bench.joined(ADA)
        served_before_ada: list[int] = []
        original = ada.session._emit

        def emit(frame: Frame) -> None:
            served_before_ada.append(sum(len(one.frames) == 2 for one in crowd))
            original(frame)

        ada.session._emit = emit
        bench.hub.ring(change(2))
        bench.hub.ring(change(2, scope=ADA))
        await eventually(lambda: all(len(one.frames) == 2 for one in crowd) and served_before_ada != [])
        assert served_before_ada[0] <= 2 * CHUNK


async def test_a_document_that_moves_during_its_fan_out_reaches_everybody_in_its_last_state() -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        crowd = await asyncio.gather(*(bench.joined() for _ in range(5 * CHUNK)))
        for version in range(2, 8):
            bench.hub.ring(change(version))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        await eventually(lambda: all(one.position == Position("e", 7) for one in crowd))


async def test_a_session_that_fails_is_nobody_elses_affair(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as bench:
        bench.put(ADMINS, 1)
        broken, healthy = await bench.joined(), await bench.joined()

        def emit(frame: Frame) -> None:
            raise RuntimeError("broken")

        broken.session._emit = emit
        bench.hub.ring(change(2))
        await eventually(lambda: healthy.position == Position("e", 2))
        assert "could not be brought" in caplog.text
