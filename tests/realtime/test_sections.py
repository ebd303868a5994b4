"""Sections: each runs once for all scopes, and nothing it says can stand in the wrong document."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from realtime.patch import same
from realtime.scopes import Scope
from realtime.sections import (
    Audience,
    Computed,
    DuplicateSection,
    Piece,
    Registry,
    Section,
    UnexpectedPiece,
    compute,
    floor_to,
    section,
    shared,
)

NOW = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
SEVEN, EIGHT = Scope("user", "7"), Scope("user", "8")
loads: list[list[str]] = []


def load(ids: Sequence[str]) -> Mapping[str, int]:
    loads.append(list(ids))
    return {id_: int(id_) for id_ in ids if int(id_) < 100}


USERS: Audience[int] = Audience("users", "user", load, lambda user: True)
EVEN: Audience[int] = Audience("even users", "user", load, lambda user: user % 2 == 0)
ROLES: Audience[str] = Audience("roles", "role", lambda ids: {id_: id_ for id_ in ids}, lambda role: True)


@pytest.fixture(autouse=True)
def _no_loads() -> None:
    loads.clear()


@pytest.fixture
def sections() -> Registry:
    return Registry()


def add(
    sections: Registry, key: str, audience: Audience[Any], tick: timedelta | None = None, **values: Any
) -> list[Any]:
    """A section that gives each subject ``values[…]`` or its own id; returns what it is called with."""
    calls: list[Any] = []

    @section(key, audience=audience, reads=[], tick=tick, into=sections)
    def _(subjects: Sequence[Any], now: datetime) -> Mapping[Any, Piece]:
        calls.append((list(subjects), now))
        return {subject: Piece(values.get("value", subject), values.get("until")) for subject in subjects}

    return calls


def test_each_section_and_each_loader_runs_once_for_all_scopes(sections: Registry) -> None:
    calls = [add(sections, "id", USERS), add(sections, "half", EVEN), add(sections, "role", ROLES)]
    computed = compute([SEVEN, Scope("role", "admin"), EIGHT, SEVEN], NOW, sections)
    assert {scope: found.data for scope, found in computed.items()} == {
        SEVEN: {"id": 7},
        EIGHT: {"id": 8, "half": 8},
        Scope("role", "admin"): {"role": "admin"},
    }
    assert calls == [[([7, 8], NOW)], [([8], NOW)], [(["admin"], NOW)]]
    assert [set(ids) for ids in loads] == [{"7", "8"}]


def test_a_section_that_nobody_asked_for_does_not_run(sections: Registry) -> None:
    calls = add(sections, "half", EVEN)
    assert compute([SEVEN, Scope("team", "1")], NOW, sections) == {
        SEVEN: Computed({}, None),
        Scope("team", "1"): Computed({}, None),
    }
    assert calls == []


def test_a_scope_without_a_subject_has_an_empty_document(sections: Registry) -> None:
    add(sections, "id", USERS)
    assert compute([Scope("user", "100")], NOW, sections) == {Scope("user", "100"): Computed({}, None)}


def test_a_document_is_valid_until_the_first_of_its_sections_changes(sections: Registry) -> None:
    soon, late = NOW + timedelta(seconds=5), NOW + timedelta(hours=1)
    add(sections, "a", USERS, until=late)
    add(sections, "b", USERS)
    add(sections, "c", EVEN, until=soon)
    computed = compute([SEVEN, EIGHT], NOW, sections)
    assert (computed[SEVEN].valid_until, computed[EIGHT].valid_until) == (late, soon)


def test_a_tick_floors_the_time_and_ends_with_itself(sections: Registry) -> None:
    calls = add(sections, "a", USERS, tick=timedelta(minutes=1))
    computed = compute([SEVEN], NOW, sections)
    assert calls == [([7], NOW.replace(second=0))]
    assert computed[SEVEN].valid_until == NOW.replace(minute=1, second=0)
    assert floor_to(NOW.replace(second=0), timedelta(minutes=1)) == NOW.replace(second=0)


def test_an_answer_about_somebody_else_is_refused(sections: Registry) -> None:
    sections.register(Section("a", USERS, lambda users, now: {9: Piece("not theirs")}, ()))
    with pytest.raises(UnexpectedPiece, match=r"user\.9"):
        compute([SEVEN], NOW, sections)


def test_two_sections_do_not_fill_one_key(sections: Registry) -> None:
    add(sections, "a", USERS)
    with pytest.raises(DuplicateSection):
        add(sections, "a", USERS)
    add(sections, "a", EVEN)
    assert compute([SEVEN], NOW, sections)[SEVEN].data == {"a": 7}
    with pytest.raises(DuplicateSection):
        compute([EIGHT], NOW, sections)


def test_values_are_as_a_store_would_give_them_back_and_each_documents_own(sections: Registry) -> None:
    value = {1: (2, 3.0), "list": [{"a": None}]}
    add(sections, "a", USERS, value=value)
    computed = compute([SEVEN, EIGHT], NOW, sections)
    expected = {"a": {"1": [2, 3.0], "list": [{"a": None}]}}
    assert same(computed[SEVEN].data, expected)
    assert same(computed[EIGHT].data, expected)
    value["list"][0]["a"] = 1  # type: ignore[index]
    assert same(computed[SEVEN].data, expected)


def test_a_value_that_json_does_not_have_is_refused(sections: Registry) -> None:
    add(sections, "a", USERS, value=object())
    with pytest.raises(TypeError):
        compute([SEVEN], NOW, sections)


def test_what_sections_share_is_computed_once_per_refresh(sections: Registry) -> None:
    ran: list[tuple[int, ...]] = []

    @shared
    def total(ids: tuple[int, ...]) -> int:
        ran.append(ids)
        return sum(ids)

    for key in ("a", "b"):

        @section(key, audience=USERS, reads=[], into=sections)
        def _(users: Sequence[int], now: datetime) -> Mapping[int, Piece]:
            return {user: Piece(total(tuple(users))) for user in users}

    assert compute([SEVEN, EIGHT], NOW, sections)[SEVEN].data == {"a": 15, "b": 15}
    assert ran == [(7, 8)]
    compute([SEVEN, EIGHT], NOW, sections)
    assert len(ran) == 2
    assert total((1, 2)) == 3
    assert total((1, 2)) == 3
    assert len(ran) == 4


def test_what_is_shared_is_forgotten_after_a_failure(sections: Registry) -> None:
    @shared
    def once() -> list[int]:
        return []

    sections.register(Section("a", USERS, lambda users, now: (once() and {}) or 1 / 0, ()))  # type: ignore[arg-type, return-value]
    with pytest.raises(ZeroDivisionError):
        compute([SEVEN], NOW, sections)
    assert once() is not once()


def test_a_section_can_come_and_go(sections: Registry) -> None:
    extra = Section("a", USERS, lambda users, now: {user: Piece(1) for user in users}, ())
    with sections.registered(extra):
        assert compute([SEVEN], NOW, sections)[SEVEN].data == {"a": 1}
    assert compute([SEVEN], NOW, sections)[SEVEN].data == {}
