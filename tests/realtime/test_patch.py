"""Patches: what they do, that they are short, and that nothing is changed behind anybody's back."""

import copy
import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import jsonpatch
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from realtime.patch import Patch, PatchError, apply, compose, diff, same

# No deadline: the speed of the machine is no property of a patch.
often = settings(max_examples=60, deadline=None)

KEYS = st.one_of(
    st.sampled_from(["a", "b", "id", "0", "10", "-", "", "a/b", "~", "~1", "é"]), st.text(max_size=3)
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 1.0, 0.0, -0.0]),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
)
ITEMS = st.lists(
    st.fixed_dictionaries({"id": st.integers(0, 6), "v": st.integers(0, 2)}),
    max_size=6,
    unique_by=lambda item: item["id"],
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES | ITEMS | st.lists(st.integers(0, 5), max_size=6),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)


@st.composite
def histories(draw: Callable[[Any], Any], length: int = 4) -> list[Any]:
    """A value and what becomes of it: parts are kept, dropped, moved and replaced, as in a real document."""

    def change(value: Any) -> Any:
        if draw(st.integers(0, 5)) == 0:
            return draw(VALUES)
        if isinstance(value, dict):
            return {key: change(item) for key, item in value.items() if draw(st.integers(0, 7))}
        if isinstance(value, list):
            kept = [change(item) for item in value if draw(st.integers(0, 7))]
            return draw(st.permutations(kept)) if draw(st.integers(0, 4)) == 0 else kept
        return value

    history = [draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5) | VALUES)]
    for _ in range(length - 1):
        history.append(change(history[-1]))
    return history


def size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def by_the_oracle(doc: Any, patch: Patch) -> Any:
    return jsonpatch.apply_patch(copy.deepcopy(doc), copy.deepcopy(patch))


@often
@given(histories(2))
def test_a_diff_leads_from_the_old_to_the_new_value_here_and_in_the_reference_library(history: Any) -> None:
    old, new = history
    patch = diff(old, new)
    assert same(apply(old, patch), new)
    assert same(by_the_oracle(old, patch), new)


@often
@given(VALUES, VALUES)
def test_a_diff_leads_between_any_two_values(old: Any, new: Any) -> None:
    patch = diff(old, new)
    assert same(apply(old, patch), new)
    assert same(by_the_oracle(old, patch), new)


@often
@given(VALUES)
def test_a_value_does_not_differ_from_its_copy(value: Any) -> None:
    assert diff(value, json.loads(json.dumps(value))) == []


@often
@given(histories(2))
@example([{"~~~~~~~~": 1}, {"~~~~~~~~": 2}])
def test_a_diff_in_a_list_is_never_longer_than_replacing_the_list(history: Any) -> None:
    old, new = ([value] for value in history)
    patch = diff(old, new)
    assert size(patch) <= size([{"op": "replace", "path": "", "value": new}])
    assert {operation["op"] for operation in patch} <= {"add", "remove", "replace"}


def beside(old: Any, new: Any) -> dict[str, Any]:
    """Another document with a member of its own in every object that both values have outside of lists."""
    there = {
        key: beside(old[key], new[key])
        for key in old.keys() & new.keys()
        if isinstance(old[key], dict) and isinstance(new[key], dict)
    }
    return {**there, "of the other": 1}


