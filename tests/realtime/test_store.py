"""What every store promises, asked of each: memory, and a real Redis."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from realtime.patch import diff
from realtime.scopes import Scope
from realtime.sections import Document
from realtime.store import LOG_STEPS, Begun, Commit, Committed, Position, Status, Store
from realtime.stores.memory import MemoryStore
from realtime.stores.redis import RedisStore

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
ADMIN = Scope("role", "admin")
SEVEN = Scope("user", "7")


@pytest.fixture(params=["memory", "redis"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
    else:
        redis_store = RedisStore(request.getfixturevalue("redis_url"))
        yield redis_store
        redis_store.close()


def make(
    base: Begun, doc: Document, scope: Scope = ADMIN, until: datetime | None = None, now: datetime = NOW
) -> Commit:
    patch = [] if base.doc is None else diff(base.doc, doc)
    return Commit(scope, base, doc, patch, until, now)


def begin(store: Store, scope: Scope = ADMIN) -> Begun:
    return store.begin([scope])[scope]


def commit(store: Store, base: Begun, doc: Document, scope: Scope = ADMIN, **times: Any) -> Committed | None:
    return store.commit([make(base, doc, scope, **times)])[scope]


def behind(store: Store, scope: Scope = ADMIN, now: datetime = NOW) -> bool:
    return store.status([scope], now)[scope].behind


# Rule 2: begin makes the record and its epoch, and nothing else does.


def test_begin_makes_a_record_without_a_document_and_finds_it_again(store: Store) -> None:
    first = begin(store)
    assert (first.rev, first.version, first.doc, first.valid_until, first.now) == (0, 0, None, None, None)
    assert (dict(first.gens), dict(first.seen)) == ({}, {})
    assert begin(store) == first
    assert begin(store, SEVEN).epoch != first.epoch


def test_nothing_but_begin_makes_a_record(store: Store) -> None:
    base = begin(store)
    store.mark([(SEVEN, "app.Call")])
    assert store.status([SEVEN], NOW) == {SEVEN: Status(behind=True, position=None)}
    assert store.load([SEVEN]) == {}
    assert commit(store, base, {"a": 1}, SEVEN) is None
    assert store.load([SEVEN]) == {}
    assert dict(begin(store, SEVEN).gens) == {}


def test_a_record_without_a_document_is_behind_and_cannot_be_loaded(store: Store) -> None:
    begin(store)
    assert store.status([ADMIN], NOW) == {ADMIN: Status(behind=True, position=None)}
    assert store.load([ADMIN]) == {}


# Commit.


def test_the_first_document_is_version_1_and_has_no_diff(store: Store) -> None:
    base = begin(store)
    assert commit(store, base, {"a": 1}) == Committed(Position(base.epoch, 1), 0, None)
    loaded = store.load([ADMIN])[ADMIN]
    assert (loaded.position, loaded.doc, loaded.generated_at, list(loaded.log)) == (
        *(Position(base.epoch, 1), {"a": 1}, NOW),
        [],
    )


def test_an_empty_first_document_is_a_document(store: Store) -> None:
    base = begin(store)
    assert commit(store, base, {}) == Committed(Position(base.epoch, 1), 0, None)
    assert not behind(store)
    assert store.load([ADMIN])[ADMIN].doc == {}
    assert begin(store).doc == {}


def test_a_change_moves_the_version_and_is_logged(store: Store) -> None:
    base = begin(store)
    commit(store, base, {"a": 1, "b": "x" * 90})
    later = NOW + timedelta(seconds=3)
    changed = commit(store, begin(store), {"a": 2, "b": "x" * 90}, now=later)
    patch = [{"op": "replace", "path": "/a", "value": 2}]
    assert changed == Committed(Position(base.epoch, 2), 1, patch)
    loaded = store.load([ADMIN])[ADMIN]
    assert (loaded.position, loaded.doc, loaded.generated_at) == (
        *(Position(base.epoch, 2), {"a": 2, "b": "x" * 90}, later),
    )
    assert [(step.version, step.patch, step.generated_at) for step in loaded.log] == [(2, patch, later)]
    assert begin(store).doc == {"a": 2, "b": "x" * 90}


def test_a_document_comes_back_as_it_went_in(store: Store) -> None:
    doc: Document = {
        "null": None,
        "true": True,
        "one": 1,
        "float": 1.0,
        "big": 2**60,
        "text": "ü – “quoted” \\ / \u2028",
        "empty": [{}, [], ""],
        "": {"~/": [1, [2]]},
    }
    commit(store, begin(store), doc)
    found = begin(store).doc
    assert repr(found) == repr(doc)
    assert repr(store.load([ADMIN])[ADMIN].doc) == repr(doc)


# Rule 3: compare-and-set on (present, epoch, rev).


def test_of_two_that_began_at_the_same_head_the_second_to_commit_is_lost(store: Store) -> None:
    one, two = begin(store), begin(store)
    assert commit(store, one, {"a": 1}) is not None
    assert commit(store, two, {"a": 2}) is None
    assert store.load([ADMIN])[ADMIN].doc == {"a": 1}


def test_a_commit_without_a_change_also_beats_an_older_one(store: Store) -> None:
    commit(store, begin(store), {"a": 1})
    slow, quick = begin(store), begin(store)
    assert commit(store, quick, {"a": 1}) == Committed(Position(quick.epoch, 1), 1, None)
    assert commit(store, slow, {"a": 0}) is None
    assert store.load([ADMIN])[ADMIN].doc == {"a": 1}


def test_each_scope_of_a_batch_is_won_or_lost_by_itself(store: Store) -> None:
    stale = begin(store)
    commit(store, begin(store), {"a": 1})
    outcomes = store.commit([make(stale, {"a": 0}), make(begin(store, SEVEN), {"b": 1}, SEVEN)])
    assert outcomes[ADMIN] is None
    assert outcomes[SEVEN] is not None


def test_of_many_that_race_exactly_one_wins(store: Store) -> None:
    base = begin(store)
    barrier = Barrier(8)
    won: list[Committed | None] = []

    def race(number: int) -> None:
        barrier.wait()
        won.append(commit(store, base, {"winner": number}))

    threads = [Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([outcome for outcome in won if outcome]) == 1


# Marks: rules 4, 6 and 9.


def test_a_mark_puts_a_document_behind_until_a_refresh_that_began_after_it(store: Store) -> None:
    commit(store, begin(store), {"a": 1})
    assert not behind(store)
    began_before = begin(store)
    store.mark([(ADMIN, "app.Call"), (ADMIN, "app.Call"), (SEVEN, "app.Call"), (ADMIN, "app.Agent")])
    assert behind(store)
    assert commit(store, began_before, {"a": 1}) is not None
    assert behind(store)
    began_after = begin(store)
    assert dict(began_after.gens) == {"app.Call": 2, "app.Agent": 1}
    assert dict(began_after.seen) == {}
    assert commit(store, began_after, {"a": 1}) is not None
    assert not behind(store)
    assert dict(begin(store).seen) == {"app.Call": 2, "app.Agent": 1}


def test_marks_between_two_refreshes_are_not_confused_with_those_seen(store: Store) -> None:
    base = begin(store)
    store.mark([(ADMIN, "app.Call")])
    commit(store, begin(store), {"a": 1})
    assert not behind(store)
    store.mark([(ADMIN, "app.Agent")])
    assert behind(store)
    assert begin(store).epoch == base.epoch


def test_a_record_before_its_first_document_counts_marks(store: Store) -> None:
    base = begin(store)
    store.mark([(ADMIN, "app.Call")])
    commit(store, base, {"a": 1})
    assert behind(store)


# Time.


def test_a_document_is_behind_once_its_time_has_come(store: Store) -> None:
    until = NOW + timedelta(minutes=1, microseconds=1)
    commit(store, begin(store), {"a": 1}, until=until)
    position = Position(begin(store).epoch, 1)
    early = until - timedelta(microseconds=1)
    assert store.status([ADMIN], early) == {ADMIN: Status(False, position, until)}
    assert store.status([ADMIN], until) == {ADMIN: Status(True, position, until)}
    assert (begin(store).valid_until, begin(store).now) == (until, NOW)
    commit(store, begin(store), {"a": 1}, until=None, now=until)
    assert store.status([ADMIN], until + timedelta(days=400)) == {ADMIN: Status(False, position, None)}
    assert (begin(store).valid_until, begin(store).now) == (None, until)


# The log.


def test_the_log_is_bounded_and_leads_up_to_the_document(store: Store) -> None:
    for number in range(LOG_STEPS + 10):
        commit(store, begin(store), {"n": number, "pad": "x" * 60})
    loaded = store.load([ADMIN])[ADMIN]
    last = LOG_STEPS + 10
    assert loaded.position.version == last
    assert [step.version for step in loaded.log] == [*range(last - LOG_STEPS + 1, last + 1)]
    assert loaded.log[-1].patch == [{"op": "replace", "path": "/n", "value": last - 1}]


def test_a_commit_that_changes_nothing_leaves_no_step(store: Store) -> None:
    commit(store, begin(store), {"a": 1})
    commit(store, begin(store), {"a": 1})
    loaded = store.load([ADMIN])[ADMIN]
    assert (loaded.position.version, list(loaded.log)) == (1, [])
    assert begin(store).rev == 2


# Many at once.


def test_everything_takes_many_scopes_and_none(store: Store) -> None:
    scopes = [Scope("user", str(number)) for number in range(250)]
    begun = store.begin(scopes)
    assert len({base.epoch for base in begun.values()}) == 250
    outcomes = store.commit([make(begun[scope], {"id": scope.id}, scope) for scope in scopes])
    assert all(outcomes[scope] for scope in scopes)
    store.mark((scope, "app.Call") for scope in scopes[::2])
    status = store.status(scopes, NOW)
    assert [scope for scope in scopes if status[scope].behind] == scopes[::2]
    assert {scope: loaded.doc for scope, loaded in store.load(scopes).items()} == {
        scope: {"id": scope.id} for scope in scopes
    }
    for operation in (store.begin, store.commit, store.load, lambda none: store.status(none, NOW)):
        call: Callable[[list[Any]], Any] = operation
        assert call([]) == {}
    store.mark([])
