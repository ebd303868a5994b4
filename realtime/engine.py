"""The push engine of one process: store, refresher, hub, doorbell and gate put together, and their tasks."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from random import randint
from typing import TYPE_CHECKING, cast

from channels.layers import get_channel_layer
from django.core.signals import setting_changed
from django.db import DEFAULT_DB_ALIAS
from django.utils.module_loading import import_string

from realtime.auth import Authenticator
from realtime.chores import Chore, chores, do_forever
from realtime.conf import EngineSettings, engine_settings
from realtime.doorbell import Doorbell, Layer
from realtime.errors import Misconfigured
from realtime.gate import Gate
from realtime.hub import CHUNK, Hub
from realtime.marks import bell, move_marks
from realtime.protocol import CloseCode, Farewell, Goodbye
from realtime.refresher import Refresher
from realtime.scopes import Scope
from realtime.snapshots import ALIAS as SNAPSHOT_ALIAS
from realtime.store import Counters, Store
from realtime.tasks import Threads, supervise
from realtime.upkeep import Upkeep

if TYPE_CHECKING:
    from realtime.refresher import Outcome

logger = logging.getLogger(__name__)

_TICK = 1.0  # seconds between two looks at the timers of a connection
# A loop that was held up for this long has not read the pongs that wait for it: nobody is called slow.
_STALLED = 5.0


@cache
def store() -> Store:
    """The store of this process: Redis where ``REDIS_URL`` says so, else memory."""
    settings = engine_settings()
    if settings.redis_url:
        made = import_string("realtime.stores.redis.RedisStore")(settings.redis_url, settings.redis_prefix)
        return cast(Store, made)
    return cast(Store, import_string("realtime.stores.memory.MemoryStore")())


@cache
def refresher() -> Refresher:
    """The refresher of this process, for the hub and for REST alike. Any thread may use it."""
    return Refresher(store())


@cache
def authenticator() -> Authenticator:
    """The project's sign-in, ``REALTIME["AUTHENTICATOR"]``."""
    path = engine_settings().authenticator
    if not path:
        raise Misconfigured("REALTIME['AUTHENTICATOR'] names nobody")
    return cast(Authenticator, import_string(path)())


