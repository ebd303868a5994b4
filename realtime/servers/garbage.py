"""The collector of reference cycles, set for a server: it makes many objects at once, and few cycles."""

import gc
from typing import Final

# A refresh of a thousand documents makes half a million objects that live until it ends. By default (700)
# the collector looks through them again and again: a third of the time that such a refresh took.
YOUNG: Final = 10_000
# Collections of the young before one of the middle-aged, and so on: Python's 10 are for small programs.
OLDER: Final = 20


def spare_the_lasting() -> None:
    """Leave out what is there by now, the programs themselves, for good; collect seldom. Call it once."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
