"""The wire, ``dashboard.v1``: every frame as a type, the close codes, encoding and decoding. Pure.

Documentation, the AsyncAPI document and the JSON Schema are generated from these types: a docstring here is
what the author of a client reads.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Final, TypeAlias, cast

import msgspec

from realtime.errors import BadMessage
from realtime.patch import Patch
from realtime.positions import Position

SUBPROTOCOL: Final = "dashboard.v1"
BEARER_PREFIX: Final = "bearer."

# Longer than any frame a client has reason to send: an access token with room for many claims.
MAX_CLIENT_FRAME: Final = 4 * 1024  # bytes

# What JSON numbers carry exactly in every language.
_SafeInt = Annotated[int, msgspec.Meta(ge=-(2**53) + 1, le=2**53 - 1)]


class Retry(StrEnum):
    """What an error frame tells the client to do before it tries again."""

    NEVER = "never"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a word of the protocol
    BACKOFF = "backoff"


class Action(StrEnum):
    """What a client does after a close code."""

    RECONNECT = "reconnect"  # with resume, backoff with full jitter
    RECONNECT_AFTER = "reconnect_after"  # after goodbye's retry_after_ms
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - once, then reconnect; else sign in
    GIVE_UP = "give_up"
    BACKOFF = "backoff"
    LONG_BACKOFF = "long_backoff"


class CloseCode(IntEnum):
    """Why the server closed, and by that what the client does next."""

    RESTART = 4012  # 1012 cannot be sent through Daphne
    PROTOCOL_VIOLATION = 4400
    UNAUTHENTICATED = 4401  # token missing, invalid, expired or revoked; role changed
    FORBIDDEN = 4403  # account disabled, or the role has no dashboard
    TOO_SLOW = 4408
    TOO_MANY = 4429  # frames, or connections of this user
    NO_CAPACITY = 4503

    @property
    def action(self) -> Action:
        return _ACTIONS[self]


_ACTIONS: Final = {
    CloseCode.RESTART: Action.RECONNECT_AFTER,
    CloseCode.PROTOCOL_VIOLATION: Action.GIVE_UP,
    CloseCode.UNAUTHENTICATED: Action.REFRESH_TOKEN,
    CloseCode.FORBIDDEN: Action.GIVE_UP,
    CloseCode.TOO_SLOW: Action.BACKOFF,
    CloseCode.TOO_MANY: Action.LONG_BACKOFF,
    CloseCode.NO_CAPACITY: Action.BACKOFF,
}


def action_after(code: int) -> Action:
    """What a client does after any close code; below 4000, known or not, the connection was merely lost."""
    try:
        return CloseCode(code).action
    except ValueError:
        return Action.RECONNECT if code < 4000 else Action.BACKOFF


class Reason(StrEnum):
    """Why a snapshot came instead of a diff."""

    CONNECT = "connect"  # the first document of a connection that did not resume
    GAP = "gap"  # the changes since the client's version are no longer known
    EPOCH = "epoch"  # the client's document belongs to another epoch
    SLOW = "slow"  # the client fell behind, and the snapshot is the shorter way
    RESYNC = "resync"  # the client asked


class User(msgspec.Struct, frozen=True):
    """Who the token belongs to."""

    id: int
    role: str


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The connection stands; always the first frame. ``scopes`` are the kinds of documents that follow."""

    protocol: str
    connection: str
    user: User
    scopes: list[str]
    token_expires_at: datetime
    ping_interval: float  # seconds


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot"):
    """The whole document of a scope: on connect, and whenever a chain of diffs cannot be proven."""

    scope: str
    epoch: str
    version: int
    generated_at: datetime
    reason: Reason
    data: Mapping[str, Any] | msgspec.Raw


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """The resume position was honoured; at most one composed diff up to the present follows."""

    scope: str
    epoch: str
    version: int


class Diff(msgspec.Struct, frozen=True, tag="diff"):
    """The document changed: ``patch`` (RFC 6902) leads from version ``from`` to ``version``."""

    scope: str
    epoch: str
    from_version: int = msgspec.field(name="from")
    version: int
    generated_at: datetime
    patch: Patch


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Answer with ``pong`` and the same ``seq``.

    ``heads`` is where a client that has received every frame so far now stands; one that stands elsewhere
    asks for a ``resync``.
    """

    seq: str
    heads: dict[str, Position]


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The answer to a client's ``ping``."""

    id: _SafeInt | str


class Authenticated(msgspec.Struct, frozen=True, tag="authenticated"):
    """The fresh token of an open connection was accepted."""

    token_expires_at: datetime


class Goodbye(msgspec.Struct, frozen=True, tag="goodbye"):
    """The server is about to restart; close code 4012 follows. ``retry_after_ms`` differs by connection."""

    reason: str
    retry_after_ms: int


class Error(msgspec.Struct, frozen=True, tag="error"):
    """Something was refused; after a fatal one the close follows."""

    code: str
    message: str
    fatal: bool
    retry: Retry


ServerFrame: TypeAlias = Welcome | Snapshot | Resumed | Diff | Ping | Pong | Authenticated | Goodbye | Error


class Authenticate(msgspec.Struct, frozen=True, tag="authenticate"):
    """The first authentication, or a fresh token of the same user on an open connection."""

    token: str

    def __repr__(self) -> str:
        return "Authenticate(token=…)"  # a token must not reach a log, not even in a traceback


class ClientPong(msgspec.Struct, frozen=True, tag="pong"):
    """Everything up to that ``ping`` has been processed."""

    seq: str


class Resync(msgspec.Struct, frozen=True, tag="resync"):
    """My document is in doubt: send a snapshot. At most one per scope in 5 s; more are coalesced."""

    scope: str


class ClientPing(msgspec.Struct, frozen=True, tag="ping"):
    """Is the server there?"""

    id: _SafeInt | str


ClientFrame: TypeAlias = Authenticate | ClientPong | Resync | ClientPing


@dataclass(frozen=True, slots=True)
class Frame:
    """An encoded server frame: the ASGI event that all its receivers share, and its size in bytes.

    Servers of our own recognise a repeated event by its identity and frame it once for all sockets.
    """

    event: dict[str, str]
    size: int


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
    return Frame({"type": "websocket.send", "text": encoded.decode()}, len(encoded))


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
