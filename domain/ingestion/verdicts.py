"""What reading an event may end with, other than by applying it.

Ignored       nothing to apply
NotYet        something else has to come first: failed, to be sent again
DomainError   it can never be applied: failed, and not to be sent again
"""

import json
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
from django.utils import timezone

from domain.errors import InvalidInput

T = TypeVar("T")

# Clocks differ; beyond that, what has not happened is not reported.
AHEAD: Final = timedelta(minutes=5)
FIRST_YEAR: Final = 2000  # what lies before is a wrong unit or a wrong clock


class Ignored(Exception):
    """There is nothing to apply: old news, or nothing that is kept here."""


class NotYet(Exception):
    """Another event, or a row, has to be there first; to be sent again."""


def read(payload: dict[str, Any], form: type[T]) -> T:
    """``payload`` as ``form``; InvalidInput names the place that does not fit."""
    try:
        return msgspec.convert(payload, form)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at ")
        raise InvalidInput(place.strip("`$.") or "event", f"{text}{place and f' ({place})'}") from None


def happened(at: datetime) -> datetime:
    """``at``, or InvalidInput for an instant at which nothing can have happened."""
    if at.year < FIRST_YEAR or at > timezone.now() + AHEAD:
        raise InvalidInput("at", f"Nothing can have happened at {at.isoformat()}.")
    return at


def storable(payload: dict[str, Any]) -> dict[str, Any]:
    """``payload``, or InvalidInput for what Python reads and PostgreSQL's jsonb refuses.

    That is NUL, and halves of surrogate pairs.
    """
    try:
        if "\\u0000" in json.dumps(payload, ensure_ascii=True):
            raise ValueError("it contains NUL")
        json.dumps(payload, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("body", "The body is not JSON that can be stored.") from error
    return payload
