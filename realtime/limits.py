"""What one connection may cost, and the counting of its frames. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one connection; times in seconds, sizes in bytes. Defaults are the protocol's."""

    # Bytes sent and not acknowledged at which no more documents are sent; every half of it, an early ping.
    budget: int = 256 * 1024
    ping_interval: float = 20.0
    # Age of the oldest unanswered ping at which the connection is closed.
    pong_timeout: float = 60.0
    frames_per_second: int = 20
    bad_frames_per_minute: int = 10
    # Between two snapshots that a client asks for, of one scope.
    resync_interval: float = 5.0
    # For the first frame of a client that sent no token with its handshake.
    authenticate_timeout: float = 10.0


class FrameCounter:
    """Counts what a client sends: too many frames in a second, or too much nonsense in a minute, ends it."""

    __slots__ = ("_bad", "_frames", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._frames: list[float] = []
        self._bad: list[float] = []

    def too_many(self, now: float) -> bool:
        """Count a frame at ``now``; whether it is one too many."""
        return self._count(self._frames, now, 1.0) > self._limits.frames_per_second

    def too_bad(self, now: float) -> bool:
        """Count a frame that could not be read; whether the client keeps doing it."""
        return self._count(self._bad, now, 60.0) >= self._limits.bad_frames_per_minute

    @staticmethod
    def _count(times: list[float], now: float, window: float) -> int:
        times.append(now)
        while times[0] <= now - window:
            del times[0]
        return len(times)
