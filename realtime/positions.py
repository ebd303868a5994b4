"""Where a document stands. Pure."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, slots=True)
class Position:
    """``version`` counts the changes within ``epoch``; together they name one document for ever."""

    epoch: Annotated[str, Meta(description="The document's history: random.")]
    version: Annotated[int, Meta(description="Plus one for each change.")]
