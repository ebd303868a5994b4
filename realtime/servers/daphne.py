"""Daphne, with a long listen queue, and a shutdown that says goodbye first.

Ready frames go to the socket as they are (docs/adr/0062-frames-straight-to-the-transport.md).
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import reactor
from twisted.internet.defer import maybeDeferred
from twisted.internet.tcp import Connection

from realtime.engine import running_engine, stop_engine
from realtime.outlet import PUSH
from realtime.servers.limits import BACKLOG, MAX_FRAME, NotFree

logger = logging.getLogger(__name__)

_reactor: Any = reactor  # its type is known only when it runs
# After the goodbyes, for the closing handshakes and for the answers that are still being written.
_LAST_SECONDS = 3.0


def push(protocol: Any, wire: bytes) -> bool:
    """See ``realtime.outlet.Push``. Whatever is not the normal case is left to ``send``.

    Twisted's ``write`` only notes what to write, asks epoll for the socket, writes in the next turn of the
    loop, and tells epoll that it is done: for a small frame that costs more than the writing. So where
    nothing waits to be written before it, the frame is given to the operating system at once.
    """
    transport = protocol.transport
    if (
        protocol.state != WebSocketProtocol.STATE_OPEN
        or protocol.send_queue
        or not isinstance(transport, Connection)
        or transport.disconnecting
        or transport.dataBuffer
        or transport._tempDataBuffer
    ):
        return False
    written = transport.writeSomeData(wire)
    if not isinstance(written, int):  # the connection is lost: the usual way tells whom it concerns
        return False
    if written < len(wire):
        transport.write(wire[written:])  # type: ignore[no-untyped-call]
    return True


class DaphneServer(Server):
    """Runs in the main thread until SIGTERM or SIGINT; a second one ends it at once."""

    def __init__(self, application: Any, host: str, port: int, announce: Callable[[str, int], None]) -> None:
        self._announce = announce
        self._ports: list[Any] = []
        self._ending: asyncio.Task[None] | None = None
        self._failure = ""
        interface = host.replace(":", r"\:")
        super().__init__(  # type: ignore[no-untyped-call]
            application,
            endpoints=[f"tcp:{port}:interface={interface}:backlog={BACKLOG}"],
            signal_handlers=False,
            websocket_timeout=-1,  # never: else every socket is closed with 1000 after a day
            websocket_max_message_size=MAX_FRAME,
            websocket_max_frame_size=MAX_FRAME,
            ready_callable=self._ready,
        )

    def _ready(self) -> None:
        loop: asyncio.AbstractEventLoop = _reactor._asyncioEventloop
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)
        loop.call_soon(self._begin)

    def _begin(self) -> None:
        """From the start, not from the first socket: what this process writes, others may be watching."""
        if not self.abort_start:
            running_engine()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Offers ``PUSH`` to the application of each WebSocket."""
        if scope["type"] == "websocket":
            scope[PUSH] = partial(push, protocol)
        return super().create_application(protocol, scope)  # type: ignore[no-untyped-call]

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)  # type: ignore[no-untyped-call]
        address = port.getHost()
        self._announce(address.host, address.port)

    def listen_error(self, failure: Any) -> None:
        """Somebody else was quicker. Daphne itself would end as if all were well."""
        super().listen_error(failure)  # type: ignore[no-untyped-call]
        self._failure = failure.getErrorMessage()

    def run(self) -> None:
        """Until it ends; raises NotFree when nothing can listen there."""
        super().run()  # type: ignore[no-untyped-call]
        if self._failure:
            raise NotFree(self._failure)

    def _signalled(self) -> None:
        if self._ending is None:
            self._ending = asyncio.ensure_future(self._drain())
        else:
            self.stop()  # type: ignore[no-untyped-call]

    async def _drain(self) -> None:
        try:
            for port in self._ports:
                await maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
            await running_engine().drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SECONDS):
                    while self._busy():  # noqa: ASYNC110 - Daphne tells nobody when a connection is gone
                        await asyncio.sleep(0.02)
            await stop_engine()
        except Exception:
            logger.exception("the server could not be drained")
        finally:
            self.stop()  # type: ignore[no-untyped-call]

    def _busy(self) -> bool:
        return any(not details.get("disconnected") for details in self.connections.values())
