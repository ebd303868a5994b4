"""Random histories on the real engine: whatever happens, everybody ends at the truth.

Two processes' worth of engines share one store and one channel layer. Rows are written in every way there is,
people come, go, come back elsewhere, rings are lost and repeated, the store loses everything, or is killed
and comes back with an older state, an engine dies. When it is quiet again, each document on a screen equals
one computed afresh; on the way, no client ever met a diff that did not fit (the client of these tests fails
then), and no position named two documents.
"""

import asyncio
import copy
import os
import random
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Protocol

import pytest
import redis
from channels.layers import InMemoryChannelLayer
from django.db import connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from realtime.auth import Principal
from realtime.engine import Engine
from realtime.marks import bell
from realtime.refresher import Refresher
from realtime.scopes import Scope
from realtime.sections import compute
from realtime.snapshots import snapshot
from realtime.store import Store
from realtime.stores.memory import MemoryStore
from realtime.stores.redis import RedisStore
from tests.realtime.engines import QUICK, Client, People
from tests.realtime.sample.models import Comment, Note, Owner, Team
from tests.realtime.sample.sections import documents
from tests.services import RedisServer

QUIET_S = 30.0  # a deadline, not a measurement
_SETTINGS = replace(QUICK, full_refresh=3600.0, document_timeout=QUIET_S)  # nothing heals what was missed

numbers = st.integers(min_value=0, max_value=7)


class LossyLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """A channel layer that loses and repeats what is sent to a group."""

    lost = 0.0
    repeated = 0.0

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if random.random() < self.lost:
            return
        await super().group_send(group, message)
        if random.random() < self.repeated:
            await super().group_send(group, message)


class LosableStore(Store, Protocol):
    """A store to which everything can happen."""

    def remember(self) -> None:
        """Write down the present, for when it is killed."""

    def be_emptied(self) -> None:
        """Lose everything, and go on."""

    def be_killed(self) -> None:
        """End without a last word and come back with what was written down, which may be old, or nothing."""

    def close(self) -> None:
        """The history is over."""


class LosableMemory(MemoryStore):
    """What would happen to a server, done to the records of a process."""

    def __init__(self) -> None:
        super().__init__()
        self._remembered = dict(self._records)

    def remember(self) -> None:
        self._remembered = copy.deepcopy(self._records)

    def be_emptied(self) -> None:
        with self._lock:
            self._records.clear()

    def be_killed(self) -> None:
        with self._lock:
            self._records = copy.deepcopy(self._remembered)
            self._token = f"{self._token}+"

    def close(self) -> None:
        pass


class LosableRedis(RedisStore):
    """A real Redis, which is away for as long as it takes to start."""

    def __init__(self, server: RedisServer) -> None:
        super().__init__(server.url)
        self._server = server
        self.be_emptied()

    def _command(self, command: str) -> None:
        with redis.Redis.from_url(self._server.url) as client:
            client.execute_command(command)  # type: ignore[no-untyped-call]

    def remember(self) -> None:
        self._command("SAVE")

    def be_emptied(self) -> None:
        self._command("FLUSHALL")

    def be_killed(self) -> None:
        self._server.kill()
        self._server.start()


