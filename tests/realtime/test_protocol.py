"""The wire: frames encode as documented, and nothing but the protocol is read."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.errors import BadMessage
from realtime.positions import Position
from realtime.protocol import (
    MAX_CLIENT_FRAME,
    Action,
    Authenticate,
    ClientPing,
    ClientPong,
    CloseCode,
    Diff,
    Ping,
    Reason,
    Resync,
    Snapshot,
    action_after,
    decode,
    encode,
    encode_raw,
)

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_diff_names_the_version_it_starts_from_and_the_one_it_leads_to() -> None:
    frame = encode(Diff("role", "e", 3, 4, NOON, [{"op": "add", "path": "/ä", "value": 1}]))
    assert json.loads(frame.event["text"]) == {
        "type": "diff",
        "scope": "role",
        "epoch": "e",
        "from": 3,
        "version": 4,
        "generated_at": "2026-03-04T12:00:00Z",
        "patch": [{"op": "add", "path": "/ä", "value": 1}],
    }
    assert frame.size == len(frame.event["text"].encode())


def test_a_snapshot_carries_the_document_as_it_was_encoded_once() -> None:
    raw = encode_raw({"calls": 1})
    frame = encode(Snapshot("role", "e", 3, NOON, Reason.SLOW, raw))
    read = json.loads(frame.event["text"])
    assert read["data"] == {"calls": 1}
    assert read["reason"] == "slow"


def test_the_heads_of_a_ping_are_positions() -> None:
    text = encode(Ping("seq", {"role": Position("e", 3)})).event["text"]
    assert json.loads(text)["heads"] == {"role": {"epoch": "e", "version": 3}}


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ('{"type":"authenticate","token":"t"}', Authenticate("t")),
        ('{"type":"pong","seq":"s"}', ClientPong("s")),
        ('{"type":"resync","scope":"role"}', Resync("role")),
        ('{"type":"ping","id":1}', ClientPing(1)),
        ('{"id":"a","type":"ping"}', ClientPing("a")),
    ],
)
def test_every_client_frame_is_read(text: str, frame: object) -> None:
    assert decode(text) == frame


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "not JSON",
        "[]",
        "null",
        '"ping"',
        "{}",
        '{"type":1}',
        '{"type":"snapshot"}',
        '{"type":"pong"}',
        '{"type":"pong","seq":7}',
        '{"type":"ping","id":1.5}',
        '{"type":"ping","id":true}',
        '{"type":"ping","id":9007199254740992}',
        '{"type":"ping","id":"\\ud800"}',
        '{"type":"ping","id":1,"x":' + "[" * 4000 + "}",
        "[" * 4000,
        '{"type":"ping","id":"' + "x" * MAX_CLIENT_FRAME + '"}',
        '{"type":"ping","id":"' + "ä" * (MAX_CLIENT_FRAME // 2) + '"}',
        "\ud800",
    ],
)
def test_anything_else_is_a_bad_message(text: str | None) -> None:
    with pytest.raises(BadMessage):
        decode(text)


@given(st.text(max_size=100) | st.binary(max_size=100).map(lambda raw: raw.decode("latin-1")))
def test_whatever_comes_is_a_frame_or_a_bad_message(text: str) -> None:
    with suppress(BadMessage):
        decode(text)


def test_a_bad_message_repeats_nothing_of_what_was_sent() -> None:
    for text in ('{"type":"my-secret-token"}', '{"type":"ping","id":["my-secret-token"]}'):
        with pytest.raises(BadMessage) as caught:
            decode(text)
        assert "secret" not in str(caught.value)


def test_a_token_is_not_part_of_any_representation() -> None:
    assert "secret" not in repr(decode('{"type":"authenticate","token":"my-secret-token"}'))


def test_a_frame_may_be_as_long_as_the_limit() -> None:
    head, tail = '{"type":"ping","id":"', '"}'
    text = head + "x" * (MAX_CLIENT_FRAME - len(head) - len(tail)) + tail
    assert isinstance(decode(text), ClientPing)


@pytest.mark.parametrize("code", [1000, 1001, 1005, 1006, 1009, 1011, 1012, 1013, 3999])
def test_below_4000_the_connection_was_merely_lost(code: int) -> None:
    assert action_after(code) is Action.RECONNECT


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (4012, Action.RECONNECT_AFTER),
        (4400, Action.GIVE_UP),
        (4401, Action.REFRESH_TOKEN),
        (4403, Action.GIVE_UP),
        (4408, Action.BACKOFF),
        (4429, Action.LONG_BACKOFF),
        (4503, Action.BACKOFF),
    ],
)
def test_every_close_code_tells_the_client_what_to_do(code: int, action: Action) -> None:
    assert action_after(code) is action
    assert CloseCode(code).action is action
