"""The whole service on a Redis that is spoken to by TLS, or stands behind a Sentinel and fails over."""

import asyncio
from functools import partial
from pathlib import Path

from tests.e2e.conftest import StartServer
from tests.e2e.sockets import Socket, add_admin, sign_in, socket_of
from tests.services import RedisServer, replicated
from tests.tls import tls_in_front, write_certificate


async def test_when_the_primary_dies_and_its_replica_takes_over_everybody_ends_at_the_truth(
    live_server_process: StartServer, own_redis: RedisServer
) -> None:
    """Nobody is disconnected, and no position of before names another document afterwards."""
    with replicated(own_redis) as (_, sentinel):
        one = live_server_process(REDIS_URL=sentinel.url)
        two = live_server_process("--server", "uvicorn", REDIS_URL=sentinel.url)
        add_admin(one, "ada@example.com")
        token = sign_in(one, "ada@example.com")
        async with socket_of(one, token) as ada, socket_of(two, token) as again:
            await asyncio.gather(ada.until_users(1), again.until_users(1))
            await asyncio.to_thread(add_admin, two, "bob@example.com")
            await asyncio.gather(ada.until_users(2), again.until_users(2))
            epochs = _epochs(ada, again)
            own_redis.kill()
            await asyncio.to_thread(add_admin, one, "cid@example.com")
            await asyncio.gather(ada.until_users(3), again.until_users(3))
            # A document that was not marked is looked at with the next tick.
            for viewer in (ada, again):
                await viewer.until(partial(_are_other, viewer, epochs))
            await asyncio.to_thread(add_admin, two, "dora@example.com")
            await asyncio.gather(ada.until_users(4), again.until_users(4))
            assert ada.documents["role"] == again.documents["role"]


def _epochs(*viewers: Socket) -> set[str]:
    return {epoch for viewer in viewers for epoch, _ in viewer.positions.values()}


def _are_other(viewer: Socket, epochs: set[str]) -> bool:
    return epochs.isdisjoint(_epochs(viewer))


async def test_two_servers_meet_through_tls(
    live_server_process: StartServer, own_redis: RedisServer, tmp_path: Path
) -> None:
    certificate, key = write_certificate(tmp_path)
    with tls_in_front(own_redis.port, certificate, key) as port:
        url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={certificate}"
        one, two = live_server_process(REDIS_URL=url), live_server_process(REDIS_URL=url)
        add_admin(one, "ada@example.com")
        token = sign_in(one, "ada@example.com")
        async with socket_of(one, token) as ada, socket_of(two, token) as again:
            await asyncio.gather(ada.until_users(1), again.until_users(1))
            await asyncio.to_thread(add_admin, one, "bob@example.com")
            await asyncio.gather(ada.until_users(2), again.until_users(2))
        for server in (one, two):
            server.stop()