class Histories(RuleBasedStateMachine):
    """One history; Hypothesis chooses the steps, and shrinks what fails."""

    survived = 0  # histories, of this process

    def __init__(self, make_store: Callable[[], LosableStore]) -> None:
        super().__init__()
        self.make_store = make_store
        self.runner = asyncio.Runner()
        self.clients: dict[int, tuple[Engine, Client, tuple[Scope, ...]]] = {}
        # What those who went had on their screens: documents and positions by owner.
        self.left: dict[int, tuple[dict[str, Any], dict[str, tuple[str, int]]]] = {}
        # What each position named, for anybody: scope, epoch and version are one document for ever.
        self.named: dict[tuple[Scope, str, int], Any] = {}

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run(coroutine)

    @initialize(lost=st.sampled_from([0.0, 0.5, 1.0]), repeated=st.sampled_from([0.0, 0.5]))
    def begin(self, lost: float, repeated: float) -> None:
        for model in (Comment, Note, Owner, Team):
            model._default_manager.all().delete()
        self.teams = [Team.objects.create(name=name) for name in ("red", "blue")]
        self.owners = [Owner.objects.create(name=f"owner {n}", team=self.teams[n % 2]) for n in range(4)]
        self.store = self.make_store()
        self.layer = self.run(self._layer())
        self.engines = [self.run(self._engine(number)) for number in (0, 1)]
        self.layer.lost, self.layer.repeated = lost, repeated
        # Somebody watches from the first step on, one document through both engines.
        for number, engine in ((0, 0), (0, 1), (1, 1)):
            self.run(self._come(self._owner(number), self.engines[engine]))

    async def _layer(self) -> LossyLayer:
        return LossyLayer()

    async def _engine(self, number: int) -> Engine:
        """The first hears of writes at once; the second, as a process elsewhere, by rings and looks alone."""
        people = People()
        for owner in self.owners:
            scopes = (Scope("team", str(owner.team_id)), Scope("owner", str(owner.pk)))
            people.principals[str(owner.pk)] = Principal(
                owner.pk, "owner", "session", "stamp", datetime(2100, 1, 1, tzinfo=UTC), scopes
            )
        refresher = Refresher(self.store, documents)
        settings = _SETTINGS if number == 0 else replace(_SETTINGS, move_marks=3600.0)
        engine = Engine(settings, self.store, refresher, people, self.layer)
        engine.start()
        if number == 1:
            bell.disconnect(engine._marked)
        return engine

    # Writes.

    def _owner(self, number: int) -> Owner:
        return self.owners[number % len(self.owners)]

    def _note(self, number: int) -> Note | None:
        notes = list(Note.objects.order_by("pk"))
        return notes[number % len(notes)] if notes else None

    @rule(number=numbers, text=st.sampled_from(["", "a", "b"]))
    def create(self, number: int, text: str) -> None:
        Note.objects.create(owner=self._owner(number), text=text)

    @rule(number=numbers)
    def create_due_soon(self, number: int) -> None:
        due = datetime.now(UTC) + timedelta(seconds=0.3)
        Note.objects.create(owner=self._owner(number), text="due", due_at=due)

    @rule(number=numbers, to=numbers)
    def reassign_by_save(self, number: int, to: int) -> None:
        if note := self._note(number):
            note.owner = self._owner(to)
            note.save()

    @rule(number=numbers, to=numbers)
    def reassign_by_update(self, number: int, to: int) -> None:
        Note.objects.filter(owner=self._owner(number)).update(owner=self._owner(to))

    @rule(number=numbers)
    def update(self, number: int) -> None:
        self._owner(number).notes.update(done=True)

    @rule(number=numbers, count=numbers)
    def bulk_create(self, number: int, count: int) -> None:
        Note.objects.bulk_create(Note(owner=self._owner(number + n), text=str(n)) for n in range(count))

    @rule(number=numbers)
    def bulk_update(self, number: int) -> None:
        notes = list(Note.objects.all())
        for note in notes:
            note.owner, note.text = self._owner(number), f"{note.text[:9]}!"
        Note.objects.bulk_update(notes, ["owner", "text"])

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        if note := self._note(number):
            note.delete()

    @rule(number=numbers)
    def delete_many(self, number: int) -> None:
        Note.objects.filter(owner=self._owner(number)).delete()

    @rule(number=numbers, team=numbers)
    def move_to_another_team(self, number: int, team: int) -> None:
        # Sockets keep following the team they signed in with; its document loses the owner's notes.
        Owner.objects.filter(pk=self._owner(number).pk).update(team=self.teams[team % 2])

    @rule(number=numbers)
    def roll_back(self, number: int) -> None:
        with transaction.atomic():
            Note.objects.create(owner=self._owner(number), text="never")
            transaction.set_rollback(True)

    @rule(number=numbers)
    def roll_back_a_savepoint(self, number: int) -> None:
        with transaction.atomic():
            with transaction.atomic():
                Note.objects.create(owner=self._owner(number), text="never")
                transaction.set_rollback(True)
            Note.objects.create(owner=self._owner(number), text="yes")

    @rule(number=numbers)
    def write_in_another_thread(self, number: int) -> None:
        owner = self._owner(number)

        def write() -> None:
            try:
                Note.objects.create(owner=owner, text="from elsewhere")
            finally:
                connections.close_all()

        self.run(asyncio.to_thread(write))

    # People.

    @precondition(lambda self: len(self.clients) < 6)
    @rule(number=numbers, engine=st.integers(0, 1))
    def come(self, number: int, engine: int) -> None:
        self.run(self._come(self._owner(number), self.engines[engine]))

    async def _come(self, owner: Owner, engine: Engine) -> None:
        had = self.left.pop(owner.pk, None)
        query = "&".join(f"resume={kind}:{e}:{v}" for kind, (e, v) in had[1].items()) if had else ""
        client = Client(engine, str(owner.pk), query=f"?{query}")
        if had:
            client.documents, client.positions = had
        await client.connect()
        scopes = (Scope("team", str(owner.team_id)), Scope("owner", str(owner.pk)))
        self.clients[max(self.clients, default=0) + 1] = (engine, client, scopes)

    @precondition(lambda self: self.clients)
    @rule(number=numbers)
    def leave(self, number: int) -> None:
        self.run(self._leave(sorted(self.clients)[number % len(self.clients)]))

    async def _leave(self, key: int) -> None:
        _, client, (_, own) = self.clients.pop(key)
        if client.positions:
            self.left[int(own.id)] = dict(client.documents), dict(client.positions)
        await client.leave()

    @precondition(lambda self: self.clients)
    @rule(number=numbers, engine=st.integers(0, 1), writes=st.integers(0, 2))
    def blink(self, number: int, engine: int, writes: int) -> None:
        """Somebody is away while something happens, and resumes, here or there."""
        self.run(self._take_in(0.02))
        key = sorted(self.clients)[number % len(self.clients)]
        owner = next(one for one in self.owners if one.pk == int(self.clients[key][2][1].id))
        self.run(self._leave(key))
        for _ in range(writes):
            Note.objects.create(owner=owner, text="meanwhile")
        self.run(self._come(owner, self.engines[engine]))

    # Faults.

    @rule(lost=st.sampled_from([0.0, 0.5, 1.0]), repeated=st.sampled_from([0.0, 0.5]))
    def disturb_the_rings(self, lost: float, repeated: float) -> None:
        self.layer.lost, self.layer.repeated = lost, repeated

    @rule()
    def save_the_store(self) -> None:
        self.run(asyncio.to_thread(self.store.remember))

    @rule()
    def empty_the_store(self) -> None:
        self.run(asyncio.to_thread(self.store.be_emptied))

    @rule()
    def kill_the_store(self) -> None:
        self.run(asyncio.to_thread(self.store.be_killed))

    @rule(number=st.integers(0, 1))
    def restart_an_engine(self, number: int) -> None:
        self.run(self._restart(number))

    async def _restart(self, number: int) -> None:
        dying = self.engines[number]
        for key, (engine, _, _) in list(self.clients.items()):
            if engine is dying:
                await self._leave(key)
        await dying.stop()
        self.engines[number] = await self._engine(number)

    @rule(seconds=st.sampled_from([0.0, 0.02, 0.1]))
    def let_time_pass(self, seconds: float) -> None:
        self.run(self._take_in(seconds))

    async def _take_in(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        for _, client, scopes in self.clients.values():
            while not client.communicator.output_queue.empty():
                assert await client.next() is not None, f"closed with {client.close_code}"
                for scope in scopes:
                    if scope.kind in client.positions:
                        document = client.documents[scope.kind]
                        named = self.named.setdefault((scope, *client.positions[scope.kind]), document)
                        assert named == document, f"{client.positions[scope.kind]} names two documents"

    # What must hold in the end.

    def teardown(self) -> None:
        try:
            if hasattr(self, "engines"):
                self.run(self._converge())
                Histories.survived += 1
        finally:
            if hasattr(self, "engines"):
                self.run(self._end())
            self.runner.close()

    async def _converge(self) -> None:
        deadline = time.monotonic() + QUIET_S
        while (differing := await self._differing()) is not None:
            assert time.monotonic() < deadline, f"never converged: {differing}"

    async def _differing(self) -> str | None:
        await self._take_in(0.02)
        fresh = await asyncio.to_thread(self._fresh)
        for _, client, scopes in self.clients.values():
            for scope in scopes:
                if client.documents.get(scope.kind) != fresh[scope]:
                    return f"{scope}: {client.documents.get(scope.kind)} is not {fresh[scope]}"
        return None

    def _fresh(self) -> dict[Scope, Any]:
        try:
            wanted = {scope for *_, scopes in self.clients.values() for scope in scopes}
            with snapshot():
                return {
                    scope: computed.data
                    for scope, computed in compute(wanted, datetime.now(UTC), documents).items()
                }
        finally:
            connections.close_all()

    async def _end(self) -> None:
        for _, client, _ in self.clients.values():
            await client.leave()
        for engine in self.engines:
            await engine.stop()
        self.store.close()


@pytest.fixture(params=["memory", "redis"])
def make_store(request: pytest.FixtureRequest) -> Callable[[], LosableStore]:
    return _made_by(request.param, request)


def _made_by(kind: str, request: pytest.FixtureRequest) -> Callable[[], LosableStore]:
    if kind == "memory":
        return LosableMemory
    return partial(LosableRedis, request.getfixturevalue("own_redis"))


def _play(make_store: Callable[[], LosableStore], examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        partial(Histories, make_store),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_everybody_ends_at_the_truth_after_any_history(make_store: Callable[[], LosableStore]) -> None:
    _play(make_store, examples=10, steps=25)


def _rings_are_lost(history: Histories) -> None:
    history.create(0, "only the second engine's look tells its viewers")


def _a_row_changes_hands(history: Histories) -> None:
    history.create(1, "a")
    history.let_time_pass(0.5)
    history.reassign_by_save(0, 2)
    history.let_time_pass(0.5)
    history.create(1, "b")
    history.let_time_pass(0.5)
    history.reassign_by_update(1, 3)


def _somebody_resumes(history: Histories) -> None:
    for engine in (0, 1):
        history.create(0, "a")
        history.let_time_pass(0.3)
        history.blink(0, engine, 1)


def _somebody_resumes_where_the_store_forgot(history: Histories) -> None:
    for _ in range(3):
        history.create(0, "a")
        history.let_time_pass(0.3)
    history.empty_the_store()
    history.blink(0, 1, 2)
    history.let_time_pass(0.3)


def _somebody_resumes_where_the_store_went_back(history: Histories) -> None:
    history.create(0, "a")
    history.let_time_pass(0.3)
    history.save_the_store()
    for text in ("b", "a"):
        history.create(0, text)
        history.let_time_pass(0.3)
    history.kill_the_store()
    history.blink(0, 1, 2)
    history.let_time_pass(0.3)


def _time_passes(history: Histories) -> None:
    history.create_due_soon(0)
    history.let_time_pass(0.5)


def _a_savepoint_takes_marks_back(history: Histories) -> None:
    history.roll_back_a_savepoint(0)


@pytest.mark.parametrize(
    "steps",
    [
        _rings_are_lost,
        _a_row_changes_hands,
        _somebody_resumes,
        _somebody_resumes_where_the_store_forgot,
        _somebody_resumes_where_the_store_went_back,
        _time_passes,
        _a_savepoint_takes_marks_back,
    ],
)
@pytest.mark.django_db(transaction=True)
def test_everybody_ends_at_the_truth_after_a_history_that_is_known_to_be_hard(
    steps: Callable[[Histories], None], make_store: Callable[[], LosableStore]
) -> None:
    """No ring arrives, so that nothing but the rule in question helps."""
    history = Histories(make_store)
    try:
        history.begin(lost=1.0, repeated=0.0)
        history.let_time_pass(0.5)
        steps(history)
    finally:
        history.teardown()


@pytest.mark.fuzz
@pytest.mark.django_db(transaction=True)
def test_everybody_ends_at_the_truth_after_very_many_histories(request: pytest.FixtureRequest) -> None:
    """As many as fit into FUZZ_MINUTES (10), on FUZZ_STORE (memory, redis); says how many that were."""
    make_store = _made_by(os.environ.get("FUZZ_STORE", "memory"), request)
    deadline = time.monotonic() + 60 * float(os.environ.get("FUZZ_MINUTES", "10"))
    before = Histories.survived
    while time.monotonic() < deadline:
        _play(make_store, examples=50, steps=60)
        sys.stderr.write(f"{Histories.survived - before} histories survived\n")
