"""One whole body of the comprehensive dashboard per role, for the documentation; lists are shortened."""

import json
from functools import cache
from pathlib import Path
from typing import Final, cast

from realtime.sections import Document

FOLDER: Final = Path(__file__).parent / "example_documents"


@cache
def example(role: str) -> Document:
    """What an ``admin``, a ``user`` or an ``agent`` may get."""
    return cast(Document, json.loads((FOLDER / f"{role}.json").read_text()))
