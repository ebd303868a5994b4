"""The paths at which the engine answers WebSockets."""

from typing import Any

from channels.routing import URLRouter
from django.urls import path, re_path

from realtime.connection import Receive
from realtime.consumer import DashboardConsumer
from realtime.handshake import Handshake
from realtime.outlet import Send
from realtime.protocol import PATH


async def _not_found(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Refuse the handshake: there is nothing here to speak a protocol with."""
    await receive()
    await send({"type": "websocket.close"})


# Channels is untyped, and lends Django's path() to applications that are no views.
_dashboard: Any = Handshake(DashboardConsumer.as_asgi())  # type: ignore[no-untyped-call]
_nowhere: Any = _not_found
websockets: Any = URLRouter([path(PATH.removeprefix("/"), _dashboard), re_path("", _nowhere)])  # type: ignore[no-untyped-call]
