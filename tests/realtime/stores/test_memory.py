"""What is particular to the store in memory: forks, and forgetting."""

import os
from datetime import UTC, datetime

import pytest

from realtime.scopes import Scope
from realtime.store import LIFE, Begun, Commit
from realtime.stores.memory import MemoryStore

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADMIN = Scope("role", "admin")
SEVEN = Scope("user", "7")


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def fill(store: MemoryStore, scope: Scope = ADMIN) -> str:
    base = store.begin([scope])[scope]
    store.commit([Commit(scope, base, {"a": 1}, [], None, NOW)])
    return base.epoch


def test_after_a_fork_a_record_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    fill(store)
    base = store.begin([ADMIN])[ADMIN]
    monkeypatch.setattr(os, "getpid", lambda: -1)
    store.mark([(ADMIN, "app.Call")])
    assert store.load([ADMIN]) == {}
    assert store.status([ADMIN], NOW)[ADMIN].position is None
    assert store.commit([Commit(ADMIN, base, {"a": 2}, [], None, NOW)]) == {ADMIN: None}
    fresh = store.begin([ADMIN])[ADMIN]
    assert fresh.epoch != base.epoch
    assert (fresh.version, dict(fresh.gens)) == (0, {})


def test_a_record_that_nobody_begins_is_forgotten_and_its_memory_given_back() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    epoch = fill(store)
    base = store.begin([ADMIN])[ADMIN]
    clock.seconds += LIFE.total_seconds() - 1
    assert store.load([ADMIN])
    clock.seconds += 1
    assert store.load([ADMIN]) == {}
    assert store.commit([Commit(ADMIN, base, {"a": 2}, [], None, NOW)]) == {ADMIN: None}
    store.begin([SEVEN])
    assert list(store._records) == [SEVEN]
    assert store.begin([ADMIN])[ADMIN].epoch != epoch


def test_a_commit_for_a_lost_record_does_not_land_in_the_one_that_was_made_since() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    base = store.begin([ADMIN])[ADMIN]
    clock.seconds += LIFE.total_seconds()
    assert store.begin([ADMIN])[ADMIN].rev == base.rev
    assert store.commit([Commit(ADMIN, base, {"a": 1}, [], None, NOW)]) == {ADMIN: None}


def test_nothing_of_a_lost_record_is_in_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counters without the document that had seen them, or a log without its epoch, would be lies."""
    store = MemoryStore()
    fill(store)
    store.mark([(ADMIN, "app.Call")])
    base = store.begin([ADMIN])[ADMIN]
    patch = [{"op": "replace", "path": "/a", "value": 2}]
    store.commit([Commit(ADMIN, base, {"a": 2}, patch, NOW, NOW)])
    monkeypatch.setattr(os, "getpid", lambda: -1)
    fresh = store.begin([ADMIN])[ADMIN]
    assert fresh == Begun(fresh.epoch, 0, 0, None, {}, {}, None, None)
    fill(store)
    assert store.load([ADMIN])[ADMIN].log == ()


def test_a_record_that_is_begun_lives_on() -> None:
    clock = Clock()
    store = MemoryStore(clock)
    epoch = fill(store)
    for _ in range(5):
        clock.seconds += LIFE.total_seconds() - 1
        assert store.begin([ADMIN])[ADMIN].epoch == epoch
