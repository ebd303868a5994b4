"""The Channels consumer: a thin shell around one connection.

It takes the place of the usual dispatch, which hops to a thread for every message, and has no channel of its
own: the process has one for all its connections.
"""

from typing import Any

from channels.consumer import AsyncConsumer

from realtime.connection import Connection, Receive
from realtime.engine import running_engine
from realtime.outlet import PUSH, Send


class DashboardConsumer(AsyncConsumer):
    """Expects an accepted, signed-in socket: ``scope["signed_in"]``, see ``realtime.handshake``."""

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        signed_in = scope["signed_in"]
        connection = Connection(running_engine(), signed_in.principal, send, signed_in.at, scope.get(PUSH))
        await connection.run(receive, signed_in.resume)
