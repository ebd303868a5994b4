"""The state of one connection: what it was sent, what it acknowledged, when it ends. Pure: no I/O, no clock.

The whole state of the documents is ``sent``: there is no queue of diffs, and one method, ``pump``, sends
documents. Connect, resume, a slow client and a gap are one mechanism: from where the session stands to now.

Times are seconds of one monotonic clock and are passed in.
"""

import secrets
from collections.abc import Callable
from typing import NamedTuple, Protocol

from realtime.errors import BadMessage
from realtime.limits import FrameCounter, Limits
from realtime.positions import Position
from realtime.protocol import (
    Authenticate,
    Authenticated,
    ClientPing,
    ClientPong,
    CloseCode,
    Error,
    Farewell,
    Frame,
    Ping,
    Pong,
    Reason,
    Resumed,
    Resync,
    Retry,
    ServerFrame,
    decode,
    encode,
    fatal,
)


class Source(Protocol):
    """The followed document, as a session sees it."""

    @property
    def kind(self) -> str: ...

    @property
    def position(self) -> Position | None: ...

    def connects(self, position: Position) -> bool: ...

    def diff_since(self, position: Position) -> Frame | None: ...

    def frame_since(self, sent: Position | None, reason: Reason) -> Frame: ...


class _Ping(NamedTuple):
    seq: str
    total: int  # bytes sent up to and with this ping
    at: float


