"""One followed document as a process holds it: position, window of changes, frames encoded once."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from realtime import patch as patches
from realtime.patch import Patch
from realtime.positions import Position
from realtime.protocol import Diff, Frame, Reason, Snapshot, encode, encode_raw
from realtime.scopes import Scope

if TYPE_CHECKING:
    import msgspec

    from realtime.sections import Document
    from realtime.session import Session
    from realtime.store import Loaded, Step


@dataclass(frozen=True, slots=True)
class Change:
    """A committed step of a document, as it is rung; ``document`` is at hand where it was computed here."""

    scope: Scope
    epoch: str
    from_version: int
    version: int
    patch: Patch
    generated_at: datetime
    document: "Document | None" = None


class Verdict(Enum):
    """What a ring did to the feed."""

    MOVED = auto()
    KNOWN = auto()  # the document is there already, or further
    LOAD = auto()  # only the store can tell


class Feed:
    """A document that somebody here watches, and what it takes to bring any session to its present.

    ``position`` is one object for as long as the document stands there: sessions compare it by identity.
    """

    __slots__ = (
        "_composed",
        "_latest",
        "_previous",
        "_raw",
        "_snapshots",
        "_window",
        "document",
        "generated_at",
        "kind",
        "position",
        "scope",
        "sessions",
        "steps",
    )

    def __init__(self, scope: Scope, window: int) -> None:
        self.scope = scope
        self.kind = scope.kind
        self.position: Position | None = None
        self.document: Document | None = None
        self.generated_at: datetime | None = None
        # Contiguous, of one epoch, ending at ``position``.
        self.steps: deque[tuple[int, Patch]] = deque()
        self.sessions: set[Session] = set()
        self._window = window
        self._forget_frames()
        self._previous: Position | None = None

    # What moves it

    def ring(self, change: Change) -> Verdict:
        """Apply a rung change if it starts where the document stands; a ring never changes the epoch."""
        here = self.position
        if here is None or self.document is None or change.epoch != here.epoch:
            return Verdict.LOAD
        if change.version <= here.version:
            return Verdict.KNOWN
        if change.from_version != here.version or change.version != here.version + 1:
            return Verdict.LOAD
        document = change.document
        if document is None:
            try:
                document = patches.apply(self.document, change.patch)
            except (patches.PatchError, TypeError):  # whoever rang, it was no commit of this document
                return Verdict.LOAD
        self._previous = here
        self._stand(Position(here.epoch, change.version), document, change.generated_at)
        self.steps.append((change.version, change.patch))
        if len(self.steps) > self._window:
            self.steps.popleft()
        return Verdict.MOVED

    def adopt(self, loaded: "Loaded") -> bool:
        """Take over what the store holds, if it is another epoch or further; whether the document moved."""
        here = self.position
        there = loaded.position
        if here is not None and here.epoch == there.epoch and there.version <= here.version:
            return False
        self._previous = None
        self.steps = _contiguous(loaded.log, loaded.position.version, self._window)
        self._stand(loaded.position, loaded.doc, loaded.generated_at)
        return True

    def _stand(self, position: Position, document: "Document", generated_at: datetime) -> None:
        self.position, self.document, self.generated_at = position, document, generated_at
        self._forget_frames()

    def _forget_frames(self) -> None:
        self._latest: Frame | None = None
        self._composed: dict[int, Frame | None] = {}
        self._snapshots: dict[Reason, Frame] = {}
        self._raw: msgspec.Raw | None = None

    # What it gives

    def connects(self, position: Position) -> bool:
        """Whether the window leads from ``position`` to the present."""
        here = self.position
        if here is None or position.epoch != here.epoch:
            return False
        return here.version - len(self.steps) <= position.version <= here.version

    def frame_since(self, sent: Position | None, reason: Reason) -> Frame:
        """The frame that brings a session from ``sent`` to the present; ``reason`` is for a snapshot.

        A session that stands one step behind, which is the normal case, gets the frame all the others get.
        """
        if sent is not None:
            if sent is self._previous:
                if self._latest is None:
                    self._latest = self._diff(sent.version, self.steps[-1][1])
                return self._latest
            if (composed := self.diff_since(sent)) is not None:
                return composed
        return self._snapshot(reason)

    def diff_since(self, position: Position) -> Frame | None:
        """One diff from ``position`` to the present; None: none leads there, or a snapshot is shorter."""
        return self._compose(position.version) if self.connects(position) else None

    def _compose(self, version: int) -> Frame | None:
        """One diff over any number of steps, encoded once for all that stand there."""
        if version not in self._composed:
            assert self.position is not None
            missing = self.position.version - version
            steps = [step for _, step in self.steps][len(self.steps) - missing :]
            frame = self._diff(version, patches.compose(steps))
            longer = missing > 1 and frame.size >= self._snapshot(Reason.SLOW).size
            self._composed[version] = None if longer else frame
        return self._composed[version]

    def _diff(self, from_version: int, patch: Patch) -> Frame:
        assert self.position is not None
        assert self.generated_at is not None
        here = self.position
        return encode(Diff(self.kind, here.epoch, from_version, here.version, self.generated_at, patch))

    def _snapshot(self, reason: Reason) -> Frame:
        frame = self._snapshots.get(reason)
        if frame is None:
            assert self.position is not None
            assert self.generated_at is not None
            assert self.document is not None
            if self._raw is None:
                self._raw = encode_raw(self.document)
            here = self.position
            frame = self._snapshots[reason] = encode(
                Snapshot(self.kind, here.epoch, here.version, self.generated_at, reason, self._raw)
            )
        return frame


def _contiguous(log: "Sequence[Step]", version: int, limit: int) -> deque[tuple[int, Patch]]:
    """The end of the log that leads to ``version`` without a hole."""
    steps: deque[tuple[int, Patch]] = deque()
    for step in reversed(log):
        if step.version != version - len(steps) or len(steps) == limit:
            break
        steps.appendleft((step.version, step.patch))
    return steps
