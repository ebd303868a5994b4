"""The wire, ``dashboard.v1``: its frames and close codes in one place, encoding and decoding. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import msgspec

from realtime.close_codes import Action, CloseCode, action_after
from realtime.errors import BadMessage
from realtime.frames import (
    Authenticate,
    Authenticated,
    ClientFrame,
    ClientPing,
    ClientPong,
    Diff,
    Error,
    Goodbye,
    Ping,
    Pong,
    Reason,
    Resumed,
    Resync,
    Retry,
    ServerFrame,
    Snapshot,
    Welcome,
    WelcomeUser,
)
from realtime.framing import text_frame

__all__ = [
    "BEARER_PREFIX",
    "MAX_CLIENT_FRAME",
    "PATH",
    "SUBPROTOCOL",
    "Action",
    "Authenticate",
    "Authenticated",
    "ClientFrame",
    "ClientPing",
    "ClientPong",
    "CloseCode",
    "Diff",
    "Error",
    "Farewell",
    "Frame",
    "Goodbye",
    "Ping",
    "Pong",
    "Reason",
    "Resumed",
    "Resync",
    "Retry",
    "ServerFrame",
    "Snapshot",
    "Welcome",
    "WelcomeUser",
    "action_after",
    "decode",
    "encode",
    "encode_raw",
    "fatal",
]

PATH: Final = "/ws/dashboard/"
SUBPROTOCOL: Final = "dashboard.v1"
BEARER_PREFIX: Final = "bearer."

# Longer than any frame a client has reason to send: an access token with room for many claims.
MAX_CLIENT_FRAME: Final = 4 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded server frame that all its receivers share, and its size in bytes.

    ``wire`` is the whole WebSocket frame, for a server that takes it as it is; ``event`` is for any other.
    """

    event: dict[str, str]
    size: int
    wire: bytes


@dataclass(frozen=True, slots=True)
class Farewell:
    """How the server ends a connection: a last frame, then the close code."""

    frame: Error | Goodbye
    close_code: CloseCode


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(ClientFrame)


def encode(frame: ServerFrame) -> Frame:
    """Encode once what any number of sockets will be given."""
    encoded = _encoder.encode(frame)
    return Frame({"type": "websocket.send", "text": encoded.decode()}, len(encoded), text_frame(encoded))


def encode_raw(document: Mapping[str, Any]) -> msgspec.Raw:
    """A document's JSON, to be put into several snapshot frames without encoding it again."""
    return msgspec.Raw(_encoder.encode(document))


def decode(text: str | None) -> ClientFrame:
    """A client's text frame (None: it was binary); raises BadMessage for what the protocol does not know."""
    if text is None:
        raise BadMessage("binary frames are not part of the protocol")
    try:
        # Characters are bytes at least: an endless text is refused before it is copied.
        raw = text.encode() if len(text) <= MAX_CLIENT_FRAME else None
        if raw is None or len(raw) > MAX_CLIENT_FRAME:
            raise BadMessage(f"longer than {MAX_CLIENT_FRAME} bytes")
        return cast(ClientFrame, _decoder.decode(raw))
    except msgspec.ValidationError as error:
        raise BadMessage(_without_values(error)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise BadMessage("not JSON") from None


def _without_values(error: msgspec.ValidationError) -> str:
    """The validator's message, less what it would repeat of the frame: that may hold a token."""
    message = str(error)
    return "unknown type" if message.startswith("Invalid value") else message


def fatal(close_code: CloseCode, code: str, message: str, retry: Retry) -> Farewell:
    """End a connection with an error."""
    return Farewell(Error(code, message, fatal=True, retry=retry), close_code)
