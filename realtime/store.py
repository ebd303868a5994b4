"""What the engine asks of a store: one record per scope, every operation atomic for each scope.

A record is ``{epoch, inc, rev, version, doc, gens, seen, valid_until, now, log}`` and lives and dies as a
whole:

- ``epoch``  random, fresh whenever the record is made anew; with ``version`` it names one document for ever.
- ``rev``    + 1 on every commit, also on one that changes nothing: what compare-and-set compares.
- ``gens``   per model, counts the marked changes; ``seen`` are the counts that the document is known to
include.
- ``valid_until``  when time alone will change the document; ``now`` the instant it was computed for.
- ``log``    the last few patches, contiguous up to ``version``.

A record written under another incarnation of the store (a Redis that restarted, perhaps with an older state)
counts as absent in every operation. Losing a whole record at any moment is harmless; losing a part of one is
not.

Every operation takes many scopes and costs one round trip (Redis: one for some hundred scopes). All of them
raise StoreUnavailable when the store cannot be reached; the outcome of that operation is then unknown.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from realtime.patch import Patch
from realtime.positions import Position as Position
from realtime.scopes import Scope
from realtime.sections import Document

# A record that nobody began for so long is forgotten: an economy, as losing a whole record is harmless. Far
# longer than the periodic full refresh of what is followed (60 s).
LIFE: Final = timedelta(minutes=15)

# How many steps a reconnecting client, or a hub that missed rings, can be brought forward by diffs: about 13
# s at the fastest pace of refreshing (one in 100 ms), minutes at the usual one.
LOG_STEPS: Final = 128


def new_epoch() -> str:
    """A fresh epoch: 64 random bits, so that none is ever made twice, whatever the store forgot."""
    return secrets.token_hex(8)


class StoreUnavailable(Exception):
    """The store did not answer; whether the operation happened is unknown."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A record as ``begin`` found or made it; ``version`` 0 means that there is no document yet."""

    epoch: str
    rev: int
    version: int
    doc: Document | None
    gens: Mapping[str, int]
    seen: Mapping[str, int]
    valid_until: datetime | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A document to put on top of ``base``; ``patch`` leads from ``base.doc`` to ``doc`` (empty: same)."""

    scope: Scope
    base: Begun
    doc: Document
    patch: Patch
    valid_until: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Committed:
    """An accepted commit; ``patch`` None: the version did not move, or it is the first document (0 → 1)."""

    position: Position
    from_version: int
    patch: Patch | None


@dataclass(frozen=True, slots=True)
class Status:
    """``behind``: absent, without a document, with unseen marks, or past ``valid_until``.

    ``valid_until`` lets a process wake exactly when time alone changes the document, not at its next look.
    """

    behind: bool
    position: Position | None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the log: the patch from ``version - 1`` to ``version``, computed for ``generated_at``."""

    version: int
    patch: Patch
    generated_at: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """A document with the log that leads up to it, in one read."""

    position: Position
    doc: Document
    generated_at: datetime
    log: Sequence[Step]


class Counters(Protocol):
    """What whoever moves marks needs of a store."""

    def mark(self, marks: Iterable[tuple[Scope, str]]) -> None:
        """Count a change of the model (its label) for each scope that has a record; others are ignored."""


class Store(Counters, Protocol):
    """See the module's docstring."""

    def begin(self, scopes: Collection[Scope]) -> dict[Scope, Begun]:
        """The records, made where absent, their lives extended."""

    def commit(self, commits: Sequence[Commit]) -> dict[Scope, Committed | None]:
        """Compare-and-set each on (present, epoch, rev); None where it was lost: throw the document away."""

    def status(self, scopes: Collection[Scope], now: datetime) -> dict[Scope, Status]:
        """Who is behind."""

    def load(self, scopes: Collection[Scope]) -> dict[Scope, Loaded]:
        """The documents; scopes without one are left out."""
