"""What is going to happen, in order of time, and at which pace. Pure."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

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


@dataclass(slots=True)
class Stage:
    """What everything that is played shares: the agenda, the pace and chance."""

    random: Random
    speed: float = 1.0  # 2 lets everything take half as long
    agenda: Agenda = field(default_factory=Agenda)

    def after(self, since: datetime, seconds: float) -> datetime:
        """When something that takes ``seconds`` in a real call centre is over, having begun at ``since``."""
        return since + timedelta(seconds=seconds / self.speed)
