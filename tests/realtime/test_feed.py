"""One document as its watchers share it: what moves it, and what brings anyone to its present."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from realtime import patch
from realtime.feed import Change, Feed, Verdict
from realtime.positions import Position
from realtime.protocol import Frame, Reason
from realtime.scopes import Scope
from realtime.store import Loaded, Step

SCOPE = Scope("role", "admin")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def loaded(version: int, doc: dict[str, Any], log: tuple[Step, ...] = (), epoch: str = "e") -> Loaded:
    return Loaded(Position(epoch, version), doc, NOON, log)


def change(version: int, operations: patch.Patch, epoch: str = "e", doc: Any = None) -> Change:
    return Change(SCOPE, epoch, version - 1, version, operations, NOON, doc)


def put(value: int) -> patch.Patch:
    return [{"op": "replace", "path": "/n", "value": value}]


def read(frame: Frame) -> dict[str, Any]:
    frame_read: dict[str, Any] = json.loads(frame.event["text"])
    return frame_read


@pytest.fixture
def feed() -> Feed:
    feed = Feed(SCOPE, window=5)
    assert feed.adopt(loaded(3, {"n": 3, "padding": "x" * 500}))
    return feed


def test_a_ring_that_starts_where_the_document_stands_moves_it(feed: Feed) -> None:
    assert feed.ring(change(4, put(4))) is Verdict.MOVED
    assert feed.position == Position("e", 4)
    assert feed.document is not None
    assert feed.document["n"] == 4


@pytest.mark.parametrize(
    ("ring", "verdict"),
    [
        (change(3, put(9)), Verdict.KNOWN),
        (change(2, put(9)), Verdict.KNOWN),
        (change(5, put(9)), Verdict.LOAD),
        (change(4, put(9), epoch="other"), Verdict.LOAD),
        (change(2, put(9), epoch="other"), Verdict.LOAD),
        (change(4, [{"op": "replace", "path": "/missing/deep", "value": 1}]), Verdict.LOAD),
        (change(4, [{"nonsense": True}]), Verdict.LOAD),
        (Change(SCOPE, "e", 3, 9, put(9), NOON), Verdict.LOAD),
    ],
)
def test_a_repeated_ring_is_ignored_and_one_that_does_not_fit_is_never_trusted(
    feed: Feed, ring: Change, verdict: Verdict
) -> None:
    assert feed.ring(ring) is verdict
    assert feed.position == Position("e", 3)
    assert feed.document is not None
    assert feed.document["n"] == 3


def test_a_document_that_is_not_there_yet_is_loaded() -> None:
    assert Feed(SCOPE, 5).ring(change(1, [])) is Verdict.LOAD


def test_a_load_moves_forward_within_an_epoch_and_anywhere_to_another(feed: Feed) -> None:
    assert not feed.adopt(loaded(2, {"n": 2}))
    assert not feed.adopt(loaded(3, {"n": 3}))
    assert feed.adopt(loaded(7, {"n": 7}))
    assert feed.adopt(loaded(1, {"n": 0}, epoch="other"))
    assert feed.position == Position("other", 1)


def test_everybody_one_step_behind_is_given_the_same_frame(feed: Feed) -> None:
    before = feed.position
    feed.ring(change(4, put(4)))
    first = feed.frame_since(before, Reason.GAP)
    assert feed.frame_since(before, Reason.SLOW) is first
    assert read(first)["patch"] == put(4)


def test_a_snapshot_is_encoded_once_for_each_reason(feed: Feed) -> None:
    assert feed.frame_since(None, Reason.CONNECT) is feed.frame_since(None, Reason.CONNECT)
    assert read(feed.frame_since(None, Reason.RESYNC))["reason"] == "resync"
    assert read(feed.frame_since(None, Reason.CONNECT))["data"]["n"] == 3


def test_several_steps_are_composed_once_for_all_that_stand_there(feed: Feed) -> None:
    for version in (4, 5, 6):
        feed.ring(change(version, put(version)))
    frame = feed.frame_since(Position("e", 4), Reason.GAP)
    assert frame is feed.frame_since(Position("e", 4), Reason.GAP)
    said = read(frame)
    assert (said["type"], said["from"], said["version"], said["patch"]) == ("diff", 4, 6, put(6))


def test_from_the_present_to_the_present_there_is_nothing_to_do(feed: Feed) -> None:
    for version in (4, 5):
        feed.ring(change(version, put(version)))
    frame = feed.diff_since(Position("e", 5))
    assert frame is not None
    assert read(frame)["patch"] == []


def test_outside_the_window_only_a_snapshot_is_left(feed: Feed) -> None:
    for version in range(4, 12):
        feed.ring(change(version, put(version)))
    assert feed.connects(Position("e", 6))
    assert not feed.connects(Position("e", 5))
    assert read(feed.frame_since(Position("e", 5), Reason.GAP))["reason"] == "gap"
    assert not feed.connects(Position("e", 12))
    assert not feed.connects(Position("other", 11))


def test_where_the_snapshot_is_the_shorter_it_is_taken() -> None:
    feed = Feed(SCOPE, 5)
    feed.adopt(loaded(1, {}))
    for version in (2, 3):
        feed.ring(change(version, [{"op": "add", "path": f"/{version}", "value": "x" * 50}]))
    feed.ring(change(4, [{"op": "remove", "path": "/2"}]))
    feed.ring(change(5, [{"op": "remove", "path": "/3"}]))
    frame = feed.frame_since(Position("e", 3), Reason.SLOW)
    assert read(frame)["type"] in ("snapshot", "diff")
    assert frame.size <= feed.frame_since(None, Reason.SLOW).size


def test_the_log_of_a_load_becomes_the_window_as_far_as_it_is_without_a_hole() -> None:
    feed = Feed(SCOPE, 5)
    log = tuple(Step(version, put(version), NOON) for version in (3, 5, 6))
    feed.adopt(loaded(6, {"n": 6, "padding": "x" * 500}, log))
    assert feed.connects(Position("e", 4))
    assert not feed.connects(Position("e", 3))
    assert read(feed.frame_since(Position("e", 4), Reason.GAP))["patch"] == put(6)


def test_a_log_that_does_not_lead_to_the_document_is_no_window() -> None:
    feed = Feed(SCOPE, 5)
    feed.adopt(loaded(6, {"n": 6}, (Step(5, put(5), NOON),)))
    assert not feed.connects(Position("e", 5))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_moved_it_any_frame_leads_to_the_present(seed: int) -> None:
    """Random rings, lost rings, repeated rings, loads: from every remembered position, one frame arrives."""
    rnd = random.Random(seed)
    truth: dict[Position, dict[str, Any]] = {}
    log: list[Step] = []
    doc: dict[str, Any] = {"padding": "x" * rnd.choice((0, 300))}
    position = Position("e0", 1)
    truth[position] = doc
    feed = Feed(SCOPE, window=4)
    feed.adopt(Loaded(position, doc, NOON, ()))
    for step in range(60):
        if rnd.random() < 0.1:
            position, doc, log = Position(f"epoch {step}", 1), {"fresh": step}, []
        else:
            new = {**doc, rnd.choice("abc"): rnd.randrange(3)}
            if new == doc:
                continue
            made = patch.diff(doc, new)
            rung = Change(SCOPE, position.epoch, position.version, position.version + 1, made, NOON)
            position, doc = Position(position.epoch, position.version + 1), new
            log = [*log, Step(position.version, made, NOON)][-3:]
            if rnd.random() < 0.7:
                verdict = feed.ring(rung)
                assert feed.ring(rung) in (Verdict.KNOWN, Verdict.LOAD)
                assert verdict is not Verdict.KNOWN
        truth[position] = doc
        if rnd.random() < 0.3:
            feed.adopt(Loaded(position, doc, NOON + timedelta(seconds=step), tuple(log)))
        assert feed.position is not None
        assert feed.document == truth[feed.position]
        for sent in [None, *truth]:
            said = read(feed.frame_since(sent, Reason.GAP))
            if said["type"] == "snapshot":
                result = said["data"]
            else:
                assert sent is not None
                assert said["from"] == sent.version
                result = patch.apply(truth[sent], said["patch"])
            assert result == feed.document
            assert (said["epoch"], said["version"]) == (feed.position.epoch, feed.position.version)
