"""When which documents may be refreshed. Pure."""

from collections.abc import Iterable
from typing import Final

from realtime.scopes import Scope

# The longest rest after a refresh, in seconds: less than a new viewer waits for a document (10 s). One that
# seems to call for more stood still with its process, and used the database for no share of that time.
LONGEST_REST: Final = 5.0


class Pacer:
    """The first change after a quiet spell is due at once; then each scope only every ``interval`` seconds.

    All refreshes together take at most ``share`` of the time: after one that took d seconds, the next starts
    no sooner than d / share after that one's start, or LONGEST_REST after its end. Waiting changes coalesce.
    """

    def __init__(self, interval: float, share: float) -> None:
        self._interval = interval
        self._share = share
        self._wanted: set[Scope] = set()
        self._started: dict[Scope, float] = {}  # of the last interval alone
        self._not_before = float("-inf")

    def __len__(self) -> int:
        return len(self._wanted)

    def want(self, scopes: Iterable[Scope]) -> None:
        """These are behind."""
        self._wanted.update(scopes)

    def forget(self, scope: Scope) -> None:
        """Nobody watches it any more."""
        self._wanted.discard(scope)

    def take(self, now: float) -> tuple[list[Scope], float | None]:
        """What may be refreshed at ``now``; if nothing, the seconds to wait (None: until one is wanted)."""
        if not self._wanted:
            return [], None
        if now < self._not_before:
            return [], self._not_before - now
        self._started = {
            scope: started for scope, started in self._started.items() if now < started + self._interval
        }
        due = [scope for scope in self._wanted if scope not in self._started]
        if not due:
            return [], min(self._started[scope] for scope in self._wanted) + self._interval - now
        self._wanted.difference_update(due)
        self._started.update(dict.fromkeys(due, now))
        return due, None

    def took(self, started: float, ended: float) -> None:
        """A refresh ran from ``started`` to ``ended``."""
        self._not_before = min(started + (ended - started) / self._share, ended + LONGEST_REST)
