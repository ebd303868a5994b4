"""What every serving process does for the sums in the background."""

from datetime import UTC, datetime
from random import Random
from typing import Final

from dashboard.rollups.checking import check
from dashboard.rollups.keeping import fold, forget
from realtime.chores import add_chore
from realtime.conf import engine_settings

# Reading costs a little more for every change that is not folded in yet; folding them together costs less.
FOLD_EVERY: Final = 1.0
FORGET_EVERY: Final = 3600.0
_RANDOM: Final = Random()


def start_chores() -> None:
    """Have the sums kept; call it once, at start-up."""
    add_chore("fold", FOLD_EVERY, fold)
    add_chore("check", engine_settings().full_refresh, lambda: check(datetime.now(UTC), _RANDOM))
    add_chore("forget", FORGET_EVERY, lambda: forget(datetime.now(UTC)))
