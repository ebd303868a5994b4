"""A socket's sending side: one that is stuck or gone is nobody else's affair."""

import asyncio
from collections.abc import Mapping
from typing import Any

from realtime.outlet import Outlet, Push
from realtime.protocol import Pong, encode
from tests.realtime.engines import PATIENCE_S, eventually


class Socket:
    """An ASGI ``send`` that waits while the socket is stuck, as Uvicorn's does."""

    def __init__(self, push: Push | None = None) -> None:
        self.sent: list[Mapping[str, Any]] = []
        self.writable = asyncio.Event()
        self.writable.set()
        self.error: Exception | None = None
        self.said: list[str] = []
        self.outlet = Outlet(
            self.send,
            push,
            on_blocked=lambda: self.said.append("blocked"),
            on_freed=lambda: self.said.append("freed"),
            on_lost=lambda: self.said.append("lost"),
        )

    async def send(self, event: Mapping[str, Any]) -> None:
        await self.writable.wait()
        if self.error is not None:
            raise self.error
        self.sent.append(event)

    def write(self, *numbers: int) -> None:
        for number in numbers:
            self.outlet.write({"n": number})

    def numbers(self) -> list[int]:
        return [event["n"] for event in self.sent]


async def test_a_send_that_does_not_wait_is_done_when_write_returns() -> None:
    socket = Socket()
    socket.write(1, 2)
    assert socket.numbers() == [1, 2]
    assert socket.said == []


async def test_a_stuck_send_goes_on_by_itself_and_keeps_the_order() -> None:
    socket = Socket()
    socket.writable.clear()
    socket.write(1, 2, 3)
    assert socket.said == ["blocked"]
    assert socket.numbers() == []
    socket.writable.set()
    await eventually(lambda: socket.said == ["blocked", "freed"])
    assert socket.numbers() == [1, 2, 3]
    socket.write(4)
    assert socket.numbers() == [1, 2, 3, 4]


async def test_an_error_at_once_or_later_is_told_once_and_nothing_is_sent_any_more() -> None:
    for stuck in (False, True):
        socket = Socket()
        socket.error = ConnectionError("the peer is gone")
        if stuck:
            socket.writable.clear()
        socket.write(1)
        socket.writable.set()
        await eventually(lambda: "lost" in socket.said)  # noqa: B023 - awaited at once
        socket.error = None
        socket.write(2)
        assert socket.numbers() == []
        assert socket.said.count("lost") == 1


async def test_closing_gives_a_stuck_send_up() -> None:
    socket = Socket()
    socket.writable.clear()
    socket.write(1)
    socket.outlet.close()
    await socket.outlet.flushed(1.0)
    socket.writable.set()
    await asyncio.sleep(0)
    assert socket.numbers() == []


async def test_flushing_waits_for_a_stuck_send_but_not_for_ever() -> None:
    socket = Socket()
    socket.writable.clear()
    socket.write(1)
    await socket.outlet.flushed(0.01)
    assert socket.numbers() == []
    asyncio.get_running_loop().call_later(0.01, socket.writable.set)
    await socket.outlet.flushed(5.0)
    assert socket.numbers() == [1]
    socket.outlet.close()


async def test_a_send_that_waits_several_times_is_driven_to_its_end() -> None:
    steps: list[int] = []

    async def send(event: Mapping[str, Any]) -> None:
        for step in range(3):
            await asyncio.sleep(0 if step else 0.001)
            steps.append(step)

    freed = asyncio.Event()
    outlet = Outlet(send, on_blocked=lambda: None, on_freed=freed.set, on_lost=lambda: None)
    outlet.write({})
    await asyncio.wait_for(freed.wait(), PATIENCE_S)
    assert steps == [0, 1, 2]


async def test_a_ready_frame_goes_the_short_way_where_the_server_has_one() -> None:
    pushed: list[bytes] = []
    socket = Socket(lambda wire: not pushed.append(wire))
    frame = encode(Pong(1))
    socket.outlet.deliver(frame)
    assert pushed == [frame.wire]
    assert socket.sent == []
    Socket().outlet.deliver(frame)  # a server without it


async def test_what_a_server_does_not_take_at_once_is_sent() -> None:
    socket = Socket(lambda wire: False)
    frame = encode(Pong(1))
    socket.outlet.deliver(frame)
    assert socket.sent == [frame.event]


async def test_nothing_overtakes_what_is_stuck() -> None:
    pushed: list[bytes] = []
    socket = Socket(lambda wire: not pushed.append(wire))
    first, second = encode(Pong(1)), encode(Pong(2))
    socket.writable.clear()
    socket.outlet.write(first.event)
    socket.outlet.deliver(second)
    assert pushed == []
    socket.writable.set()
    await eventually(lambda: "freed" in socket.said)
    assert socket.sent == [first.event, second.event]


async def test_a_push_that_fails_is_the_end_of_this_socket_alone() -> None:
    def push(wire: bytes) -> bool:
        raise OSError("the peer is gone")

    socket = Socket(push)
    socket.outlet.deliver(encode(Pong(1)))
    socket.outlet.deliver(encode(Pong(2)))
    assert socket.said == ["lost"]
    assert socket.sent == []
