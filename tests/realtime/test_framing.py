"""A frame that is ready: byte for byte what the servers' own libraries would send."""

import pytest
from autobahn.websocket.protocol import PreparedMessage
from websockets.frames import Frame, Opcode

from realtime.framing import text_frame
from realtime.protocol import Pong, encode

SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 300_000]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_what_websockets_and_autobahn_make_of_the_same_text(size: int) -> None:
    payload = ("é" * size).encode()[:size]
    assert text_frame(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)
    prepared = PreparedMessage(payload, isBinary=False, applyMask=False, doNotCompress=True)
    assert text_frame(payload) == prepared.payloadHybi


def test_an_encoded_frame_says_the_same_to_every_server() -> None:
    frame = encode(Pong("where a byte is not a letter: é"))
    assert frame.wire == text_frame(frame.event["text"].encode())
    assert frame.size == len(frame.event["text"].encode())
