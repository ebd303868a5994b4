"""What is going to happen, in order of time. Pure."""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

Action = Callable[[datetime], None]


class Agenda:
    """Actions by instant; of two at one instant, the one entered first comes first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Action]] = []
        self._order = count()

    def enter(self, at: datetime, action: Action) -> None:
        """Do ``action`` at ``at``; it is called with the instant at which it is really done."""
        heapq.heappush(self._heap, (at, next(self._order), action))

    def due(self, now: datetime) -> Iterator[Action]:
        """Take out what is due, also what is entered for now meanwhile."""
        while self._heap and self._heap[0][0] <= now:
            yield heapq.heappop(self._heap)[2]

    @property
    def next_at(self) -> datetime | None:
        """When the next action is due; None when there is none."""
        return self._heap[0][0] if self._heap else None
