"""The sending side of one socket: a send that would wait does not hold up the next socket.

Where a server's ``send`` waits for a slow client, awaiting sockets in sequence would freeze them all behind
one. So a send is stepped once, which is all it needs in the normal case; one that does not finish goes on
in a task of this socket's own.

Servers of our own offer a shorter way than ``send`` for a frame that is ready (``PUSH``).
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, Final

from realtime.metrics import metrics
from realtime.protocol import Frame

Send = Callable[[Any], Awaitable[None]]  # ASGI
# Writes a whole WebSocket frame at once and says so, or does nothing: then it has to be sent.
Push = Callable[[bytes], bool]
# The key of an ASGI scope under which servers of our own put the socket's ``Push``.
PUSH: Final = "realtime.push"


class Outlet:
    """Calls ``on_blocked`` and ``on_freed`` around a send that waits, ``on_lost`` once the socket is gone."""

    __slots__ = ("_backlog", "_lost", "_on_blocked", "_on_freed", "_on_lost", "_push", "_send", "_writer")

    def __init__(
        self,
        send: Send,
        push: Push | None = None,
        *,
        on_blocked: Callable[[], None],
        on_freed: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._send = send
        self._push = push
        self._on_blocked, self._on_freed, self._on_lost = on_blocked, on_freed, on_lost
        self._backlog: deque[Mapping[str, object]] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._lost = False

    def deliver(self, frame: Frame) -> None:
        """Send a frame after everything earlier, by the shortest way; never waits, never raises."""
        metrics.frames_sent_total += 1
        metrics.bytes_sent_total += frame.size
        push = self._push
        if push is not None and self._backlog is None and not self._lost:
            try:
                if push(frame.wire):
                    return
            except Exception:
                self._lose()
                return
        self.write(frame.event)

    def write(self, event: Mapping[str, object]) -> None:
        """Send an ASGI event after all earlier ones; never waits, never raises."""
        if self._lost:
            return
        if self._backlog is not None:
            self._backlog.append(event)
            return
        step = self._send(event).__await__()
        try:
            waits_for = next(step)
        except StopIteration:
            return
        except Exception:
            # Whatever a server raises for a peer that is gone: this socket's affair alone.
            self._lose()
            return
        metrics.sockets_blocked_total += 1
        self._backlog = deque()
        self._writer = asyncio.get_running_loop().create_task(self._finish(_Begun(step, waits_for)))
        self._on_blocked()

    async def _finish(self, begun: "_Begun") -> None:
        try:
            await begun
            assert self._backlog is not None
            while self._backlog:
                await self._send(self._backlog.popleft())
        except Exception:
            self._lose()
            return
        self._backlog = self._writer = None
        self._on_freed()

    def _lose(self) -> None:
        self._lost = True
        self._backlog = self._writer = None
        metrics.sockets_lost_total += 1
        self._on_lost()

    async def flushed(self, seconds: float) -> None:
        """Wait until everything written is sent, at most ``seconds``."""
        if self._writer is not None:
            await asyncio.wait([self._writer], timeout=seconds)

    def close(self) -> None:
        """Write nothing any more; a send that is still stuck is given up."""
        self._lost = True
        if self._writer is not None:
            self._writer.cancel()


class _Begun:
    """A send that was stepped once and waits for something: awaiting it goes on from there."""

    __slots__ = ("_step", "_waits_for")

    def __init__(self, step: Generator[Any, None, None], waits_for: object) -> None:
        self._step = step
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, None, None]:
        try:
            yield self._waits_for
        except BaseException as error:
            try:
                waits_for = self._step.throw(error)
            except StopIteration:
                return
            yield from _Begun(self._step, waits_for).__await__()
            return
        yield from self._step
