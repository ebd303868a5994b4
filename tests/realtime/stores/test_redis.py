"""What is particular to the store in Redis: its server's restarts, failovers, limits and absences."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

import pytest
import redis

from realtime.scopes import Scope
from realtime.store import LIFE, LOG_STEPS, Begun, Commit, Committed, Position, Status, StoreUnavailable
from realtime.stores.redis import RedisStore
from tests.services import RedisServer

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADMIN = Scope("role", "admin")


@pytest.fixture
def store(own_redis: RedisServer) -> Iterator[RedisStore]:
    redis_store = RedisStore(own_redis.url)
    yield redis_store
    redis_store.close()


@pytest.fixture
def client(own_redis: RedisServer) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(own_redis.url, protocol=2) as plain:
        yield plain


def begin(store: RedisStore) -> Begun:
    return store.begin([ADMIN])[ADMIN]


def commit(store: RedisStore, base: Begun, number: int) -> Committed | None:
    patch = [] if base.doc is None else [{"op": "replace", "path": "/n", "value": number}]
    return store.commit([Commit(ADMIN, base, {"n": number}, patch, None, NOW)])[ADMIN]


def counts_as_absent(store: RedisStore, base: Begun) -> None:
    """Every operation takes the record for lost, and none revives it."""
    store.mark([(ADMIN, "app.Call")])
    assert store.status([ADMIN], NOW) == {ADMIN: Status(behind=True, position=None)}
    assert store.load([ADMIN]) == {}
    assert commit(store, base, 99) is None
    fresh = begin(store)
    assert fresh.epoch != base.epoch
    assert (fresh.rev, fresh.version, fresh.doc, dict(fresh.gens), dict(fresh.seen)) == (0, 0, None, {}, {})
    assert commit(store, fresh, 1) == Committed(Position(fresh.epoch, 1), 0, None)
    assert store.load([ADMIN])[ADMIN].log == []


# Rule 1: the incarnation.


def test_a_server_that_comes_back_with_an_older_state_has_lost_its_records(
    own_redis: RedisServer, store: RedisStore, client: "redis.Redis"
) -> None:
    commit(store, begin(store), 1)
    commit(store, begin(store), 2)
    client.save()
    base = begin(store)
    commit(store, base, 3)
    own_redis.kill()
    own_redis.start()
    assert client.hget("switchboard:role.admin", "version") == b"2"  # it is there, and older
    counts_as_absent(store, base)


def test_a_server_that_comes_back_with_the_very_same_state_has_lost_its_records_too(
    own_redis: RedisServer, store: RedisStore, client: "redis.Redis"
) -> None:
    commit(store, begin(store), 1)
    base = begin(store)
    client.save()
    own_redis.kill()
    own_redis.start()
    counts_as_absent(store, base)


def test_a_server_that_comes_back_empty_has_lost_its_records(
    own_redis: RedisServer, store: RedisStore
) -> None:
    commit(store, begin(store), 1)
    base = begin(store)
    own_redis.restart_empty()
    counts_as_absent(store, base)


def test_a_server_that_was_made_a_replica_and_back_has_lost_its_records(
    own_redis: RedisServer, store: RedisStore, client: "redis.Redis"
) -> None:
    commit(store, begin(store), 1)
    base = begin(store)
    client.replicaof("127.0.0.1", own_redis.port + 1)
    with pytest.raises(StoreUnavailable):
        begin(store)
    client.replicaof("NO", "ONE")
    counts_as_absent(store, base)


def test_a_record_carries_both_names_of_its_servers_life(store: RedisStore, client: "redis.Redis") -> None:
    begin(store)
    about: Any = client.info("everything")
    expected = f"{about['run_id']}.{about['master_replid']}".encode()
    assert client.hget("switchboard:role.admin", "inc") == expected


# Rule 3: the epoch is compared too.


def test_a_commit_for_a_lost_record_does_not_land_in_the_one_that_was_made_since(
    store: RedisStore, client: "redis.Redis"
) -> None:
    base = begin(store)
    client.flushall()
    assert begin(store).rev == base.rev
    assert commit(store, base, 1) is None


# Rule 4: a record lives and dies as a whole.


def test_a_record_is_one_key(store: RedisStore, client: "redis.Redis") -> None:
    for number in range(3):
        store.mark([(ADMIN, "app.Call")])
        commit(store, begin(store), number)
    assert client.keys("*") == [b"switchboard:role.admin"]


def test_a_mark_leaves_nothing_behind_where_there_is_no_record(
    store: RedisStore, client: "redis.Redis"
) -> None:
    """It would have no end of life, and no begin would take it for its own."""
    store.mark([(ADMIN, "app.Call")])
    assert client.keys("*") == []


def test_a_record_does_not_grow_with_its_history(store: RedisStore, client: "redis.Redis") -> None:
    for number in range(LOG_STEPS + 20):
        commit(store, begin(store), number)
    steps = [name for name in client.hkeys("switchboard:role.admin") if name.startswith(b"l:")]
    assert len(steps) == LOG_STEPS


def test_an_evicted_record_is_absent_and_what_began_before_is_lost(
    store: RedisStore, client: "redis.Redis"
) -> None:
    commit(store, begin(store), 1)
    base = begin(store)
    client.delete("switchboard:role.admin")
    counts_as_absent(store, base)


def test_beginning_extends_a_records_life_and_nothing_else_does(
    store: RedisStore, client: "redis.Redis"
) -> None:
    def life() -> int:
        return int(client.pttl("switchboard:role.admin"))  # type: ignore[arg-type]

    whole = LIFE.total_seconds() * 1000
    base = begin(store)
    assert whole - 60_000 < life() <= whole
    client.pexpire("switchboard:role.admin", 100_000)
    commit(store, base, 1)
    store.mark([(ADMIN, "app.Call")])
    store.status([ADMIN], NOW)
    store.load([ADMIN])
    assert 0 < life() <= 100_000
    begin(store)
    assert whole - 60_000 < life() <= whole


# When it is away.


def operations(store: RedisStore, base: Begun) -> list[Callable[[], Any]]:
    return [
        lambda: store.mark([(ADMIN, "app.Call")]),
        lambda: store.begin([ADMIN]),
        lambda: commit(store, base, 1),
        lambda: store.status([ADMIN], NOW),
        lambda: store.load([ADMIN]),
    ]


def test_a_server_that_is_away_is_said_to_be_and_used_again_when_it_is_back(
    own_redis: RedisServer, store: RedisStore
) -> None:
    base = begin(store)
    own_redis.stop()
    for operation in operations(store, base):
        with pytest.raises(StoreUnavailable):
            operation()
    own_redis.start()
    assert begin(store).epoch != base.epoch


@pytest.mark.parametrize(("ours", "options"), [(0.1, ""), (600.0, "?socket_timeout=0.1")])
def test_a_server_that_does_not_answer_is_given_up_on(
    monkeypatch: pytest.MonkeyPatch, ours: float, options: str
) -> None:
    monkeypatch.setattr("realtime.stores.redis.TIMEOUT", ours)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        store = RedisStore(f"redis://127.0.0.1:{port}/0{options}")
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            begin(store)
        assert time.monotonic() - began < 30  # not for ever
        store.close()


def test_a_cut_connection_is_replaced(store: RedisStore, client: "redis.Redis") -> None:
    base = begin(store)
    client.client_kill_filter(_type="normal", skipme=True)
    assert begin(store) == base


@contextmanager
def cutting(port: int) -> Iterator[tuple[int, Event]]:
    """A way to a server, by its port; once the event is set, it ends with the next request, unanswered."""
    cut = Event()

    def pass_on() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client, socket.create_connection(("127.0.0.1", port)) as server:
                while True:
                    source = select.select([client, server], [], [])[0][0]
                    data = source.recv(65_536)
                    if not data or (source is client and cut.is_set()):
                        cut.clear()
                        break
                    (server if source is client else client).sendall(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=pass_on)
        thread.start()
        try:
            yield listener.getsockname()[1], cut
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_request_whose_connection_ends_is_made_once_more(own_redis: RedisServer) -> None:
    with cutting(own_redis.port) as (port, cut):
        store = RedisStore(f"redis://127.0.0.1:{port}/0")
        base = begin(store)
        cut.set()
        assert begin(store) == base
        assert not cut.is_set()
        store.close()


def test_who_is_refused_by_a_replica_comes_again_on_a_new_connection(
    store: RedisStore, client: "redis.Redis"
) -> None:
    """The name it goes by may lead to another server by then."""

    def connected() -> set[str]:
        listed: Any = client.client_list()
        return {one["id"] for one in listed} - {str(client.client_id())}

    begin(store)
    before = connected()
    assert before
    client.replicaof("127.0.0.1", "1")  # nobody is there
    with pytest.raises(StoreUnavailable):
        begin(store)
    client.replicaof("NO", "ONE")
    begin(store)
    assert connected().isdisjoint(before)


def test_a_server_that_forgot_the_scripts_is_told_them_again(
    store: RedisStore, client: "redis.Redis"
) -> None:
    base = begin(store)
    client.script_flush()
    assert commit(store, base, 1) is not None
    client.script_flush()
    assert store.load([ADMIN])[ADMIN].doc == {"n": 1}


def test_a_server_without_memory_is_unavailable_and_no_record_is_half_written(
    store: RedisStore, client: "redis.Redis"
) -> None:
    commit(store, begin(store), 1)
    base = begin(store)
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    with pytest.raises(StoreUnavailable):
        commit(store, base, 2)
    client.config_set("maxmemory", "0")
    assert begin(store) == base


def test_a_key_of_somebody_else_is_a_mistake_to_be_heard_of(store: RedisStore, client: "redis.Redis") -> None:
    client.set("switchboard:role.admin", "not a record")
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        begin(store)


def test_stores_with_different_prefixes_do_not_meet(own_redis: RedisServer, store: RedisStore) -> None:
    other = RedisStore(own_redis.url, prefix="other:")
    commit(store, begin(store), 1)
    assert other.load([ADMIN]) == {}
    other.close()
