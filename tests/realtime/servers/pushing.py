"""A small application under one of our servers, that pushes what a test tells it to.

python -m tests.realtime.servers.pushing SERVER PORT
"""

import asyncio
import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.test")
import django

django.setup()

from realtime.framing import text_frame  # noqa: E402
from realtime.outlet import PUSH  # noqa: E402

results: dict[str, int] = {}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Does what each text frame of the client asks for."""
    await receive()
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] == "websocket.receive":
        asked = json.loads(event["text"])
        await globals()[asked.pop("do")](scope[PUSH], send, **asked)


async def alternate(push: Any, send: Any, count: int, size: int) -> None:
    """Frames in turns by both ways, those that cannot be pushed by the longer one."""
    for number in range(count):
        text = f"{number}".ljust(size)
        if number % 2 or not push(text_frame(text.encode())):
            await send({"type": "websocket.send", "text": text})


async def fill(push: Any, send: Any, size: int, most: int) -> None:
    """Frames by the shorter way until it is refused; then one by the longer."""
    count = 0
    while count < most and push(text_frame(f"{count}".ljust(size).encode())):
        count += 1
    results["filled"] = count
    await send({"type": "websocket.send", "text": "the end"})


async def close(push: Any, send: Any) -> None:
    """Close, and try to push after it, at once and a while later."""
    await send({"type": "websocket.close", "code": 4012})
    results["pushed after the close"] = push(text_frame(b"late"))
    await asyncio.sleep(0.2)
    results["pushed later"] = push(text_frame(b"late"))


async def tell(push: Any, send: Any) -> None:
    """What there is to tell of other sockets."""
    await send({"type": "websocket.send", "text": json.dumps(results)})


def main() -> None:
    server, port = sys.argv[1], int(sys.argv[2])
    if server == "daphne":
        from realtime.servers.daphne import DaphneServer

        class PlainDaphne(DaphneServer):
            def _begin(self) -> None:
                """There is no engine here."""

        PlainDaphne(application, "127.0.0.1", port, print).run()  # type: ignore[no-untyped-call]
    else:
        import uvicorn

        from realtime.servers.uvicorn import UvicornServer

        made = UvicornServer(application, "127.0.0.1", port, print)
        uvicorn.Server(made.config).run()  # the same settings, without the engine


if __name__ == "__main__":
    main()
