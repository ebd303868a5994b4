"""``/bench/…`` over HTTP: have the document change, and read what the process has counted."""

import asyncio
import gc
import json
import time
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs

import psutil
from channels.layers import get_channel_layer

from bench.subject.apps import SCOPE_ID
from bench.subject.others import GROUP, message
from realtime.engine import refresher, running_engine
from realtime.metrics import metrics
from realtime.scopes import Scope
from realtime.tasks import Threads

SCOPE = Scope("role", SCOPE_ID)


class Control:
    """In front of the project's views; ``product`` and ``idiomatic`` answer when their changes are over."""

    def __init__(self, views: Any) -> None:
        self._views = views

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not scope["path"].startswith("/bench/"):
            await self._views(scope, receive, send)
            return
        asked = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode()).items()}
        what = scope["path"].split("/")[2]
        answer = await getattr(self, what)(**{name: float(value) for name, value in asked.items()})
        body = json.dumps(answer).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def product(self, rate: float, seconds: float) -> dict[str, Any]:
        """Refresh the document so many times a second, each a change."""
        threads = Threads(1, "bench", databases=("default", "snapshot"))
        try:
            await at_rate(rate, seconds, lambda: threads.run(refresher().refresh, [SCOPE]))
            position = running_engine().hub.feeds[SCOPE].position
            return {"version": position.version if position else 0}
        finally:
            await asyncio.to_thread(threads.close)

    async def idiomatic(self, rate: float, seconds: float) -> dict[str, Any]:
        """Send to the group so many times a second."""
        layer = get_channel_layer()
        await at_rate(
            rate,
            seconds,
            lambda: layer.group_send(GROUP, {"type": "changed", "text": message(time.monotonic())}),
        )
        return {}

    async def figures(self) -> dict[str, Any]:
        """What the process has counted and used; memory after a collection."""
        gc.collect()
        process = psutil.Process()
        times = process.cpu_times()
        return {
            **{name: value for name, value in asdict(metrics).items() if isinstance(value, int | float)},
            "cpu": times.user + times.system,
            "rss": process.memory_info().rss,
        }

    async def sessions(self) -> list[dict[str, Any]]:
        """Of every connection: what it has not acknowledged, and what its socket has not taken yet."""
        return [
            {"unacknowledged": connection.session.unacknowledged, "user": connection.principal.user_id}
            for connection in running_engine().gate.connections
        ]


async def at_rate(rate: float, seconds: float, call: Any) -> None:
    """Await ``call()`` at even distances; late ones follow at once."""
    started = time.monotonic()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        await call()
