"""The store of a service that runs in one process: plain objects, and a lock in place of scripts."""

import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from realtime.scopes import Scope
from realtime.sections import Document
from realtime.store import (
    LIFE,
    LOG_STEPS,
    Begun,
    Commit,
    Committed,
    Loaded,
    Position,
    Status,
    Step,
    new_epoch,
)


@dataclass(slots=True)
class _Record:
    epoch: str
    incarnation: str
    rev: int = 0
    version: int = 0
    doc: Document | None = None
    gens: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    valid_until: datetime | None = None
    now: datetime | None = None
    log: deque[Step] = field(default_factory=lambda: deque(maxlen=LOG_STEPS))
    dies_at: float = 0.0


class MemoryStore:
    """A Store; see ``realtime.store``. Documents and patches are shared, as nobody changes them in place."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._token = secrets.token_hex(8)
        self._records: dict[Scope, _Record] = {}
        self._lock = Lock()
        self._next_sweep = 0.0

    @property
    def incarnation(self) -> str:
        """Another one after a fork: parent and child would give one position to two documents."""
        return f"{self._token}.{os.getpid()}"

    def mark(self, marks: Iterable[tuple[Scope, str]]) -> None:
        with self._lock:
            for scope, model in marks:
                if record := self._record(scope):
                    record.gens[model] = record.gens.get(model, 0) + 1

    def begin(self, scopes: Collection[Scope]) -> dict[Scope, Begun]:
        with self._lock:
            self._sweep()
            return {scope: self._begin(scope) for scope in scopes}

    def commit(self, commits: Sequence[Commit]) -> dict[Scope, Committed | None]:
        with self._lock:
            return {commit.scope: self._commit(commit) for commit in commits}

    def status(self, scopes: Collection[Scope], now: datetime) -> dict[Scope, Status]:
        with self._lock:
            return {scope: self._status(scope, now) for scope in scopes}

    def load(self, scopes: Collection[Scope]) -> dict[Scope, Loaded]:
        with self._lock:
            found = ((scope, self._load(scope)) for scope in scopes)
            return {scope: loaded for scope, loaded in found if loaded is not None}

    def _record(self, scope: Scope) -> _Record | None:
        record = self._records.get(scope)
        if record is None or record.incarnation != self.incarnation or record.dies_at <= self._clock():
            return None
        return record

    def _begin(self, scope: Scope) -> Begun:
        record = self._record(scope)
        if record is None:
            record = self._records[scope] = _Record(new_epoch(), self.incarnation)
        record.dies_at = self._clock() + LIFE.total_seconds()
        return Begun(
            epoch=record.epoch,
            rev=record.rev,
            version=record.version,
            doc=record.doc,
            gens=dict(record.gens),
            seen=dict(record.seen),
            valid_until=record.valid_until,
            now=record.now,
        )

    def _commit(self, commit: Commit) -> Committed | None:
        record = self._record(commit.scope)
        if record is None or (record.epoch, record.rev) != (commit.base.epoch, commit.base.rev):
            return None
        from_version, patch = record.version, None
        if record.version == 0:
            record.version = 1
        elif commit.patch:
            record.version += 1
            patch = commit.patch
            record.log.append(Step(record.version, patch, commit.now))
        record.rev += 1
        record.doc = commit.doc
        record.seen = dict(commit.base.gens)
        record.valid_until, record.now = commit.valid_until, commit.now
        return Committed(Position(record.epoch, record.version), from_version, patch)

    def _status(self, scope: Scope, now: datetime) -> Status:
        record = self._record(scope)
        if record is None or record.version == 0:
            return Status(behind=True, position=None)
        late = record.valid_until is not None and record.valid_until <= now
        return Status(
            behind=late or record.gens != record.seen,
            position=Position(record.epoch, record.version),
            valid_until=record.valid_until,
        )

    def _load(self, scope: Scope) -> Loaded | None:
        record = self._record(scope)
        if record is None or record.doc is None or record.now is None:
            return None
        return Loaded(Position(record.epoch, record.version), record.doc, record.now, tuple(record.log))

    def _sweep(self) -> None:
        """Now and then, forget the records that nobody has refreshed for long."""
        now = self._clock()
        if now < self._next_sweep:
            return
        self._next_sweep = now + LIFE.total_seconds() / 4
        for scope in [scope for scope, record in self._records.items() if record.dies_at <= now]:
            del self._records[scope]
