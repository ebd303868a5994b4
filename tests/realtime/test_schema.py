"""The schema of the frames is complete, explained, and reads clients as the server does."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from realtime.errors import BadMessage
from realtime.frames import Reason, Retry
from realtime.protocol import decode
from realtime.schema import (
    CLIENT_FRAMES,
    SERVER_FRAMES,
    definitions,
    examples,
    frame_name,
    frames_schema,
    prose,
)
from tests.realtime.wire import CLIENT, SCHEMA, SERVER, validator

FRAMES = [*SERVER_FRAMES, *CLIENT_FRAMES]


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(frames_schema())


@pytest.mark.parametrize("name", [frame_name(frame) for frame in FRAMES])
def test_every_frame_has_an_example_that_fits_it_and_no_other(name: str) -> None:
    example = examples()[name]
    validator(name).validate(example)
    side = SERVER_FRAMES if name in map(frame_name, SERVER_FRAMES) else CLIENT_FRAMES
    others = {frame_name(frame) for frame in side} - {name}
    assert not [other for other in others if validator(other).is_valid(example)]


@pytest.mark.parametrize("name", [frame_name(frame) for frame in FRAMES] + ["Position", "WelcomeUser"])
def test_every_frame_and_every_field_says_what_it_is(name: str) -> None:
    schema = SCHEMA["$defs"][name]
    fields = {field: value for field, value in schema["properties"].items() if field != "type"}
    for text in [schema["description"], *(value["description"] for value in fields.values())]:
        assert text.endswith((".", "`."))
        assert "``" not in text


@pytest.mark.parametrize("words", [Reason, Retry])
def test_every_word_says_what_it_means(words: type[Reason] | type[Retry]) -> None:
    schema = SCHEMA["$defs"][words.__name__]
    assert schema["enum"] == [str(word) for word in words]
    assert all(f"- `{word}`: {word.meaning}" in schema["description"] for word in words)


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "welcome"},
        {"type": "nothing"},
        {"type": "resumed", "scope": "role", "epoch": "e", "version": "1"},
        {"type": "resumed", "scope": "role", "epoch": "e", "version": 1, "unknown": 1},
        {"type": "authenticated", "token_expires_at": "2026-03-04 12:00"},
        {"type": "error", "code": "c", "message": "m", "fatal": True, "retry": "later"},
        {**examples()["DiffFrame"], "patch": [{"op": "move", "path": "/a", "from": "/b"}]},
        {**examples()["DiffFrame"], "patch": [{"op": "add", "path": "/a"}]},
        {**examples()["SnapshotFrame"], "data": []},
        {**examples()["PingFrame"], "heads": {"role": {"epoch": "e"}}},
    ],
)
def test_what_the_server_never_sends_does_not_fit(frame: dict[str, Any]) -> None:
    assert not SERVER.is_valid(frame)


# Members that are not listed are ignored on both sides, so that only the listed ones are varied.
_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.lists(st.none(), max_size=1)
_FRAMES = st.fixed_dictionaries(
    {"type": st.sampled_from(["authenticate", "pong", "ping", "resync", "snapshot", "", 1, None])},
    optional=dict.fromkeys(("token", "seq", "id", "scope"), _VALUES),
)


@given(_FRAMES)
def test_a_frame_fits_exactly_if_the_server_reads_it(frame: dict[str, Any]) -> None:
    try:
        decode(json.dumps(frame))
        read = True
    except BadMessage:
        read = False
    open_schema = {**SCHEMA["$defs"]["ClientFrame"], "$defs": SCHEMA["$defs"]}
    assert Draft202012Validator(open_schema).is_valid(frame) is read


def test_the_two_sides_are_told_apart() -> None:
    assert not CLIENT.is_valid(examples()["PongFrame"])
    assert not SERVER.is_valid(examples()["ClientPongFrame"])


def test_references_can_lead_elsewhere() -> None:
    text = json.dumps(definitions("#/components/schemas/"))
    assert "#/components/schemas/Position" in text
    assert "#/$defs/" not in text


def test_a_docstring_becomes_paragraphs() -> None:
    assert prose("One ``word``\n    and another.\n\n    Two.\n    ") == "One `word` and another.\n\nTwo."
