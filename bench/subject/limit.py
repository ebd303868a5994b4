"""The limit: picows, a WebSocket library in C, that does nothing but send one message to all.

python -m bench.subject.limit PORT
"""

import asyncio
import json
import sys
import time
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_create_server

from bench.subject.others import document, message
from realtime.servers.limits import BACKLOG, raise_open_files

listeners: set["Listener"] = set()


class Listener(WSListener):
    """One socket."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        listeners.add(self)
        transport.send(WSMsgType.TEXT, document().encode())

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        listeners.discard(self)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Whoever sends ``{"rate": …, "seconds": …}`` has the messages sent."""
        if frame.msg_type == WSMsgType.TEXT:
            asked = json.loads(frame.get_payload_as_bytes())
            self.sending = asyncio.create_task(broadcast(transport, **asked))


async def broadcast(asker: WSTransport, rate: float, seconds: float) -> None:
    """To everybody but the one who asked, who is told when it is over."""
    started = time.monotonic()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        text = message(time.monotonic()).encode()
        for listener in tuple(listeners):
            if listener.transport is not asker:
                listener.transport.send(WSMsgType.TEXT, text)
    asker.send(WSMsgType.TEXT, b"{}")


async def serve(port: int) -> None:
    """Until it is killed."""
    raise_open_files()
    server: Any = await ws_create_server(lambda request: Listener(), "127.0.0.1", port, backlog=BACKLOG)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
