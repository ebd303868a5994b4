"""Computing one section in a test, and checking that its value holds as long as it says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from realtime.sections import Piece, Section, registry

MICROSECOND = timedelta(microseconds=1)


def section_of(key: str, audience: str) -> Section[Any]:
    """The registered section ``key`` of the audience called ``audience``."""
    (found,) = [each for each in registry.sections if (each.key, each.audience.name) == (key, audience)]
    return found


def compute(key: str, audience: str, subject: Any, now: datetime) -> Piece:
    """The section's piece for one subject: a role's name, or a user, loaded afresh."""
    return compute_all(key, audience, [subject], now)[0]


def compute_all(key: str, audience: str, subjects: Sequence[Any], now: datetime) -> list[Piece]:
    """The section's pieces for several subjects, computed together."""
    section = section_of(key, audience)
    ids = [str(getattr(subject, "pk", subject)) for subject in subjects]
    loaded = section.audience.load(ids)
    assert all(section.audience.accepts(loaded[id_]) for id_ in ids)
    pieces = {str(id_): piece for id_, piece in section.compute(list(loaded.values()), now).items()}
    return [pieces[id_] for id_ in ids]


def value(key: str, audience: str, subject: Any, now: datetime) -> Any:
    """The section's value for one subject, after a check that it holds until the instant it names."""
    piece = compute(key, audience, subject, now)
    if piece.valid_until is not None:
        assert piece.valid_until > now
        assert compute(key, audience, subject, piece.valid_until - MICROSECOND).value == piece.value
    return piece.value
