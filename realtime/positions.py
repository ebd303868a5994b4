"""Where a document stands. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Position:
    """``version`` counts the changes within ``epoch``; together they name one document for ever."""

    epoch: str
    version: int
