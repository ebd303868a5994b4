"""The documents that somebody in this process watches, and the bringing of every session to their present.

One hub per process. It trusts versions only: a ring moves a document when it fits, and whatever else happens,
the store is loaded. When a document moves, nothing is queried, encoded or copied for a single connection.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from realtime.errors import NoCapacity
from realtime.feed import Change, Feed, Verdict
from realtime.metrics import metrics
from realtime.positions import Position
from realtime.scopes import Scope
from realtime.session import Session
from realtime.store import StoreUnavailable

if TYPE_CHECKING:
    from realtime.store import Loaded

logger = logging.getLogger(__name__)

# Sends between two turns of the event loop: more make a fan-out's last receivers, and everybody else, wait.
CHUNK = 50
_BACKOFF = (0.1, 1.0)  # seconds, while the store is away


class Hub:
    """``load`` reads documents from the store; ``on_follow``, ``on_leave``, ``on_missing`` tell the engine.

    ``on_missing`` names documents that the store does not have: only a refresh makes them.
    """

    def __init__(
        self,
        load: Callable[[Sequence[Scope]], Awaitable[Mapping[Scope, "Loaded"]]],
        *,
        on_follow: Callable[[Scope], None],
        on_leave: Callable[[Scope], None],
        on_missing: Callable[[Iterable[Scope]], None],
        window: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.feeds: dict[Scope, Feed] = {}
        self._load, self._window, self._clock = load, window, clock
        self._on_follow, self._on_leave, self._on_missing = on_follow, on_leave, on_missing
        self._watchers: dict[Scope, int] = {}  # sessions, and those that wait to become one
        self._needed: set[Scope] = set()
        self._need = asyncio.Event()
        self._begun = 0  # loads so far; their numbers order them against requests
        self._loaded: dict[Scope, int] = {}  # the number of the last successful load
        self._waiters: dict[Scope, list[asyncio.Future[None]]] = {}
        self._moved: deque[Feed] = deque()
        self._moving: set[Feed] = set()  # queued, or in a fan-out of its own and to be queued again
        self._move = asyncio.Event()
        self._fans: dict[Feed, asyncio.Task[None]] = {}

    # Sessions come and go

    async def join(
        self,
        session: Session,
        scopes: Sequence[Scope],
        resume: Mapping[str, Position],
        *,
        within: float,
    ) -> None:
        """Follow ``scopes`` for a session: wait for their documents, then attach and pump in one step.

        A resume position that the hub cannot place is decided after a successful load that begins after now.
        Raises NoCapacity when the documents do not come ``within`` seconds, and leaves nothing behind.
        """
        asked = self._begun
        for scope in scopes:
            self._follow(scope)
        try:
            try:
                async with asyncio.timeout(within):
                    for scope in scopes:
                        await self._settled(scope, resume.get(scope.kind), asked)
            except TimeoutError:
                raise NoCapacity("no_document", "the documents are not available at the moment") from None
            now = self._clock()
            for scope in scopes:
                feed = self.feeds[scope]
                feed.sessions.add(session)
                session.attach(feed, resume.get(scope.kind), now)
        except BaseException:
            for scope in scopes:
                self.feeds[scope].sessions.discard(session)
                self._unfollow(scope)
            session.sources.clear()
            raise

    def leave(self, session: Session) -> None:
        """Forget an attached session; documents that nobody watches any more are no longer followed."""
        for source in session.sources.values():
            assert isinstance(source, Feed)
            if session in source.sessions:
                source.sessions.remove(session)
                self._unfollow(source.scope)

    async def _settled(self, scope: Scope, resume: Position | None, asked: int) -> None:
        feed = self.feeds[scope]
        while not self._can_attach(feed, resume, asked):
            if feed.position is not None:
                self.need([scope])
            waiter = asyncio.get_running_loop().create_future()
            waiters = self._waiters.setdefault(scope, [])
            waiters.append(waiter)
            try:
                await waiter
            finally:
                if waiter in waiters:
                    waiters.remove(waiter)

    def _can_attach(self, feed: Feed, resume: Position | None, asked: int) -> bool:
        here = feed.position
        if here is None:
            return False
        if resume is None or (resume.epoch == here.epoch and resume.version <= here.version):
            return True
        return self._loaded.get(feed.scope, 0) > asked

    def _follow(self, scope: Scope) -> None:
        self._watchers[scope] = self._watchers.get(scope, 0) + 1
        if scope not in self.feeds:
            self.feeds[scope] = Feed(scope, self._window)
            metrics.followed = len(self.feeds)
            self._on_follow(scope)

    def _unfollow(self, scope: Scope) -> None:
        self._watchers[scope] -= 1
        if self._watchers[scope] == 0:
            del self._watchers[scope]
            del self.feeds[scope]
            self._loaded.pop(scope, None)
            self._waiters.pop(scope, None)
            self._needed.discard(scope)
            metrics.followed = len(self.feeds)
            self._on_leave(scope)

    # Documents move

    def ring(self, change: Change) -> Verdict | None:
        """A change was committed somewhere; None when nobody here watches that document."""
        feed = self.feeds.get(change.scope)
        if feed is None:
            return None
        verdict = feed.ring(change)
        if verdict is Verdict.MOVED:
            self._spread(feed)
        elif verdict is Verdict.LOAD:
            self.need([change.scope])
        return verdict

    def need(self, scopes: Iterable[Scope]) -> None:
        """Load these from the store, as soon as a load that may be under way has ended."""
        self._needed.update(scope for scope in scopes if scope in self.feeds)
        if self._needed:
            self._need.set()

    async def load_forever(self) -> None:
        """The one loader: so no scope has two loads in flight, and a load never overtakes another."""
        delay = _BACKOFF[0]
        while True:
            await self._need.wait()
            self._need.clear()
            batch = {scope: self.feeds[scope] for scope in self._needed if scope in self.feeds}
            self._needed.clear()
            if not batch:
                continue
            self._begun += 1
            number = self._begun
            metrics.loads_total += 1
            try:
                loaded = await self._load(list(batch))
            except StoreUnavailable:
                metrics.store_errors_total += 1
                await asyncio.sleep(delay)
                delay = min(delay * 2, _BACKOFF[1])
                self.need(batch)
                continue
            except BaseException:
                self.need(batch)
                raise
            delay = _BACKOFF[0]
            # A feed that was dropped and followed again meanwhile is another one, and asked later.
            current = {scope: feed for scope, feed in batch.items() if self.feeds.get(scope) is feed}
            for scope, feed in current.items():
                if scope in loaded:
                    self._adopt(feed, loaded[scope], number)
            if missing := [scope for scope in current if scope not in loaded]:
                self._on_missing(missing)

    def _adopt(self, feed: Feed, loaded: "Loaded", number: int) -> None:
        self._loaded[feed.scope] = number
        if feed.adopt(loaded):
            self._spread(feed)
        for waiter in self._waiters.pop(feed.scope, ()):
            if not waiter.done():
                waiter.set_result(None)

    # Fan-out

    def _spread(self, feed: Feed) -> None:
        if feed not in self._moving:
            self._moving.add(feed)
            if feed not in self._fans:
                self._moved.append(feed)
                self._move.set()

    async def pump_forever(self) -> None:
        """Bring sessions to the present. A crowd gets a task of its own: few never wait behind many."""
        try:
            sent = 0
            while True:
                await self._move.wait()
                while self._moved:
                    feed = self._moved.popleft()
                    self._moving.discard(feed)
                    if len(feed.sessions) > CHUNK:
                        self._fans[feed] = asyncio.create_task(self._fan_out(feed))
                        continue
                    self._pump(feed, tuple(feed.sessions))
                    sent += len(feed.sessions)
                    if sent >= CHUNK:
                        sent = 0
                        await asyncio.sleep(0)
                self._move.clear()
        finally:
            for task in self._fans.values():
                task.cancel()

    async def _fan_out(self, feed: Feed) -> None:
        try:
            sessions = tuple(feed.sessions)
            for start in range(0, len(sessions), CHUNK):
                self._pump(feed, sessions[start : start + CHUNK])
                await asyncio.sleep(0)
        finally:
            del self._fans[feed]
            if feed in self._moving:  # it moved while the first were served: they are behind again
                self._moved.append(feed)
                self._move.set()

    def _pump(self, feed: Feed, sessions: Sequence[Session]) -> None:
        now = self._clock()
        for session in sessions:
            try:
                session.pump(feed, now)
            except Exception:
                logger.exception("a session could not be brought to %s", feed.scope)