class Session:
    """One connection. ``emit`` hands a frame to the socket; ``blocked`` is set while that is stuck."""

    __slots__ = (
        "_acked",
        "_counter",
        "_emit",
        "_half",
        "_held",
        "_limits",
        "_marked",
        "_next_ping",
        "_pings",
        "_reasons",
        "_resynced",
        "_resyncs_due",
        "_total",
        "bad_messages",
        "blocked",
        "expires_at",
        "open",
        "resyncs",
        "sent",
        "sources",
    )

    def __init__(
        self,
        limits: Limits,
        emit: Callable[[Frame], None],
        *,
        now: float,
        expires_at: float,
        first_ping: float,
    ) -> None:
        self._limits = limits
        self._emit = emit
        self._half = limits.budget // 2
        self._counter = FrameCounter(limits)
        self._total = 0  # bytes emitted
        self._marked = 0  # of them, up to the last ping
        self._acked = 0  # of them, up to the last answered ping
        self._pings: list[_Ping] = []  # outstanding, oldest first
        self._next_ping = now + first_ping
        self._held: frozenset[str] = frozenset()  # kinds that the budget held back
        # Of a snapshot that is due, where it is not for the usual reasons.
        self._reasons: dict[str, Reason] = {}
        self._resynced: dict[str, float] = {}
        self._resyncs_due: frozenset[str] = frozenset()
        self.sources: dict[str, Source] = {}
        self.sent: dict[str, Position | None] = {}
        self.expires_at = expires_at
        self.blocked = False
        self.open = True
        self.resyncs = 0  # asked for by the client: more than none is a defect of it or of ours
        self.bad_messages = 0

    @property
    def unacknowledged(self) -> int:
        """Bytes emitted since the last ping that was answered."""
        return self._total - self._acked

    # Documents

    def attach(self, source: Source, resume: Position | None, now: float) -> None:
        """Follow ``source``, from ``resume`` if a diff leads from there to the present; then pump."""
        kind, here = source.kind, source.position
        assert here is not None, "a session is attached to a document that is there"
        self.sources[kind] = source
        self.sent[kind] = None
        if resume is None:
            self._reasons[kind] = Reason.CONNECT
        elif resume == here or source.diff_since(resume) is not None:
            # Positions of a source are compared by identity.
            self.sent[kind] = here if resume == here else resume
            self.say(Resumed(kind, resume.epoch, resume.version), now)
        elif resume.epoch != here.epoch:
            self._reasons[kind] = Reason.EPOCH
        else:
            self._reasons[kind] = Reason.SLOW if source.connects(resume) else Reason.GAP
        self.pump(source, now)

    def pump(self, source: Source, now: float) -> None:
        """Bring the client from where it stands to where the document stands, if it may be sent anything."""
        kind, here = source.kind, source.position
        sent = self.sent[kind]
        if sent is here or here is None or not self.open:
            return
        if self.blocked or self._total - self._acked >= self._limits.budget:
            self._held |= {kind}
            return
        self.sent[kind] = here
        self._out(source.frame_since(sent, self._reason(kind, sent, here)), now)

    def _reason(self, kind: str, sent: Position | None, here: Position) -> Reason:
        """Why it would be a snapshot, should it be one."""
        if sent is not None and sent.epoch == here.epoch and not self._held and not self._reasons:
            return Reason.GAP
        held = kind in self._held
        self._held -= {kind}
        reason = self._reasons.pop(kind, None)
        if reason is not None:
            return reason
        if sent is not None and sent.epoch != here.epoch:
            return Reason.EPOCH
        return Reason.SLOW if held else Reason.GAP

    def pump_all(self, now: float) -> None:
        """Pump every document: after a pong, and when the socket is free again."""
        for source in self.sources.values():
            self.pump(source, now)

    # Sending

    def say(self, frame: ServerFrame, now: float) -> None:
        """Send a frame of this connection's own."""
        self._out(encode(frame), now)

    def _out(self, frame: Frame, now: float) -> None:
        self._total += frame.size
        self._emit(frame)
        # Also while another ping is outstanding, or a client that reads could get stuck at the budget.
        if self.open and self._total - self._marked >= self._half:
            self._ping(now)

    def _ping(self, now: float) -> None:
        seq = secrets.token_urlsafe(9)  # unguessable: only who has read this far can answer
        heads = {kind: sent for kind, sent in self.sent.items() if sent is not None}
        frame = encode(Ping(seq, heads))
        self._total += frame.size
        self._marked = self._total
        self._pings.append(_Ping(seq, self._total, now))
        self._next_ping = now + self._limits.ping_interval
        self._emit(frame)

    # Receiving

    def received(self, text: str | None, now: float) -> Farewell | Authenticate | None:
        """Take in a client's frame (None: binary); the caller acts on an Authenticate or a Farewell."""
        if self._counter.too_many(now):
            return too_many_frames()
        try:
            frame = decode(text)
        except BadMessage as error:
            return self._bad(str(error), now)
        if isinstance(frame, ClientPong):
            self._pong(frame.seq, now)
        elif isinstance(frame, Resync):
            return self._resync(frame.scope, now)
        elif isinstance(frame, ClientPing):
            self.say(Pong(frame.id), now)
        else:
            return frame
        return None

    def authenticated(self, frame: Authenticated, expires_at: float, now: float) -> None:
        """A fresh token of the same user was accepted."""
        self.expires_at = expires_at
        self.say(frame, now)

    def _bad(self, why: str, now: float) -> Farewell | None:
        self.bad_messages += 1
        self.say(Error("bad_message", why, fatal=False, retry=Retry.NEVER), now)
        return too_many_frames() if self._counter.too_bad(now) else None

    def _pong(self, seq: str, now: float) -> None:
        for index, ping in enumerate(self._pings):
            if ping.seq == seq:
                self._acked = ping.total
                del self._pings[: index + 1]
                self.pump_all(now)
                return

    def _resync(self, kind: str, now: float) -> Farewell | None:
        source = self.sources.get(kind)
        if source is None:
            return self._bad("no such scope on this connection", now)
        self.resyncs += 1
        last = self._resynced.get(kind)
        if last is not None and now - last < self._limits.resync_interval:
            self._resyncs_due |= {kind}
        else:
            self._snapshot_anew(source, now)
        return None

    def _snapshot_anew(self, source: Source, now: float) -> None:
        self._resynced[source.kind] = now
        self._resyncs_due -= {source.kind}
        self.sent[source.kind] = None
        self._reasons[source.kind] = Reason.RESYNC
        self.pump(source, now)

    # Time

    def tick(self, now: float) -> Farewell | None:
        """What is due at ``now``: pings, coalesced resyncs; or the end of the connection."""
        if now >= self.expires_at:
            return fatal(
                CloseCode.UNAUTHENTICATED, "token_expired", "the access token expired", Retry.REFRESH_TOKEN
            )
        if self._pings and now - self._pings[0].at >= self._limits.pong_timeout:
            return fatal(
                CloseCode.TOO_SLOW, "too_slow", "a ping was left unanswered for too long", Retry.BACKOFF
            )
        for kind in self._resyncs_due:
            if now - self._resynced[kind] >= self._limits.resync_interval:
                self._snapshot_anew(self.sources[kind], now)
        if now >= self._next_ping:
            self._ping(now)
        return None


def too_many_frames() -> Farewell:
    """The end of a client that floods, or keeps sending what cannot be read."""
    message = "too many frames, or too many that could not be read"
    return fatal(CloseCode.TOO_MANY, "too_many_frames", message, Retry.BACKOFF)