def merged(one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one
    return {**other, **{key: merged(value, other.get(key)) for key, value in one.items()}}


@often
@given(histories(4))
@example([{"a": dict.fromkeys("bcdef", 0)}, {"a": dict.fromkeys("bcdef", 1)}])
@example([{"a": {"b": 0, "c": [1, 2, 3]}}, {"a": {}}])
def test_a_diff_fits_a_body_merged_with_another_document(history: Any) -> None:
    history = [value for value in history if isinstance(value, dict)]
    for old, new in pairwise(history):
        other = beside(old, new)
        for patch in (diff(old, new), compose([diff(old, new)])):
            assert same(apply(merged(old, other), patch), merged(new, other))


@often
@given(histories(5))
def test_composed_patches_do_what_they_do_one_after_the_other_and_are_no_longer(history: Any) -> None:
    patches = [diff(old, new) for old, new in pairwise(history)]
    composed = compose(patches)
    assert same(apply(history[0], composed), history[-1])
    assert same(by_the_oracle(history[0], composed), history[-1])
    everything = [operation for patch in patches for operation in patch]
    assert len(composed) <= len(everything)
    assert size(composed) <= size(everything)


@often
@given(histories(5))
def test_composing_in_parts_is_composing_the_whole(history: Any) -> None:
    patches = [diff(old, new) for old, new in pairwise(history)]
    in_parts = compose([compose(patches[:2]), compose(patches[2:])])
    assert same(apply(history[0], in_parts), history[-1])


@often
@given(histories(4))
def test_nothing_that_is_given_is_changed(history: Any) -> None:
    before = copy.deepcopy(history)
    patches = [diff(old, new) for old, new in pairwise(history)]
    patches_before = copy.deepcopy(patches)
    for doc, patch in zip(history, patches, strict=False):
        apply(doc, patch)
    apply(history[0], compose(patches))
    assert all(map(same, history, before))
    assert all(map(same, patches, patches_before))


def test_what_a_patch_does_not_touch_is_shared() -> None:
    old = {"kept": {"a": [1]}, "changed": {"b": [{"id": 1}], "c": {"d": 1}}}
    new = apply(old, [{"op": "replace", "path": "/changed/c/d", "value": 2}])
    assert new == {"kept": {"a": [1]}, "changed": {"b": [{"id": 1}], "c": {"d": 2}}}
    assert new["kept"] is old["kept"]
    assert new["changed"]["b"] is old["changed"]["b"]
    assert old["changed"]["c"] == {"d": 1}


def test_a_value_of_a_patch_is_not_changed_by_what_comes_after_it() -> None:
    added: dict[str, Any] = {"op": "add", "path": "/a", "value": {"b": 1}}
    patch: Patch = [added, {"op": "replace", "path": "/a/b", "value": 2}]
    assert apply({}, patch) == {"a": {"b": 2}}
    assert added["value"] == {"b": 1}
    assert compose([patch]) == [{"op": "add", "path": "/a", "value": {"b": 2}}]
    assert added["value"] == {"b": 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [(1, True), (0, False), (1, 1.0), (None, 0), (None, False), ("1", 1), ([], {}), ("", None)],
)
def test_values_that_python_or_nobody_would_confuse_are_told_apart(old: Any, new: Any) -> None:
    for before, after in ((old, new), (new, old)):
        assert not same(before, after)
        assert same(diff(before, after), [{"op": "replace", "path": "", "value": after}])
        assert same(apply([before], diff([before], [after])), [after])
        assert same(apply({"a": [before]}, diff({"a": [before]}, {"a": [after]})), {"a": [after]})
        assert not same([before], [after])


def test_a_member_that_is_null_is_not_a_member_that_is_missing() -> None:
    long = "x" * 50
    assert diff({"a": None, "l": long}, {"l": long}) == [{"op": "remove", "path": "/a"}]
    assert diff({"l": long}, {"a": None, "l": long}) == [{"op": "add", "path": "/a", "value": None}]


def test_the_order_of_members_is_no_difference() -> None:
    assert diff({"a": {"x": 1, "y": 2}, "b": 1}, {"b": 1, "a": {"y": 2, "x": 1}}) == []


def test_names_are_escaped() -> None:
    long = "x" * 50
    patch = diff({"a/b": {"~c": 1, "l": long}, "l": long}, {"a/b": {"~c": 2, "l": long}, "l": long})
    assert patch == [{"op": "replace", "path": "/a~1b/~0c", "value": 2}]
    assert apply({"~1": 0, "/": 1}, [{"op": "remove", "path": "/~01"}]) == {"/": 1}


def items(*ids: int) -> list[dict[str, Any]]:
    return [{"id": i, "phone_number": f"+1555000{i:04}", "status": "completed"} for i in ids]


def test_a_window_that_moves_over_a_list_costs_what_entered_and_what_left() -> None:
    old, new = {"recent": items(5, 4, 3, 2, 1)}, {"recent": items(6, 5, 4, 3, 2)}
    assert diff(old, new) == [
        {"op": "remove", "path": "/recent/4"},
        {"op": "add", "path": "/recent/0", "value": items(6)[0]},
    ]


def test_an_item_is_followed_by_its_id_to_its_new_place() -> None:
    old, new = items(1, 2, 3, 4, 5, 6), items(9, 1, 2, 3, 4, 5, 6)
    new[3]["status"] = "failed"
    assert diff(old, new) == [
        {"op": "add", "path": "/0", "value": items(9)[0]},
        {"op": "replace", "path": "/3/status", "value": "failed"},
    ]


def test_an_item_that_changes_places_is_the_only_one_that_moves() -> None:
    patch = diff(items(1, 2, 3, 4, 5), items(2, 3, 4, 5, 1))
    assert [(operation["op"], operation["path"]) for operation in patch] == [("remove", "/0"), ("add", "/4")]


def test_a_series_of_numbers_that_shifts_is_not_written_anew() -> None:
    old = {"hourly": [*range(1000, 1024)]}
    assert diff(old, {"hourly": [*range(1001, 1025)]}) == [
        {"op": "remove", "path": "/hourly/0"},
        {"op": "add", "path": "/hourly/23", "value": 1024},
    ]


def test_items_without_an_id_are_compared_by_their_place() -> None:
    old = [{"call_type": kind, "count": 1} for kind in ("inbound", "outbound", "transferred")]
    new = copy.deepcopy(old)
    new[1]["count"] = 2
    assert diff(old, new) == [{"op": "replace", "path": "/1/count", "value": 2}]


def test_where_most_of_a_list_changed_it_is_replaced_and_the_rest_is_left_alone() -> None:
    old = {"hours": [0] * 24, "text": "x" * 200}
    new = {"hours": [1] * 24, "text": "x" * 200}
    assert diff(old, new) == [{"op": "replace", "path": "/hours", "value": new["hours"]}]


def test_an_item_of_a_list_is_replaced_where_that_is_shorter() -> None:
    old = [{"id": 1, **dict.fromkeys("abcdef", 0)}, {"id": 2, "text": "x" * 200}]
    new = [{"id": 1, **dict.fromkeys("abcdef", 1)}, {"id": 2, "text": "x" * 200}]
    assert diff(old, new) == [{"op": "replace", "path": "/0", "value": new[0]}]


def test_composing_leaves_out_what_is_overwritten_or_undone() -> None:
    steps: list[Patch] = [
        [{"op": "replace", "path": "/a", "value": 1}, {"op": "add", "path": "/new", "value": 1}],
        [{"op": "replace", "path": "/a", "value": 2}, {"op": "replace", "path": "/b/c", "value": 3}],
        [{"op": "remove", "path": "/new"}, {"op": "replace", "path": "/b", "value": 4}],
    ]
    assert compose(steps) == [
        {"op": "replace", "path": "/a", "value": 2},
        {"op": "replace", "path": "/b", "value": 4},
    ]
    assert compose([]) == []
    assert compose([[{"op": "add", "path": "/x", "value": 1}], [{"op": "remove", "path": "/x"}]]) == []


def test_composing_keeps_the_order_of_what_shifts_items() -> None:
    steps: list[Patch] = [
        [{"op": "replace", "path": "/l/1", "value": "b"}],
        [{"op": "remove", "path": "/l/0"}],
        [{"op": "replace", "path": "/l/0", "value": "B"}, {"op": "add", "path": "/l/1", "value": "c"}],
    ]
    assert apply({"l": ["x", "y"]}, compose(steps)) == {"l": ["B", "c"]}


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/missing", "value": 1},
        {"op": "remove", "path": "/missing"},
        {"op": "add", "path": "/missing/a", "value": 1},
        {"op": "add", "path": "/a/b", "value": 1},
        {"op": "add", "path": "/l/3", "value": 1},
        {"op": "add", "path": "/l/01", "value": 1},
        {"op": "add", "path": "/l/-1", "value": 1},
        {"op": "add", "path": "/l/x", "value": 1},
        {"op": "add", "path": "/l/²", "value": 1},
        {"op": "replace", "path": "/l/2", "value": 1},
        {"op": "replace", "path": "/l/-", "value": 1},
        {"op": "remove", "path": "/l/2"},
        {"op": "replace", "path": "/l/2/a", "value": 1},
        {"op": "remove", "path": ""},
        {"op": "replace", "path": "a", "value": 1},
        {"op": "replace", "path": "/~2", "value": 1},
        {"op": "replace", "path": "/~", "value": 1},
        {"op": "replace", "path": None, "value": 1},
        {"op": "replace", "path": "/a"},
        {"op": "move", "path": "/a", "from": "/l", "value": 1},
        {"op": "test", "path": "/a", "value": 1},
        {"path": "/a", "value": 1},
        "replace",
        None,
    ],
)
def test_a_patch_that_does_not_fit_is_refused_and_changes_nothing(operation: Any) -> None:
    doc = {"a": 1, "l": [1, 2]}
    with pytest.raises(PatchError):
        apply(doc, [{"op": "replace", "path": "/l/0", "value": 5}, operation])
    assert doc == {"a": 1, "l": [1, 2]}


def test_the_end_of_a_list_can_be_named() -> None:
    assert apply({"l": [1]}, [{"op": "add", "path": "/l/-", "value": 2}]) == {"l": [1, 2]}


def test_steps_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(PatchError):
        compose([[{"op": "remove", "path": "/a"}], [{"op": "replace", "path": "/a/b", "value": 1}]])
