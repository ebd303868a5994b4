"""Background tasks that never die silently, and threads for what would block the loop."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

from realtime.metrics import metrics

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# Seconds; a task that ran for the longer of them before it failed starts at the shorter.
_BACKOFF = (0.1, 5.0)
_CLOSE_TIMEOUT = 5.0


async def supervise(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run ``run`` for ever: when it fails, or returns, say so, count it, and start it again after a while."""
    delay = _BACKOFF[0]
    while True:
        started = time.monotonic()
        try:
            await run()
            logger.error("%s ended; it starts again", name)
        except Exception:
            logger.exception("%s failed; it starts again", name)
        metrics.task_restarts_total[name] += 1
        if time.monotonic() - started > _BACKOFF[1]:
            delay = _BACKOFF[0]
        await asyncio.sleep(delay)
        delay = min(delay * 2, _BACKOFF[1])


class Threads:
    """A few threads of the engine's own: on Django's one thread for views it would wait behind slow queries.

    Connections to ``databases`` stay open from job to job: there are few threads, and opening takes
    milliseconds.
    """

    def __init__(self, count: int, name: str, *, databases: Sequence[str]) -> None:
        self._count = count
        self._databases = databases
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call ``function`` on one of the threads; with ``databases`` perhaps twice, see ``_connected``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: self._do(lambda: function(*args, **kwargs)))

    def _do(self, job: Callable[[], R]) -> R:
        return _connected(self._databases, job) if self._databases else job()

    def close(self) -> None:
        """Close the connections and end the threads; blocks while a job runs, at most some seconds."""
        if self._databases:
            barrier = threading.Barrier(self._count)
            for _ in range(self._count):
                self._executor.submit(_close_connections, barrier)
        self._executor.shutdown(wait=True)


def _connected(databases: Sequence[str], job: Callable[[], R]) -> R:
    """Do a job on open connections; once more if one of them turns out to have died since its last use."""
    try:
        for alias in databases:
            connections[alias].ensure_connection()
        return job()
    except (InterfaceError, OperationalError):
        opened = [one for one in connections.all(initialized_only=True) if one.connection is not None]
        died = [one for one in opened if not one.is_usable()]
        for one in opened:
            one.close()
        if not died:
            raise
    return job()


def _close_connections(barrier: threading.Barrier) -> None:
    # Every thread must take one of these jobs: none goes on before all have one.
    try:
        barrier.wait(_CLOSE_TIMEOUT)
    except threading.BrokenBarrierError:
        logger.warning("a thread of the engine is still busy; its database connections end with it")
    finally:
        connections.close_all()
