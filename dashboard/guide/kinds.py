"""The words in which the guide describes a key: what it holds, its unit, and when time alone changes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of value. ``holds`` is true of the values that a document may have there, null left out."""

    name: str
    holds: Callable[[Any], bool]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """What the guide says of one key. ``clock``: when time alone changes it, empty if it never does.

    ``meaning`` is empty for figures: their text is in ``dashboard.definitions``.
    """

    kind: Kind
    nullable: bool = False
    clock: str = ""
    meaning: str = ""

    @property
    def or_null(self) -> "Key":
        """The same, or null."""
        return replace(self, nullable=True)

    def at(self, clock: str) -> "Key":
        """The same, which time alone changes."""
        return replace(self, clock=clock)

    def means(self, meaning: str) -> "Key":
        """The same, with its text."""
        return replace(self, meaning=meaning)

    def holds(self, value: Any) -> bool:
        """Whether a document may have ``value`` here."""
        return self.nullable if value is None else self.kind.holds(value)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _parses(parse: Callable[[str], object]) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        try:
            parse(value)
        except (TypeError, ValueError):
            return False
        return True

    return holds


_is_instant: Final = _parses(datetime.fromisoformat)


def _is_utc(value: Any) -> bool:
    return _is_instant(value) and value.endswith("Z")


def _is_share(value: Any) -> bool:
    return _is_number(value) and 0 <= value <= 100


def _rates(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == {"today", "week", "month", "all"}
        and all(each is None or holds(each) for each in value.values())
    )


def _is_trend(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    numbers = {"today", "week", "month", "current", "previous"}
    change = value.get("change_pct")
    return (
        value.keys() == numbers | {"change_pct", "trend"}
        and all(_is_number(value[name]) for name in numbers)
        and (change is None or _is_number(change))
        and value["trend"] in ("up", "down", "stable")
    )


COUNT: Final = Key(Kind("integer", _is_integer))
LEVEL: Final = Key(Kind("integer", lambda value: _is_integer(value) and 0 <= value <= 100, "%, 0–100"))
PRIORITY: Final = Key(Kind("integer", lambda value: _is_integer(value) and 1 <= value <= 5, "1–5"))
MINUTES: Final = Key(Kind("integer", _is_integer, "minutes"))
DAYS: Final = Key(Kind("integer", lambda value: _is_integer(value) and value >= 0, "days"))
WHOLE_SECONDS: Final = Key(Kind("integer", _is_integer, "seconds"))
ID: Final = Key(Kind("integer", _is_integer))
TEXT_ID: Final = Key(Kind("string", _is_text))
MONEY: Final = Key(Kind("number", _is_number, "`currency`"))
# A share or a mean of nothing is null.
PERCENT: Final = Key(Kind("number", _is_share, "%, 0–100"), nullable=True)
SECONDS: Final = Key(Kind("number", _is_number, "seconds"), nullable=True)
RATING: Final = Key(Kind("number", lambda value: _is_number(value) and 1 <= value <= 5, "1–5"), nullable=True)
RATES: Final = Key(Kind("rates", _rates(_is_share), "%, 0–100"))
MEANS: Final = Key(Kind("rates", _rates(_is_number), "seconds"))
TREND: Final = Key(Kind("trend", _is_trend))
MONEY_TREND: Final = Key(Kind("trend", _is_trend, "`currency`"))
INSTANT: Final = Key(Kind("instant", _is_utc))
DATE: Final = Key(Kind("date", _parses(date.fromisoformat)))
WALL_CLOCK: Final = Key(Kind("time", _parses(time.fromisoformat), "`HH:MM`"))
TEXT: Final = Key(Kind("string", _is_text))
FLAG: Final = Key(Kind("boolean", lambda value: isinstance(value, bool)))
LIST: Final = Key(Kind("list", lambda value: isinstance(value, list)))
COUNTS: Final = Key(
    Kind("list of integers", lambda value: isinstance(value, list) and all(map(_is_integer, value)))
)
TEXTS: Final = Key(
    Kind("list of strings", lambda value: isinstance(value, list) and all(map(_is_text, value)))
)


def one_of(*words: str) -> Key:
    """A string that is one of the words."""
    return Key(Kind(" ".join(f"`{word}`" for word in words), lambda value: value in words))
