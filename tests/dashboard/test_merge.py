"""Merging: everything is kept, nothing is overwritten."""

import pytest

from dashboard.merge import Overlap, merge


def test_objects_are_merged_recursively() -> None:
    team = {"queue_information": {"total_queue": 3, "waiting_calls": []}}
    own = {"queue_information": {"my_queue": 1}, "alerts": [1]}
    assert merge([team, own]) == {
        "queue_information": {"total_queue": 3, "waiting_calls": [], "my_queue": 1},
        "alerts": [1],
    }


def test_the_documents_are_left_as_they_are() -> None:
    first, second = {"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}}
    merge([first, second])
    assert first == {"a": {"b": {"c": 1}}}
    assert second == {"a": {"b": {"d": 2}}}


def test_nothing_is_the_empty_document() -> None:
    assert merge([]) == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1}}, {"a": {"b": 2}}),
        ({"a": {"b": {}}}, {"a": {"b": 2}}),
        ({"a": {"b": None}}, {"a": {"b": {"c": 1}}}),
        ({"a": {"b": [1]}}, {"a": {"b": [2]}}),
    ],
)
def test_what_stands_in_two_documents_is_refused_with_its_place(one: dict, other: dict) -> None:  # type: ignore[type-arg]
    with pytest.raises(Overlap, match="/a/b"):
        merge([one, other])
