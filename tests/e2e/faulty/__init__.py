"""A server that breaks where a test tells it to: settings, an app and a channel layer for tests alone.

``FAULTS`` names a folder of this server's own. What lies in it:

- a file named after a place (``Place``) holds the name of a signal: the next who comes there removes the file
  and sends that signal to the whole process, at exactly this point;
- ``clock`` holds the seconds by which the engine's clock is off;
- ``rings`` says what becomes of rings: ``drop``, ``repeat`` or ``reorder``.
"""

from enum import StrEnum
from pathlib import Path
from typing import Final

BUDGET: Final = 24 * 1024  # bytes that a client of a faulty server may leave unacknowledged
PONG_TIMEOUT_S: Final = 30.0  # a busy machine may keep an honest client from answering for some seconds


class Place(StrEnum):
    """Where a process can be made to end or to stand still."""

    BELL = "bell"  # a write has committed, and nobody was told yet
    TOLD = "told"  # marks are counted in the store, their rows not deleted yet
    COMPUTED = "computed"  # in the middle of a refresh: begun and computed, not committed
    COMMITTED = "committed"  # the document is in the store, and nobody was rung


def read_order(folder: Path, name: str) -> str:
    """What the file says; empty when there is none."""
    try:
        return (folder / name).read_text()
    except FileNotFoundError:
        return ""
