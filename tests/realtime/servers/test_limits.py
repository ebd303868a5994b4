"""What the servers ask of the operating system, and what they do not agree on with clients."""

import asyncio
import os
import resource
import signal

from websockets.asyncio.client import connect

from realtime.servers.limits import raise_open_files
from tests.realtime.servers.conftest import PATIENCE, Served

CROWD = 100  # more than the 50 that Daphne would let wait, and fewer than any kernel's own limit


async def test_a_crowd_that_comes_while_the_server_is_busy_waits_to_be_taken_in(served: Served) -> None:
    os.kill(served.child.pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(PATIENCE):
            crowd = await asyncio.gather(
                *(asyncio.open_connection("127.0.0.1", served.port) for _ in range(CROWD))
            )
    finally:
        os.kill(served.child.pid, signal.SIGCONT)
    for _, writer in crowd:
        writer.close()
        await writer.wait_closed()


async def test_compression_is_not_agreed_on_whatever_the_client_offers(address: str) -> None:
    async with asyncio.timeout(PATIENCE), connect(address, compression="deflate") as connection:
        assert connection.protocol.extensions == []


def test_as_many_files_may_be_open_as_the_system_allows() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard // 2, hard))
        assert raise_open_files() == hard
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
