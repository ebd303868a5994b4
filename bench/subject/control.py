"""``/bench/…`` over HTTP: have the document change, and read what the process has counted."""

import asyncio
import gc
import json
import time
from collections import Counter
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import psutil
from channels.layers import get_channel_layer

from bench.subject.apps import SCOPE_ID, encodings
from bench.subject.others import GROUP, message
from bench.subject.writes import Writes
from realtime.connection import Connection
from realtime.engine import refresher, running_engine
from realtime.metrics import metrics
from realtime.scopes import Scope
from realtime.tasks import Threads

SCOPE = Scope("role", SCOPE_ID)


class Control:
    """In front of the project's views; ``product`` and ``idiomatic`` answer when their changes are over."""

    def __init__(self, views: Any) -> None:
        self._views = views
        self.refreshes: Counter[str] = Counter()  # of documents, by kind
        refresher().on_commit(lambda outcomes: self.refreshes.update(scope.kind for scope in outcomes))

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
        layer: Any = get_channel_layer()  # type: ignore[no-untyped-call]
        await at_rate(
            rate,
            seconds,
            lambda: layer.group_send(GROUP, {"type": "changed", "text": message(time.monotonic())}),
        )
        return {}

    async def write(self, rate: float, seconds: float, first: float = 0) -> dict[str, float]:
        """Have so many writes a second made, as by requests; ``bench.subject.writes`` says which."""
        threads = Threads(2, "bench-writes", databases=("default",))
        writes = Writes(int(first))
        try:
            await threads.run(writes.begin)
            await at_rate(rate, seconds, lambda: threads.run(writes.next))
        finally:
            await asyncio.to_thread(threads.close)
        return writes.committed

    async def figures(self) -> dict[str, Any]:
        """What the process has counted and used; memory after a collection."""
        gc.collect()
        process = psutil.Process()  # type: ignore[no-untyped-call]
        times = process.cpu_times()
        return {
            **{name: value for name, value in asdict(metrics).items() if isinstance(value, int | float)},
            "encodings": dict(encodings),
            "refreshes": dict(self.refreshes),
            "cpu": times.user + times.system,
            "rss": process.memory_info().rss,
        }

    async def slowest(self) -> dict[str, int]:
        """Bytes that some connection has not acknowledged, and that wait for some socket, at most."""
        connections = running_engine().gate.connections
        return {
            "unacknowledged": max(connection.session.unacknowledged for connection in connections),
            "waiting": max(waiting(connection) for connection in connections),
        }


def waiting(connection: Connection) -> int:
    """Bytes in this process that the socket of a connection has not taken yet."""
    push: Any = connection._outlet._push
    if isinstance(push, partial):  # Daphne's
        transport = push.args[0].transport
        return int(len(transport.dataBuffer) - transport.offset + transport._tempDataLen)
    return int(push.__self__.transport.get_write_buffer_size())


async def at_rate(rate: float, seconds: float, call: Any) -> None:
    """Await ``call()`` at even distances; late ones follow at once."""
    started = time.monotonic()
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
        await call()
