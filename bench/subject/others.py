"""What the product is compared with on the same server: Channels as its manual has it, and bare sockets."""

import json
from typing import Any, Final

from channels.generic.websocket import AsyncWebsocketConsumer

from bench.subject.apps import REST, TEXT

GROUP: Final = "bench"


def message(at: float) -> str:
    """As long as the product's diff, with the same stamp."""
    return json.dumps(
        {
            "type": "diff",
            "scope": "role",
            "generated_at": "2026-01-01T00:00:00.000000Z",
            "epoch": "0123456789abcdef",
            "patch": [
                {"op": "replace", "path": "/bench/at", "value": at},
                {"op": "replace", "path": "/bench/text", "value": f"{at} {TEXT[:140]}"},
            ],
        },
        separators=(",", ":"),
    )


def document() -> str:
    """As long as the product's snapshot."""
    return json.dumps(
        {"type": "snapshot", "scope": "role", "data": {"bench": {"rest": REST}}}, separators=(",", ":")
    )


class Idiomatic(AsyncWebsocketConsumer):
    """A channel for each socket, and a group: what a project without a hub does. It does not even sign in."""

    groups = [GROUP]

    async def changed(self, event: dict[str, Any]) -> None:
        await self.send(text_data=event["text"])  # type: ignore[no-untyped-call]


class Bare:
    """Sends a document to whoever comes, and waits: the least that a server does for a storm."""

    def __init__(self) -> None:
        self._event = {"type": "websocket.send", "text": document()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await send(self._event)
        while (await receive())["type"] != "websocket.disconnect":
            pass


async def idle(scope: Any, receive: Any, send: Any) -> None:
    """Accepts and waits: what a connection costs the server itself."""
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
