"""The registry of sections: who computes which top-level key of which documents, for many scopes at once.

A section is a pure function of (rows, now). It is written once and serves one viewer (REST) and ten thousand
(a refresh): there is no second code path.

    @section("callback_management", audience=USERS, reads=[Callback])
    def callback_management(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
        '''Callbacks of each owner; overdue means due_at < now and still scheduled.'''
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

import msgspec
from django.db.models import Model

from realtime.scopes import Scope

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Document: TypeAlias = dict[str, "Json"]

S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Piece:
    """One section's value for one scope, and the next instant at which time alone changes it."""

    value: Json
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Audience(Generic[S]):
    """The scopes of one kind that a section serves, as the subjects it takes (users, role names, …)."""

    name: str
    kind: str
    # Scope ids → subjects, in one query however many; ids without a subject are left out. Audiences of one
    # kind share one loader, so that a refresh loads each kind once.
    load: Callable[[Sequence[str]], Mapping[str, Any]]
    accepts: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Section(Generic[S]):
    """A registered section: ``compute`` fills the top-level ``key`` of every document of its ``audience``.

    ``compute(subjects, now)`` returns a Piece by subject id (the scope's id, or the int it spells). A subject
    that is absent from the answer has no such key in its document. ``now`` is floored to ``tick`` where one
    is named.
    """

    key: str
    audience: Audience[S]
    compute: Callable[[Sequence[S], datetime], Mapping[Any, Piece]]
    reads: tuple[type[Model], ...]
    tick: timedelta | None = None


class DuplicateSection(ValueError):
    """Two sections claim one top-level key of one audience, or of one document."""


class UnexpectedPiece(ValueError):
    """A section answered for somebody it was not asked about."""


@dataclass(slots=True)
class Registry:
    """The sections of a service; the engine's default one is ``registry``."""

    sections: list[Section[Any]] = field(default_factory=list)

    def register(self, new: Section[Any]) -> None:
        for old in self.sections:
            if (old.key, old.audience.name) == (new.key, new.audience.name):
                raise DuplicateSection(f"{new.key!r} of {new.audience.name!r} has a section already")
        self.sections.append(new)

    @contextmanager
    def registered(self, new: Section[Any]) -> Iterator[None]:
        """Register for one block (tests, extensions that come and go)."""
        self.register(new)
        try:
            yield
        finally:
            self.sections.remove(new)


registry = Registry()


def section(
    key: str,
    *,
    audience: Audience[S],
    reads: Iterable[type[Model]],
    tick: timedelta | None = None,
    into: Registry = registry,
) -> Callable[
    [Callable[[Sequence[S], datetime], Mapping[Any, Piece]]],
    Callable[[Sequence[S], datetime], Mapping[Any, Piece]],
]:
    """Register the decorated function as the section ``key`` of ``audience``; see ``Section``."""

    def decorate(
        compute: Callable[[Sequence[S], datetime], Mapping[Any, Piece]],
    ) -> Callable[[Sequence[S], datetime], Mapping[Any, Piece]]:
        into.register(Section(key, audience, compute, tuple(reads), tick))
        return compute

    return decorate


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
_memo: ContextVar[dict[Hashable, Any] | None] = ContextVar("realtime_sections_memo", default=None)


def shared(function: Callable[P, R]) -> Callable[P, R]:
    """Compute once per refresh what several sections need; arguments must be hashable (tuples, not lists).

    Outside a refresh the function simply runs.
    """

    @wraps(function)
    def once(*args: P.args, **kwargs: P.kwargs) -> R:
        memo = _memo.get()
        if memo is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        if key not in memo:
            memo[key] = function(*args, **kwargs)
        value: R = memo[key]
        return value

    return once


@dataclass(frozen=True, slots=True)
class Computed:
    """A document computed afresh: its data, and the instant until which time alone does not change it."""

    data: Document
    valid_until: datetime | None


def floor_to(now: datetime, tick: timedelta) -> datetime:
    """The last multiple of ``tick`` since the epoch of 1970 that is not after ``now``."""
    since = now - datetime.fromtimestamp(0, UTC)
    return now - since % tick


def compute(scopes: Iterable[Scope], now: datetime, source: Registry = registry) -> dict[Scope, Computed]:
    """The documents of ``scopes`` at ``now``: each section runs once for all of them.

    The caller opens the database snapshot. A scope that no subject stands behind has an empty document.
    Raises UnexpectedPiece or DuplicateSection rather than let a value stand in the wrong document.
    """
    asked: dict[str, dict[str, _Draft]] = {}
    for scope in scopes:
        asked.setdefault(scope.kind, {})[scope.id] = _Draft()
    token = _memo.set({})
    try:
        loaded: dict[tuple[str, Any], Mapping[str, Any]] = {}
        for part in source.sections:
            drafts = asked.get(part.audience.kind)
            if not drafts:
                continue
            who = (part.audience.kind, part.audience.load)
            if who not in loaded:
                loaded[who] = part.audience.load(list(drafts))
            chosen = [subject for subject in loaded[who].values() if part.audience.accepts(subject)]
            if chosen:
                _fill(part, drafts, chosen, now)
    finally:
        _memo.reset(token)
    # What a store gives back must be what went in: tuples become lists, keys strings (to_builtins would keep
    # tuples). And a value that two documents share becomes each one's own.
    return {
        Scope(kind, id_): Computed(_decode(_encode(draft.data)), draft.valid_until)
        for kind, drafts in asked.items()
        for id_, draft in drafts.items()
    }


@dataclass(slots=True)
class _Draft:
    data: Document = field(default_factory=dict)
    valid_until: datetime | None = None


def _fill(part: Section[Any], drafts: Mapping[str, _Draft], subjects: Sequence[Any], now: datetime) -> None:
    """Let one section write its key into every document."""
    moment = floor_to(now, part.tick) if part.tick else now
    next_tick = moment + part.tick if part.tick else None
    for id_, piece in part.compute(subjects, moment).items():
        draft = drafts.get(str(id_))
        if draft is None:
            stranger = f"{part.audience.kind}.{id_}"
            raise UnexpectedPiece(f"{part.key!r} of {part.audience.name!r} answered for {stranger}")
        if part.key in draft.data:
            raise DuplicateSection(f"two sections fill {part.key!r} of {part.audience.kind}.{id_}")
        draft.data[part.key] = piece.value
        draft.valid_until = earliest(draft.valid_until, piece.valid_until, next_tick)


def earliest(*instants: datetime | None) -> datetime | None:
    """The first of the instants; None stands for never."""
    return min((instant for instant in instants if instant is not None), default=None)
