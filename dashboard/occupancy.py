"""How busy an agent was: from the history of states to a percentage. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

HANDLING: Final = frozenset({"on_call", "wrap_up"})
IDLE: Final = frozenset({"available"})


class Stretch(NamedTuple):
    """An agent's time in one state; the present one has no end."""

    state: str
    since: datetime
    until: datetime | None


def occupancy(stretches: Iterable[Stretch], start: datetime, end: datetime) -> float | None:
    """Handling of handling and idle time within [start, end), percent with one decimal; None without either.

    Handling is on_call and wrap_up, idle is available; breaks and offline are neither.
    """
    handling = idle = timedelta()
    for stretch in stretches:
        within = min(stretch.until or end, end) - max(stretch.since, start)
        if within > timedelta():
            if stretch.state in HANDLING:
                handling += within
            elif stretch.state in IDLE:
                idle += within
    whole = handling + idle
    return round(100 * (handling / whole), 1) if whole else None
