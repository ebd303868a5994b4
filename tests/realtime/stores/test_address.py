"""One URL leads the store and the channel layer to Redis: plainly, with TLS, and behind Sentinels."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from channels_redis.pubsub import RedisPubSubChannelLayer

from realtime.scopes import Scope
from realtime.store import Commit, StoreUnavailable
from realtime.stores.address import layer_host, read
from realtime.stores.redis import RedisStore
from tests.processes import wait_until
from tests.services import Programs, RedisServer, SentinelServer, all_redis_programs, replicated
from tests.tls import tls_in_front, write_certificate

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADMIN = Scope("role", "admin")
PATIENCE_S = 60.0


# What a URL says.


def test_a_url_of_sentinels_is_taken_apart() -> None:
    said = read(
        "redis+sentinel://svc:p%40ss@one,two:1234,[::1]:9/main/3?sentinel_password=s%20s&socket_timeout=4"
    )
    assert said is not None
    assert said.name == "main"
    assert said.hosts == (("one", 26379), ("two", 1234), ("::1", 9))
    assert said.options == {"username": "svc", "password": "p@ss", "db": 3, "socket_timeout": 4.0}
    assert said.own == {"password": "s s"}


def test_tls_is_spoken_with_the_sentinels_too() -> None:
    said = read("rediss+sentinel://one/main?ssl_ca_certs=/etc/own.pem")
    assert said is not None
    assert said.options == said.own == {"ssl": True, "ssl_ca_certs": "/etc/own.pem"}


@pytest.mark.parametrize("url", ["redis://one:1/2", "rediss://u:p@one", "unix:///run/redis.sock"])
def test_other_urls_go_to_the_layer_as_they_are(url: str) -> None:
    assert read(url) is None
    assert layer_host(url) == {"address": url}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("redis+sentinel://one,two", "names the primary"),
        ("redis+sentinel:///main", "host:port"),
        ("redis+sentinel://one,/main", "host:port"),
        ("redis+sentinel://one/main/first", "is a number"),
        ("redis+sentinel://one:port/main", "[Pp]ort"),
        ("http://one/0", "scheme"),
        ("one:6379", "scheme"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        layer_host(url)


# What it leads to.


def a_document(store: RedisStore, number: int) -> str:
    """Commit a document; its epoch."""
    base = store.begin([ADMIN])[ADMIN]
    patch = [] if base.doc is None else [{"op": "replace", "path": "/n", "value": number}]
    assert store.commit([Commit(ADMIN, base, {"n": number}, patch, None, NOW)])[ADMIN] is not None
    assert store.load([ADMIN])[ADMIN].doc == {"n": number}
    return base.epoch


async def a_ring(url: str) -> None:
    """Something goes through the channel layer and arrives."""
    layer = RedisPubSubChannelLayer(hosts=[layer_host(url)])
    try:
        async with asyncio.timeout(PATIENCE_S):
            channel = await layer.new_channel()
            await layer.group_add("role.admin", channel)
            await layer.group_send("role.admin", {"type": "ring"})
            assert await layer.receive(channel) == {"type": "ring"}
    finally:
        for shard in layer._get_layer()._shards:
            if (sentinels := getattr(shard._redis.connection_pool, "sentinel_manager", None)) is not None:
                await sentinels.aclose()
        await layer.flush()


@pytest.fixture
def new_store() -> Iterator[Callable[..., RedisStore]]:
    made: list[RedisStore] = []

    def make(*arguments: Any) -> RedisStore:
        made.append(RedisStore(*arguments))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.mark.parametrize("programs", all_redis_programs(), ids=str)
async def test_every_server_at_hand_will_do(programs: Programs, new_store: Callable[..., RedisStore]) -> None:
    with RedisServer(programs) as server:
        a_document(new_store(server.url), 1)
        await a_ring(server.url)


async def test_tls(own_redis: RedisServer, tmp_path: Path, new_store: Callable[..., RedisStore]) -> None:
    certificate, key = write_certificate(tmp_path)
    with tls_in_front(own_redis.port, certificate, key) as port:
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}"
        a_document(new_store(url), 1)
        await a_ring(url)


def test_a_server_whose_certificate_nobody_vouches_for_is_not_talked_to(
    own_redis: RedisServer, tmp_path: Path, new_store: Callable[..., RedisStore]
) -> None:
    with (
        tls_in_front(own_redis.port, *write_certificate(tmp_path)) as port,
        pytest.raises(StoreUnavailable, match=r"(?i)certificate"),
    ):
        new_store(f"rediss://127.0.0.1:{port}/0").begin([ADMIN])


def test_a_password_is_given(own_redis: RedisServer, new_store: Callable[..., RedisStore]) -> None:
    with redis.Redis.from_url(own_redis.url) as client:
        client.config_set("requirepass", "p@ss")
    a_document(new_store(own_redis.url.replace("//", "//:p%40ss@")), 1)
    with pytest.raises(StoreUnavailable):
        new_store(own_redis.url).begin([ADMIN])


@pytest.fixture
def pair(own_redis: RedisServer) -> Iterator[tuple[RedisServer, SentinelServer]]:
    """The replica of ``own_redis``, and a Sentinel that knows of both."""
    with replicated(own_redis) as pair:
        yield pair


async def test_sentinels_lead_to_whoever_is_the_primary(
    own_redis: RedisServer,
    pair: tuple[RedisServer, SentinelServer],
    new_store: Callable[..., RedisStore],
) -> None:
    """The replica has the very same records, and yet they count as lost: it may have missed the last ones."""
    replica, sentinel = pair
    store = new_store(sentinel.url)
    epoch = a_document(store, 1)
    await a_ring(sentinel.url)
    with redis.Redis(port=replica.port) as copy:
        wait_until(
            lambda: copy.hget("switchboard:role.admin", "version") == b"1",
            seconds=PATIENCE_S,
            what="the replica to have it",
        )
    own_redis.kill()

    def is_served() -> bool:
        try:
            store.begin([ADMIN])
        except StoreUnavailable:
            return False
        return True

    wait_until(is_served, seconds=PATIENCE_S, what="the replica to be the primary")
    assert store.load([ADMIN]) == {}
    assert a_document(store, 2) != epoch
    await a_ring(sentinel.url)


def test_a_primary_that_became_a_replica_is_asked_for_again(
    own_redis: RedisServer,
    pair: tuple[RedisServer, SentinelServer],
    new_store: Callable[..., RedisStore],
) -> None:
    """Nobody cuts the connection: it is the refusal that says it leads to the wrong one."""
    replica, sentinel = pair
    store = new_store(sentinel.url)
    a_document(store, 1)
    with redis.Redis(port=own_redis.port) as old, redis.Redis(port=replica.port) as new:
        new.replicaof("NO", "ONE")
        old.replicaof("127.0.0.1", replica.port)
        sentinel.stop()
        replacement = SentinelServer(replica)
        replacement.port = sentinel.port
        with replacement:
            with pytest.raises(StoreUnavailable):
                store.begin([ADMIN])
            a_document(store, 2)


def test_a_sentinel_that_is_away_is_passed_over(
    own_redis: RedisServer,
    pair: tuple[RedisServer, SentinelServer],
    new_store: Callable[..., RedisStore],
) -> None:
    _, sentinel = pair
    a_document(new_store(sentinel.url.replace("//", "//127.0.0.1:1,")), 1)
    with pytest.raises(StoreUnavailable, match="No master found"):
        new_store(sentinel.url.replace("/main", "/other")).begin([ADMIN])
