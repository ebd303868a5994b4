"""Frames straight to the transport, under the real servers: in order, never too many, never after the end.

It leans on parts of Uvicorn, Twisted and Autobahn that are not documented. When a new version of one of them
has changed those, this is where it shows.
"""

import asyncio
import json
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.realtime.servers.conftest import PATIENCE


async def do(connection: ClientConnection, what: str, **options: Any) -> None:
    await connection.send(json.dumps({"do": what, **options}))


async def tell(address: str) -> dict[str, Any]:
    async with connect(address) as other:
        await do(other, "tell")
        return dict(json.loads(await other.recv()))


@pytest.mark.parametrize("size", [100, 1000, 100_000])
async def test_both_ways_together_keep_the_order(address: str, size: int) -> None:
    async with asyncio.timeout(PATIENCE), connect(address, compression=None) as connection:
        await do(connection, "alternate", count=100, size=size)
        received = [await connection.recv() for _ in range(100)]
        assert [int(text) for text in received] == list(range(100))
        assert {len(text) for text in received} == {size}


async def test_a_client_that_does_not_read_is_left_to_the_longer_way(address: str) -> None:
    size, most = 60_000, 2_000
    async with asyncio.timeout(PATIENCE), connect(address, compression=None, max_queue=1) as connection:
        await do(connection, "fill", size=size, most=most)
        while (filled := (await tell(address)).get("filled")) is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        assert 0 < filled < most
        received = [await connection.recv() for _ in range(filled)]
        assert [int(text) for text in received] == list(range(filled))
        assert await connection.recv() == "the end"
        await do(connection, "alternate", count=2, size=10)  # and from then on again by the shorter one
        assert [int(await connection.recv()) for _ in range(2)] == [0, 1]


async def test_nothing_is_pushed_once_the_socket_closes(address: str) -> None:
    async with asyncio.timeout(PATIENCE), connect(address, compression=None) as connection:
        await do(connection, "close")
        await connection.wait_closed()
        assert connection.close_code == 4012
        while "pushed later" not in (found := await tell(address)):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
        assert found["pushed after the close"] is False
        assert found["pushed later"] is False
