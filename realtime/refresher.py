"""Brings documents to the present: one consistent read for many scopes, diffs, compare-and-set."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from realtime import patch
from realtime.scopes import Scope
from realtime.sections import Document, Registry, compute, registry
from realtime.snapshots import snapshot
from realtime.store import Begun, Commit, Committed, Position, Store, StoreUnavailable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a refresh made of the record ``base``; ``committed`` None: LOST, throw the document away."""

    base: Begun
    committed: Committed | None
    doc: Document
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class Head:
    """A document with every commit from before it was asked for; ``position`` None: it stands alone."""

    doc: Document
    position: Position | None
    generated_at: datetime


Listener: TypeAlias = Callable[[Mapping[Scope, Outcome]], None]


def utc_now() -> datetime:
    return datetime.now(UTC)


class Refresher:
    """Synchronous and safe to use from many threads; the state is in the store and in the database."""

    def __init__(
        self, store: Store, source: Registry = registry, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.store = store
        self.source = source
        self.clock = clock
        self.listeners: list[Listener] = []

    def on_commit(self, listener: Listener) -> None:
        """Call ``listener`` with the outcomes of every refresh, LOST ones too, on the refreshing thread."""
        self.listeners.append(listener)

    def refresh(self, scopes: Iterable[Scope]) -> dict[Scope, Outcome]:
        """Recompute and commit the documents, in as many queries for many scopes as for one.

        Raises StoreUnavailable or django.db.Error; what was committed until then is then unknown, and the
        next look at the store decides.
        """
        wanted = list(dict.fromkeys(scopes))
        if not wanted:
            return {}
        # Before the snapshot: whatever is marked later may not be in it, and stays unseen.
        begun = self.store.begin(wanted)
        now = self._now(begun.values())
        with snapshot():
            computed = compute(wanted, now, self.source)
        commits = [
            Commit(
                scope,
                base,
                doc=computed[scope].data,
                patch=[] if base.doc is None else patch.diff(base.doc, computed[scope].data),
                valid_until=computed[scope].valid_until,
                now=now,
            )
            for scope, base in begun.items()
        ]
        committed = self.store.commit(commits)
        outcomes = {
            commit.scope: Outcome(commit.base, committed[commit.scope], doc=commit.doc, generated_at=now)
            for commit in commits
        }
        for listener in tuple(self.listeners):
            try:
                listener(outcomes)
            except Exception:
                log.exception("a listener of commits failed; hubs will find the new versions by themselves")
        return outcomes

    def heads(self, scopes: Collection[Scope], tries: int = 3) -> dict[Scope, Head]:
        """The documents with the position of each, from a refresh that begins now.

        Lost ``tries`` times, or with the store away, a document stands for itself, without a position. Raises
        django.db.Error.
        """
        heads: dict[Scope, Head] = {}
        waiting = list(dict.fromkeys(scopes))
        try:
            for _ in range(tries):
                outcomes = self.refresh(waiting)
                for scope, outcome in outcomes.items():
                    position = outcome.committed.position if outcome.committed else None
                    heads[scope] = Head(outcome.doc, position, outcome.generated_at)
                waiting = [scope for scope in waiting if heads[scope].position is None]
                if not waiting:
                    break
        except StoreUnavailable:
            now = self.clock()
            with snapshot():
                computed = compute(waiting, now, self.source)
            heads |= {scope: Head(computed[scope].data, None, now) for scope in waiting}
        return heads

    def _now(self, begun: Iterable[Begun]) -> datetime:
        """One instant for all, that never goes back for any record: the clocks of hosts differ."""
        return max([self.clock(), *(base.now for base in begun if base.now is not None)])