class Engine:
    """Everything runs on one event loop; ``start`` on it, ``stop`` on it.

    ``databases`` are those of refresher and authenticator; their threads keep connections to them open.
    """

    def __init__(
        self,
        settings: EngineSettings,
        store: Store,
        refresher: Refresher,
        authenticator: Authenticator,
        layer: Layer | None,
        move_marks: Callable[[Counters], int] = move_marks,
        *,
        databases: Sequence[str] = (DEFAULT_DB_ALIAS, SNAPSHOT_ALIAS),
        chores: Sequence[Chore] = (),
    ) -> None:
        self.settings = settings
        self.loop = asyncio.get_running_loop()
        self.draining = False
        self._store_threads = Threads(2, "realtime-store", databases=())
        self._refresh_threads = Threads(settings.refresh_threads, "realtime-refresh", databases=databases)
        self._sign_in_threads = Threads(settings.sign_in_threads, "realtime-sign-in", databases=databases[:1])
        self._chores = tuple(chores)
        self._chore_threads = Threads(1, "realtime-chores", databases=databases if chores else ())
        self.gate = Gate(settings, authenticator, self._sign_in_threads)
        self.upkeep = Upkeep(
            settings,
            store,
            refresher,
            move_marks,
            store_threads=self._store_threads,
            refresh_threads=self._refresh_threads,
        )
        self.hub = self.upkeep.hub = Hub(
            lambda scopes: self._store_threads.run(store.load, scopes),
            on_follow=self._followed,
            on_leave=self._left,
            on_missing=self.upkeep.want,
            window=settings.window,
        )
        self.doorbell: Doorbell | None = None
        if layer is not None:
            self.doorbell = self.upkeep.doorbell = Doorbell(
                layer,
                on_change=self.upkeep.rung,
                on_look=self.upkeep.look_at,
                rejoin=settings.rejoin,
            )
        self._refresher = refresher
        self._tasks: list[asyncio.Task[None]] = []
        self._stopped = False

    def start(self) -> None:
        """Begin the background tasks. None of them is ever awaited by a connection."""
        upkeep, hub, gate = self.upkeep, self.hub, self.gate
        loops = {
            "load": hub.load_forever,
            "pump": hub.pump_forever,
            "marks": upkeep.move_marks_forever,
            "look": upkeep.look_forever,
            "refresh": upkeep.refresh_forever,
            "heal": upkeep.heal_forever,
            "revocations": gate.follow_revocations_forever,
            "recheck": gate.recheck_forever,
            "timers": self._tick_forever,
        }
        loops |= {chore.name: partial(do_forever, chore, self._chore_threads) for chore in self._chores}
        if self.doorbell is not None:
            loops |= {"listen": self.doorbell.listen_forever, "ring": self.doorbell.send_forever}
        self._tasks = [
            asyncio.create_task(supervise(name, run), name=f"realtime {name}") for name, run in loops.items()
        ]
        self._refresher.on_commit(self._committed)
        bell.connect(self._marked)

    async def stop(self) -> None:
        """End the tasks, leave the groups, close the database connections."""
        if self._stopped:
            return
        self._stopped = True
        bell.disconnect(self._marked)
        self._refresher.listeners.remove(self._committed)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._close_threads)

    def _close_threads(self) -> None:
        for threads in (
            self._store_threads,
            self._refresh_threads,
            self._sign_in_threads,
            self._chore_threads,
        ):
            threads.close()

    async def drain(self) -> None:
        """Send everybody away, to come back elsewhere at different moments; returns when they have left."""
        self.draining = True
        for count, connection in enumerate(tuple(self.gate.connections)):
            connection.end(self.goodbye())
            if count % CHUNK == 0:
                await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.drain_deadline):
                await self.gate.empty.wait()

    def goodbye(self) -> Farewell:
        """The end of a connection whose server restarts."""
        return Farewell(Goodbye("restart", randint(*self.settings.retry_after_ms)), CloseCode.RESTART)

    # Called on other threads

    def _committed(self, outcomes: "Mapping[Scope, Outcome]") -> None:
        self._on_loop(lambda: self.upkeep.committed(outcomes))

    def _marked(self) -> None:
        self._on_loop(self.upkeep.marked)

    def _on_loop(self, call: Callable[[], None]) -> None:
        try:
            self.loop.call_soon_threadsafe(call)
        except RuntimeError:
            # The loop is closed: the process ends. What was committed is in the store.
            logger.debug("the loop of the engine is closed")

    # Called by the hub

    def _followed(self, scope: Scope) -> None:
        self.upkeep.followed(scope)
        if self.doorbell is not None:
            self.doorbell.follow(scope)

    def _left(self, scope: Scope) -> None:
        self.upkeep.left(scope)
        if self.doorbell is not None:
            self.doorbell.leave(scope)

    async def _tick_forever(self) -> None:
        """The timers of every connection: pings, expiry, slowness."""
        last = time.monotonic()
        while True:
            await asyncio.sleep(_TICK)
            now = time.monotonic()
            stalled, last = now - last > _STALLED, now
            if stalled:
                continue
            for count, connection in enumerate(tuple(self.gate.connections)):
                if (last_words := connection.session.tick(now)) is not None:
                    connection.end(last_words)
                if count % CHUNK == 0:
                    await asyncio.sleep(0)


class _Process:
    """What this process runs."""

    engine: Engine | None = None


def running_engine() -> Engine:
    """The engine of this process, started on first use: Daphne has no startup event."""
    engine = _Process.engine
    if engine is None or engine.loop is not asyncio.get_running_loop():
        layer = cast("Layer | None", get_channel_layer())  # type: ignore[no-untyped-call]
        engine = Engine(engine_settings(), store(), refresher(), authenticator(), layer, chores=chores)
        _Process.engine = engine
        engine.start()
    return engine


async def stop_engine() -> None:
    """Stop the engine of this process, if it was ever used."""
    engine, _Process.engine = _Process.engine, None
    if engine is not None:
        await engine.stop()


def _forget(setting: str, **_: object) -> None:
    if setting == "REALTIME":
        for made in (store, refresher, authenticator):
            made.cache_clear()


setting_changed.connect(_forget)
