"""Whatever fails, and whenever: everybody ends at the truth of the database, in a stated time, unasked.

Everything is real: two servers (Daphne and Uvicorn) on one PostgreSQL and one Redis, sockets, signals. The
viewers are strict (``tests/e2e/viewers.py``), and the truth is computed beside the servers, so that looking
at it heals nothing; the periodic full refresh is off. ``BOUND_S`` is the time that the viewers have, after a
fault is over, to be at the truth. It holds on a busy machine; an idle one needs a second or two.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from websockets.asyncio.client import connect

from tests.e2e.conftest import UNTHROTTLED
from tests.e2e.faulty import BUDGET, PONG_TIMEOUT_S, Place
from tests.e2e.servers import ServerProcess
from tests.e2e.stages import (
    ADMIN,
    AGENT,
    EVERYBODY,
    TENANT,
    Stage,
    breakable_stage,
    reaches,
    stands_still,
    stopped,
)
from tests.e2e.viewers import Viewer, staying
from tests.e2e.writer import WriteFailedError, Writer

BOUND_S = 30.0
STARTED_S = 60.0  # to be there at all

both = pytest.mark.parametrize("number", [1, 2], ids=["daphne", "uvicorn"])


@pytest.fixture(scope="module")
def whole_stage(
    _start_shared: Callable[..., ServerProcess], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    with breakable_stage(_start_shared, tmp_path_factory.mktemp("stage"), UNTHROTTLED) as stage:
        yield stage


@pytest.fixture
def stage(whole_stage: Stage) -> Stage:
    """Two servers that are up, a Redis, a PostgreSQL, nothing announced."""
    for server in (whole_stage.one, whole_stage.two):
        if not server.running:
            server.start()
    whole_stage.writer.withdraw_all()
    return whole_stage


# Redis


async def test_redis_restarted_empty(stage: Stage) -> None:
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        epochs = {position[0] for viewer in viewers for position in viewer.positions.values()}
        stage.redis.kill()
        await stage.write()
        stage.redis.start()
        await stage.settled(viewers, within=BOUND_S, shows=await stage.write())
        # A document that the write did not concern is looked at with the next tick.
        await reaches(
            lambda: epochs.isdisjoint(epoch for viewer in viewers for epoch, _ in viewer.positions.values()),
            within=BOUND_S,
            what="a new epoch of every document",
        )
        assert all(viewer.close_codes == [] for viewer in viewers)


async def test_redis_restarted_with_an_older_state(stage: Stage) -> None:
    """The older state has positions that were since given to other documents: the ledger would know."""
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S, shows=await stage.write())
        with redis.Redis.from_url(stage.redis.url) as client:
            client.save()
        for _ in range(3):
            await stage.settled(viewers, within=BOUND_S, shows=await stage.write())
        stage.redis.kill()
        stage.redis.start()
        for _ in range(3):
            await stage.settled(viewers, within=BOUND_S, shows=await stage.write())
    (stage.redis.folder / "dump.rdb").unlink()


async def test_redis_that_does_not_answer_for_some_seconds(stage: Stage) -> None:
    """Meanwhile REST computes by itself, and says by its missing positions that it does."""
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        with stopped(stage.redis.child.pid):
            title = await stage.write()
            bodies = await asyncio.gather(stage.rest(stage.one, ADMIN), stage.rest(stage.two, TENANT))
            for body in bodies:
                assert body["positions"] is None
                assert title in str(body)
            last = await stage.write()
        await stage.settled(viewers, within=BOUND_S, shows=last)
        assert all(viewer.close_codes == [] for viewer in viewers)


async def test_who_comes_back_while_redis_does_not_answer_is_never_shown_less_than_before(
    stage: Stage,
) -> None:
    left, stays = stage.viewer(ADMIN, stage.one), stage.viewer(ADMIN, stage.two)
    async with staying(left, stays):
        await stage.settled([left, stays], within=STARTED_S)
    # Its position is ahead of the other server's hub, which cannot ask whether there is more.
    with stage.ordered("rings", {1: "drop"}):
        async with staying(left):
            await stage.settled([left], within=BOUND_S, shows=await stage.write())
    back = stage.viewer(ADMIN, stage.two)
    back.documents, back.positions, back.instants = left.documents, left.positions, left.instants
    async with staying(stays):
        with stopped(stage.redis.child.pid):
            async with staying(back):
                await asyncio.sleep(3)  # it is told to wait, or nothing
                back.check()
        async with staying(back):
            await stage.settled([back, stays], within=BOUND_S, shows=await stage.write())


# PostgreSQL


@pytest.mark.parametrize("crash", [False, True], ids=["restarted", "crashed"])
async def test_postgresql_restarted(stage: Stage, crash: bool) -> None:
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S, shows=await stage.write())
        if crash:
            stage.postgres.kill()
        else:
            stage.postgres.stop()
        await asyncio.sleep(1)  # the servers look for it twice a second
        stage.postgres.start()
        await stage.settled(viewers, within=BOUND_S, shows=await stage.write())
        assert all(viewer.close_codes == [] for viewer in viewers)


# Killed


@pytest.mark.parametrize(
    ("place", "number"), [(Place.BELL, 1), (Place.TOLD, 2), (Place.COMPUTED, 1), (Place.COMMITTED, 2)]
)
async def test_a_server_killed_on_the_way_from_a_commit_to_the_screens(
    stage: Stage, place: Place, number: int
) -> None:
    victim, other = (stage.one, stage.two) if number == 1 else (stage.two, stage.one)
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        with stage.ordered(place, {number: "SIGKILL"}):
            title = await stage.post(victim)
            await reaches(lambda: not victim.running, within=BOUND_S, what=f"the kill at {place}")
        # Elsewhere an earlier change may have led it there, before this one was committed.
        await stage.settled(viewers, within=BOUND_S, shows=title if place is Place.BELL else None)
        assert sum(viewer.close_codes == [1006] for viewer in viewers) == 3
        assert other.running
        victim.start()
        await stage.settled(viewers, within=BOUND_S, shows=await stage.post(victim))


async def test_a_writer_killed_between_its_commit_and_telling_anybody(stage: Stage) -> None:
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        title = "Last words of a writer"
        with Writer(stage.one.env, stage.folder / "doomed.log") as doomed, pytest.raises(WriteFailedError):
            await asyncio.to_thread(doomed.broadcast_and_die, title=title, roles=EVERYBODY)
        await stage.settled(viewers, within=BOUND_S, shows=title)


# Rings


@pytest.mark.parametrize("what", ["drop", "repeat", "reorder"])
async def test_rings_dropped_repeated_and_reordered(stage: Stage, what: str) -> None:
    """Each server's own viewers are moved by itself; the other's hear of it by rings, or by a look."""
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        with stage.ordered("rings", {1: what, 2: what}):
            for _ in range(5):
                title = await stage.post(stage.one)
                title = await stage.post(stage.two)
            await stage.settled(viewers, within=BOUND_S, shows=title)


# Refreshers


async def test_two_servers_that_refresh_the_same_documents_at_once(stage: Stage) -> None:
    viewers = stage.audience()
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        writing = True

        async def ask(server: ServerProcess, email: str) -> None:
            while writing:
                await stage.rest(server, email)

        asking = [
            asyncio.create_task(ask(server, email))
            for server in (stage.one, stage.two)
            for email in (ADMIN, AGENT)
        ]
        for _ in range(10):
            title = await stage.write()
        writing = False
        await asyncio.gather(*asking)
        await stage.settled(viewers, within=BOUND_S, shows=title)
        assert all(viewer.close_codes == [] for viewer in viewers)


async def test_a_server_paused_in_the_middle_of_a_refresh_while_the_other_goes_on(stage: Stage) -> None:
    """What it computed before is old when it wakes: its commit is LOST, and nobody ever goes back."""
    paused, other = stage.one, stage.two
    viewers = stage.audience()
    theirs = [viewer for viewer in viewers if viewer.home is other]
    async with staying(*viewers):
        await stage.settled(viewers, within=STARTED_S)
        with stage.ordered(Place.COMPUTED, {1: "SIGSTOP"}):
            posting = asyncio.create_task(stage.post(paused))
            await reaches(lambda: stands_still(paused.pid), within=BOUND_S, what="the pause")
        with stopped(paused.pid):
            for _ in range(3):
                await stage.settled(theirs, within=BOUND_S, shows=await stage.write())
            await asyncio.sleep(3)
        await posting
        await stage.settled(viewers, within=BOUND_S, shows=await stage.write())
        assert all(viewer.close_codes == [] for viewer in viewers)


async def test_clocks_of_servers_that_differ_and_step(stage: Stage) -> None:
    """No document goes back in time (the viewers see to that); each is the truth of the instant it names."""
    viewers = stage.audience()
    try:
        async with staying(*viewers):
            await stage.settled(viewers, within=STARTED_S)
            for one, two in (("0", "100"), ("0", "-3600"), ("-40", "160"), ("", "")):
                stage.order(stage.one, "clock", one)
                stage.order(stage.two, "clock", two)
                await stage.post(stage.one)
                await stage.post(stage.two)
                title = await stage.write()
                await stage.settled(viewers, within=BOUND_S, shows=title, at_their_instants=True)
    finally:
        for server in (stage.one, stage.two):
            stage.order(server, "clock", "")
        stage.redis.restart_empty()  # no record is ahead of the time any more


@both
async def test_a_server_that_says_goodbye_takes_nobody_in(stage: Stage, number: int) -> None:
    server = stage.one if number == 1 else stage.two
    offered: Any = ["dashboard.v1", f"bearer.{stage.token(ADMIN)}"]
    async with connect(f"{server.websocket_url}/ws/dashboard/", subprotocols=offered) as socket:
        await socket.recv()  # the server is there, and this one is among those it has to tell
        ending = asyncio.create_task(asyncio.to_thread(server.stop))
        async with asyncio.timeout(BOUND_S):
            while json.loads(await socket.recv())["type"] != "goodbye":
                pass
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", server.port)
        assert await ending == 0, server.log()


# Slow clients


async def _shout(stage: Stage, listener: Viewer, size: int) -> str:
    """Write until ``listener`` was sent ``size`` bytes more; what to find at the end."""
    until = listener.document_bytes + size
    number, deadline = 0, time.monotonic() + 3 * BOUND_S
    while listener.document_bytes < until:
        assert time.monotonic() < deadline
        listener.check()
        number += 1
        title = f"Shout {number} {until}"
        await asyncio.to_thread(
            stage.writer.broadcast, title=title, roles=EVERYBODY, message=f"{number} " * 200
        )
    return title


@both
async def test_a_client_that_stops_reading_costs_its_budget_and_arrives_in_one_step(
    stage: Stage, number: int
) -> None:
    server = stage.one if number == 1 else stage.two
    reads, mute = stage.viewer(ADMIN, server), stage.viewer(ADMIN, server)
    async with staying(reads, mute):
        await stage.settled([reads, mute], within=STARTED_S)
        mute.reads.clear()
        before = mute.document_bytes
        last = await _shout(stage, reads, 4 * BUDGET)
        await stage.settled([reads], within=BOUND_S, shows=last)
        # Now it reads what was sent to it, and acknowledges nothing: all of it is within the budget.
        mute.answers = False
        mute.reads.set()
        await reaches(
            lambda: mute.document_bytes - before > BUDGET / 4, within=BOUND_S, what="what was sent to it"
        )
        known = -1
        while mute.document_bytes != known:  # that nothing more comes has no sign but time
            known = mute.document_bytes
            await asyncio.sleep(1)
        assert known - before < BUDGET + mute.largest
        assert mute.positions != reads.positions
        steps = mute.steps
        await mute.answer()
        await stage.settled([reads, mute], within=BOUND_S)
        assert mute.steps - steps <= len(mute.documents)
        assert mute.close_codes == []


async def test_clients_that_read_10_kb_a_second_end_at_the_truth_and_delay_nobody(stage: Stage) -> None:
    servers = (stage.one, stage.two)
    fast = [stage.viewer(ADMIN, server) for server in servers]
    slow = [stage.viewer(ADMIN, server) for server in servers]
    async with staying(*fast, *slow):
        await stage.settled(fast + slow, within=STARTED_S)
        for viewer in slow:
            viewer.bytes_per_second = 10_000
        last = await _shout(stage, fast[0], 4 * BUDGET)
        await stage.settled(fast, within=BOUND_S, shows=last)
        await stage.settled(slow, within=2 * BOUND_S, shows=last)
        assert [viewer.close_codes for viewer in slow] == [[], []]


async def test_who_never_answers_pings_is_closed_with_4408_however_much_it_says(stage: Stage) -> None:
    servers = (stage.one, stage.two)
    silent = [stage.viewer(ADMIN, server) for server in servers]
    hostile = [stage.viewer(ADMIN, server) for server in servers]
    fine = [stage.viewer(ADMIN, server) for server in servers]
    for viewer in silent:
        viewer.final = {4408}
    for viewer in hostile:  # where nobody reads, the close may not arrive any more
        viewer.final = {4408, 1006}
    async with staying(*silent, *hostile, *fine):
        await stage.settled(silent + hostile + fine, within=STARTED_S)
        for viewer in silent + hostile:
            viewer.answers = False
        for viewer in hostile:
            viewer.reads.clear()
        deadline = time.monotonic() + PONG_TIMEOUT_S + BOUND_S
        closed: list[Viewer] = []
        while len(closed) < len(silent):
            assert time.monotonic() < deadline
            for number, viewer in enumerate(hostile):
                await viewer.guess(f"{number}")
            await asyncio.sleep(0.3)  # guesses stay below the limit of frames a second
            closed = [viewer for viewer in silent if viewer.close_codes]
        for viewer in hostile:
            viewer.reads.set()
        await reaches(
            lambda: all(viewer.close_codes for viewer in hostile), within=BOUND_S, what="the others' end"
        )
        assert [viewer.close_codes for viewer in silent] == [[4408], [4408]]
        await stage.settled(fine, within=BOUND_S, shows=await stage.write())
