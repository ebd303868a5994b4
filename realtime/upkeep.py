"""Keeps the followed documents at the present: moves marks, looks at the store, refreshes, wakes in time."""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import Error as DatabaseError

from realtime.conf import EngineSettings
from realtime.doorbell import Doorbell
from realtime.feed import Change
from realtime.hub import Hub
from realtime.metrics import metrics
from realtime.pacing import Pacer
from realtime.scopes import Scope
from realtime.store import Begun, Counters, Status, Store, StoreUnavailable
from realtime.tasks import Threads

if TYPE_CHECKING:
    from realtime.refresher import Outcome, Refresher

logger = logging.getLogger(__name__)

_RETRY = 0.5  # seconds, after the store or the database failed


class Upkeep:
    """The loops that decide what to refresh and what to load. All methods belong to the loop's thread."""

    def __init__(
        self,
        settings: EngineSettings,
        store: Store,
        refresher: "Refresher",
        move_marks: Callable[[Counters], int],
        *,
        store_threads: Threads,
        refresh_threads: Threads,
    ) -> None:
        self._settings = settings
        self._store, self._refresher, self._move_marks = store, refresher, move_marks
        self._store_threads, self._refresh_threads = store_threads, refresh_threads
        self._pacer = Pacer(settings.refresh_interval, settings.refresh_share)
        self._wanted = asyncio.Event()
        self._marked = asyncio.Event()
        self._looks: set[Scope] | None = None  # to look at before the next regular look; None: at all
        self._look = asyncio.Event()
        self._deadlines: dict[Scope, datetime] = {}
        self.hub: Hub
        self.doorbell: Doorbell | None = None

    # What calls for attention

    def followed(self, scope: Scope) -> None:
        """The hub follows a document from now on."""
        self.look_at(scope)

    def left(self, scope: Scope) -> None:
        """Nobody here watches it any more."""
        self._pacer.forget(scope)
        self._deadlines.pop(scope, None)

    def look_at(self, scope: Scope | None) -> None:
        """Look at the store soon: at one document, or at all (None)."""
        if scope is None:
            self._looks = None
        elif self._looks is not None:
            self._looks.add(scope)
        self._look.set()

    def want(self, scopes: Iterable[Scope]) -> None:
        """These are known to be behind."""
        self._pacer.want(scope for scope in scopes if scope in self.hub.feeds)
        self._wanted.set()

    def marked(self) -> None:
        """A transaction of this process left marks."""
        self._marked.set()

    def committed(self, outcomes: "Mapping[Scope, Outcome]") -> None:
        """A refresh ended in this process, for the hub or for REST: move what it moved, ring the others."""
        for scope, outcome in outcomes.items():
            done = outcome.committed
            if done is None:
                metrics.commits_lost_total += 1
                self.hub.need([scope])
                continue
            if done.patch is None:  # nothing new, or the first document
                feed = self.hub.feeds.get(scope)
                if feed is not None and feed.position != done.position:
                    self.hub.need([scope])
                continue
            change = Change(
                scope,
                done.position.epoch,
                done.from_version,
                done.position.version,
                done.patch,
                outcome.generated_at,
                outcome.doc,
            )
            self.hub.ring(change)
            if self.doorbell is not None:
                self.doorbell.ring(change)

    def rung(self, change: Change) -> None:
        """A commit of any process was rung."""
        verdict = self.hub.ring(change)
        metrics.rings_received_total["ignored" if verdict is None else verdict.name.lower()] += 1

    # Loops

    async def move_marks_forever(self) -> None:
        """Marks become counters in the store: at once after a commit here, regularly for the others'."""
        while True:
            await _wait(self._marked, self._settings.move_marks)
            self._marked.clear()
            recorder = _Recorder(self._store)
            try:
                await self._refresh_threads.run(self._move_marks, recorder)
            except StoreUnavailable:
                metrics.store_errors_total += 1
                await asyncio.sleep(_RETRY)
            except DatabaseError as error:
                logger.warning("marks could not be moved: %s", error)
                await asyncio.sleep(_RETRY)
            finally:
                self._tell_marked(recorder.marked)

    def _tell_marked(self, scopes: Collection[Scope]) -> None:
        """What is followed here is refreshed here, and rung when that is done; the rest others may follow."""
        self.want(scopes)
        if self.doorbell is not None:
            for scope in scopes:
                if scope not in self.hub.feeds:
                    self.doorbell.ring_marked(scope)

    async def look_forever(self) -> None:
        """Find who is behind or elsewhere: regularly, when asked to, and when time changes a document."""
        regular_at = 0.0
        while True:
            await _wait(self._look, self._until_next_look(regular_at))
            self._look.clear()
            self._wake_due()
            now = time.monotonic()
            if now >= regular_at:
                regular_at, scopes = now + self._settings.tick, set(self.hub.feeds)
            else:
                scopes = set(self.hub.feeds) if self._looks is None else self._looks & set(self.hub.feeds)
            self._looks = set()
            if not scopes:
                if not self.hub.feeds:
                    metrics.behind = 0
                continue
            try:
                found = await self._store_threads.run(self._store.status, scopes, datetime.now(UTC))
            except StoreUnavailable:
                metrics.store_errors_total += 1
                await asyncio.sleep(_RETRY)
                self._looks = None
                continue
            self._found(found)

    def _until_next_look(self, regular_at: float) -> float:
        wait = regular_at - time.monotonic()
        if self._deadlines:
            wait = min(wait, (min(self._deadlines.values()) - datetime.now(UTC)).total_seconds())
        return max(wait, 0.0)

    def _wake_due(self) -> None:
        now = datetime.now(UTC)
        due = [scope for scope, deadline in self._deadlines.items() if deadline <= now]
        for scope in due:
            del self._deadlines[scope]
        if due:
            self.want(due)

    def _found(self, statuses: Mapping[Scope, Status]) -> None:
        behind, elsewhere = [], []
        for scope, status in statuses.items():
            feed = self.hub.feeds.get(scope)
            if feed is None:
                continue
            if status.behind:
                behind.append(scope)
                self._deadlines.pop(scope, None)
            elif status.valid_until is not None:
                self._deadlines[scope] = status.valid_until
            # A document that nobody has been shown yet is shown when it is at the present.
            shown = feed.position is not None or not status.behind
            if status.position is not None and status.position != feed.position and shown:
                elsewhere.append(scope)
        if len(statuses) >= len(self.hub.feeds):  # a look at everything
            metrics.behind = len(behind)
        self.want(behind)
        self.hub.need(elsewhere)

    async def refresh_forever(self) -> None:
        """Refresh what is behind, as the pacing allows, all of it in one batch."""
        while True:
            self._wanted.clear()
            scopes, wait = self._pacer.take(time.monotonic())
            if not scopes:
                await _wait(self._wanted, wait)
                continue
            started = time.monotonic()
            failure: Exception | None = None
            try:
                await self._refresh(scopes)
            except (StoreUnavailable, DatabaseError) as error:
                failure = error
            ended = time.monotonic()
            metrics.refresh_seconds_total += ended - started
            # The time that a store took to not answer was no use of the database.
            if not isinstance(failure, StoreUnavailable):
                self._pacer.took(started, ended)
            if failure is not None:
                logger.warning("a refresh of %d documents failed: %r", len(scopes), failure)
                metrics.store_errors_total += isinstance(failure, StoreUnavailable)
                # Something older is better than nothing for whoever waits for a first document.
                self.hub.need(scopes)
                await asyncio.sleep(_RETRY)
                self.want(scopes)

    async def _refresh(self, scopes: Sequence[Scope]) -> None:
        """One batch; the outcomes arrive through ``committed``.

        A document that cannot be computed must not hold up the others: the batch is halved until it is alone.
        """
        metrics.refreshes_total += 1
        metrics.refreshed_scopes_total += len(scopes)
        try:
            await self._refresh_threads.run(self._refresher.refresh, scopes)
        except (StoreUnavailable, DatabaseError):
            raise
        except Exception:
            if len(scopes) == 1:
                metrics.refreshes_failed_total += 1
                logger.exception("the document of %s cannot be computed", scopes[0])
                return
            middle = len(scopes) // 2
            await self._refresh(scopes[:middle])
            await self._refresh(scopes[middle:])
            return
        for scope in scopes:  # for the instant at which time changes it
            self.look_at(scope)

    async def heal_forever(self) -> None:
        """Refresh everything followed now and then, and count what nobody had told of."""
        await asyncio.sleep(random.uniform(0.5, 1.0) * self._settings.full_refresh)
        while True:
            if self.hub.feeds:
                await self._heal()
            await asyncio.sleep(self._settings.full_refresh)

    async def _heal(self) -> None:
        try:
            outcomes = await self._refresh_threads.run(self._refresher.refresh, set(self.hub.feeds))
            suspects = {scope: outcome.base for scope, outcome in outcomes.items() if _unannounced(outcome)}
            if suspects:
                metrics.missed_changes_total += await self._missed(suspects)
        except (StoreUnavailable, DatabaseError) as error:
            logger.warning("the periodic refresh of everything failed: %r", error)

    async def _missed(self, suspects: Mapping[Scope, Begun]) -> int:
        """How many of these changes no mark announces: marks on their way are given some seconds."""
        await asyncio.sleep(self._settings.missed_change_grace)
        later = await self._store_threads.run(self._store.begin, tuple(suspects))
        missed = [
            scope
            for scope, base in suspects.items()
            if (later[scope].epoch, later[scope].gens) == (base.epoch, base.gens)
        ]
        for scope in missed:
            logger.warning("%s changed without a mark: something writes past the models", scope)
        return len(missed)


def _unannounced(outcome: "Outcome") -> bool:
    """Whether a document changed although neither a mark, so far, nor time called for it."""
    base, done = outcome.base, outcome.committed
    due = base.valid_until is not None and base.valid_until <= outcome.generated_at
    return done is not None and bool(done.patch) and base.gens == base.seen and not due


class _Recorder:
    """Tells a store of marks and remembers whom they concern, for one moving of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.marked: set[Scope] = set()

    def mark(self, marks: Iterable[tuple[Scope, str]]) -> None:
        told = list(marks)
        self._store.mark(told)
        self.marked.update(scope for scope, _ in told)


async def _wait(event: asyncio.Event, seconds: float | None) -> None:
    """Until the event, at most ``seconds`` (None: however long)."""
    # Not wait_for: in Python 3.11 that swallows a cancellation which comes together with the event.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
