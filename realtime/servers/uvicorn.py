"""Uvicorn, without compression or pings of its own, and with a shutdown that says goodbye first.

Ready frames go to the transport as they are (docs/adr/0062-frames-straight-to-the-transport.md).
"""

import socket
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

from realtime.engine import running_engine, stop_engine
from realtime.outlet import PUSH
from realtime.servers.limits import BACKLOG, MAX_FRAME


class PushProtocol(WebSocketsSansIOProtocol):
    """Offers ``PUSH`` to the application of each socket."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:  # its application begins with the next turn of the loop
            cast(dict[str, Any], self.scope)[PUSH] = self.push

    def push(self, wire: bytes) -> bool:
        """See ``Push``. Whatever is not the normal case is left to ``send``: waiting, refusing, raising."""
        if (
            self.conn.state is not OPEN
            or not self.handshake_complete
            or self.disconnected
            or not self.writable.is_set()
        ):
            return False
        self.transport.write(wire)
        return True


class UvicornServer(uvicorn.Server):
    """Runs in the main thread until SIGTERM or SIGINT."""

    def __init__(self, application: Any, host: str, port: int, announce: Callable[[str, int], None]) -> None:
        self._announce = announce
        super().__init__(
            uvicorn.Config(
                application,
                host=host,
                port=port,
                backlog=BACKLOG,
                ws=PushProtocol,
                ws_max_size=MAX_FRAME,
                ws_per_message_deflate=False,  # twice the CPU, three times the memory, for small diffs
                ws_ping_interval=None,  # the engine pings, and measures by it
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="warning",  # below, handshakes are logged with their headers
                proxy_headers=False,  # the engine and Django read them, as far as they are told to
                server_header=False,
                timeout_graceful_shutdown=3,  # for the answers that are still being written
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End in order, with exit code 0; a second signal ends it at once. (Uvicorn would raise it again.)"""
        self.force_exit = self.should_exit
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            running_engine()
            for server in self.servers:
                for listener in server.sockets:
                    host, port = listener.getsockname()[:2]
                    self._announce(host, port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await running_engine().drain()
        await super().shutdown(sockets)
        await stop_engine()
