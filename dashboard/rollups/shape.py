"""What a rollup is made of: which rows of which model are summed, by whose they are and by when they were."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, F, Model, Q, Sum, Value
from django.db.models.aggregates import Aggregate
from django.db.models.expressions import Combinable

from dashboard.queries.sql import QUARTER

DAY: Final = 96  # quarters
EVERYBODY: Final = 0  # the one subject of the platform's levels


class Level(IntEnum):
    """Whose rows are summed together. Stored: a number is never given to another level."""

    PLATFORM = 0  # all tenants
    OWNER = 1
    AGENT = 2
    AI_AGENT = 3
    AI_AGENTS = 4  # all AI agents together


class Grain(IntEnum):
    """The stretch of time that a cell covers; its bucket is its first quarter (UTC), counted from 1970."""

    QUARTER = 0
    DAY = 1
    EVER = 2  # bucket 0


# Levels with few subjects keep their days for good; the others only as long as a window may reach.
KEPT_FOR_GOOD: Final = (Level.PLATFORM, Level.OWNER)
# The longest window reaches 31 days back. The rest is for clocks that are wrong, and costs little.
RETENTION_DAYS: Final = 100


def quarter_of(at: datetime) -> int:
    """The number of the quarter of an hour that holds an instant."""
    return int(at.timestamp() // QUARTER.total_seconds())


def start_of(quarter: int) -> datetime:
    """The instant at which a quarter starts."""
    return datetime.fromtimestamp(quarter * QUARTER.total_seconds(), UTC)


def is_kept(level: int, grain: Grain, bucket: int, horizon: int) -> bool:
    """Whether a cell is still of use; ``horizon`` is the first quarter that windows may reach."""
    return grain is Grain.EVER or bucket >= horizon or (grain is Grain.DAY and level in KEPT_FOR_GOOD)


def horizon_of(now: datetime) -> int:
    """The first quarter, at the start of a day, that is kept at ``now``."""
    today = quarter_of(now) // DAY * DAY
    return today - RETENTION_DAYS * DAY


@dataclass(frozen=True)
class Measure:
    """What a row adds to a sum: ``amount`` if it is one of ``only``. Sums of no rows are 0."""

    only: Q = field(default_factory=Q)
    amount: Combinable = field(default_factory=lambda: Value(1))

    def total(self) -> Aggregate:
        """The sum over rows that have a ``sign``: +1 for what came, -1 for what went."""
        return Sum(F("sign") * self.amount, filter=self.only or None, output_field=BigIntegerField())


@dataclass(frozen=True)
class Dated:
    """Measures that are dated by the same instant: the fields of ``record``, a NamedTuple of numbers.

    ``subjects`` names, by level, the column that says whose a row is (a row where it is null counts for
    nobody); None: every row counts.
    """

    at: str
    record: Callable[..., Any]
    measures: Mapping[str, Measure]
    subjects: Mapping[Level, str | None]

    @property
    def none(self) -> Any:
        return self.record(*[0] * len(self.measures))


class Lender(NamedTuple):
    """A one-to-one companion of the counted rows: its related name, and its column that points at them."""

    model: type[Model]
    name: str
    key: str
    column: str


@dataclass(frozen=True, eq=False)
class Rollup:
    """The sums of one model. ``journal`` has the columns that they are made of, under the same names.

    ``borrowed`` names the journal's columns that are a companion's.
    ``tallies`` counts rows by the values of some columns, whenever they were.
    """

    source: type[Model]
    journal: type[Model]
    cells: type[Model]
    owner: str
    dated: Mapping[str, Dated]  # by the prefix of their columns
    derived: Mapping[str, Any] = field(default_factory=dict)
    borrowed: Mapping[str, Lender] = field(default_factory=dict)
    tallied: tuple[str, ...] = ()
    tallies: type[Model] | None = None

    @cached_property
    def name(self) -> str:
        return str(self.source._meta.verbose_name_plural)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of a cell that hold sums."""
        return tuple(f"{prefix}_{name}" for prefix, dated in self.dated.items() for name in dated.measures)

    @cached_property
    def slices(self) -> Mapping[str, slice]:
        """Where the sums of each dating stand among the columns."""
        found, start = {}, 0
        for prefix, dated in self.dated.items():
            found[prefix] = slice(start, start + len(dated.measures))
            start += len(dated.measures)
        return found

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """What rows are told apart by: whose they are, their quarters, what they are tallied by."""
        columns = {column for dated in self.dated.values() for column in dated.subjects.values()}
        quarters = [f"quarter_of_{dated.at}" for dated in self.dated.values()]
        return (*sorted({self.owner, *filter(None, columns)}), *quarters, *self.tallied)

    def aggregates(self) -> dict[str, Aggregate]:
        """The sums, by column."""
        return {
            f"{prefix}_{name}": measure.total()
            for prefix, dated in self.dated.items()
            for name, measure in dated.measures.items()
        }
