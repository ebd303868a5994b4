"""The frames of the wire, ``dashboard.v1``, as types. Pure.

The JSON Schema, the AsyncAPI document, the tables of docs/protocol.md and the TypeScript types are generated
from here: docstrings and descriptions are what the author of a client reads.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from realtime.patch import Patch
from realtime.positions import Position
from realtime.words import Word

# What JSON numbers carry exactly in every language.
_SafeInt: TypeAlias = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1)]
_Scope: TypeAlias = Annotated[
    str, Meta(description="The kind of the document, one of the welcome's `scopes`.")
]
_Epoch: TypeAlias = Annotated[
    str, Meta(description="The document's history: random; versions of two epochs are never compared.")
]
_Version: TypeAlias = Annotated[int, Meta(description="Where the document stands with this frame.", ge=0)]
_GeneratedAt: TypeAlias = Annotated[
    datetime, Meta(description="The instant whose state of the database this is.", tz=True)
]
_TokenExpiresAt: TypeAlias = Annotated[
    datetime,
    Meta(description="When the access token ends, and with it the connection, unless renewed.", tz=True),
]


class Retry(Word):
    """What an error tells the client to do before it tries again."""

    NEVER = "never", "trying again does not help"
    REFRESH_TOKEN = "refresh_token", "get a fresh access token first"
    BACKOFF = "backoff", "wait a while"


class Reason(Word):
    """Why a snapshot came instead of a diff."""

    CONNECT = "connect", "the first document of a connection that did not resume"
    GAP = "gap", "the changes since the client's version are no longer known"
    EPOCH = "epoch", "the client's document belongs to another epoch"
    SLOW = "slow", "the client fell behind, and the snapshot is the shorter way"
    RESYNC = "resync", "the client asked"


class WelcomeUser(msgspec.Struct, frozen=True):
    """Who the token belongs to."""

    id: Annotated[int, Meta(description="The user's id.")]
    role: Annotated[str, Meta(description="The role whose dashboard this is.")]


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The connection stands. Always the first frame after a successful sign-in, and sent once."""

    protocol: Annotated[str, Meta(description="The protocol that is spoken: `dashboard.v1`.")]
    connection: Annotated[str, Meta(description="A name of this connection, for logs and reports.")]
    user: Annotated[WelcomeUser, Meta(description="Who the token belongs to.")]
    scopes: Annotated[list[str], Meta(description="The kinds of documents that follow, one of each.")]
    token_expires_at: _TokenExpiresAt
    ping_interval: Annotated[float, Meta(description="Seconds between two pings of the server, at most.")]


class Snapshot(msgspec.Struct, frozen=True, tag="snapshot"):
    """The whole document of a scope: on connect, and whenever a chain of diffs cannot be proven."""

    scope: _Scope
    epoch: _Epoch
    version: _Version
    generated_at: _GeneratedAt
    reason: Annotated[Reason, Meta(description="Why it is not a diff.")]
    data: Annotated[
        Mapping[str, Any] | msgspec.Raw,
        Meta(description="The document. It replaces whatever the client has of this scope."),
    ]


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """The resume position was honoured; at most one composed diff up to the present follows."""

    scope: _Scope
    epoch: _Epoch
    version: Annotated[int, Meta(description="The version that the client said it has.", ge=0)]


class Diff(msgspec.Struct, frozen=True, tag="diff"):
    """The document changed: ``patch`` (RFC 6902) leads from version ``from`` to ``version``."""

    scope: _Scope
    epoch: _Epoch
    from_version: Annotated[int, Meta(description="The version that the patch applies to.", ge=0)] = (
        msgspec.field(name="from")
    )
    version: _Version
    generated_at: _GeneratedAt
    patch: Annotated[
        Patch,
        Meta(
            description="Operations, to be applied in order, all or none. The patch of one step is never "
            "empty; one that was composed over several steps may be."
        ),
    ]


class Ping(msgspec.Struct, frozen=True, tag="ping"):
    """Answer with ``pong`` and the same ``seq``, after everything before it has been processed.

    Comes at least every ``ping_interval``, and earlier when much is unacknowledged.
    """

    seq: Annotated[str, Meta(description="To be repeated in the `pong`. Cannot be guessed.")]
    heads: Annotated[
        dict[str, Position],
        Meta(
            description="By scope, where a client that has received every frame so far now stands; one that "
            "stands elsewhere asks for a `resync`."
        ),
    ]


class Pong(msgspec.Struct, frozen=True, tag="pong"):
    """The answer to a client's ``ping``."""

    id: Annotated[_SafeInt | str, Meta(description="The `id` of that `ping`.")]


class Authenticated(msgspec.Struct, frozen=True, tag="authenticated"):
    """The fresh token of an open connection was accepted."""

    token_expires_at: _TokenExpiresAt


class Goodbye(msgspec.Struct, frozen=True, tag="goodbye"):
    """The server is about to restart; close code 4012 follows."""

    reason: Annotated[str, Meta(description="In a word, for logs.")]
    retry_after_ms: Annotated[
        int,
        Meta(
            description="How long to wait before reconnecting. It differs by connection, so that not all "
            "clients come back at once.",
            ge=0,
        ),
    ]


class Error(msgspec.Struct, frozen=True, tag="error"):
    """Something was refused; after a fatal one the close follows."""

    code: Annotated[
        str, Meta(description="In a word, for logs and for texts of one's own. New ones may be added.")
    ]
    message: Annotated[str, Meta(description="In English, for whoever reads the log.")]
    fatal: Annotated[bool, Meta(description="Whether the server closes the connection after this frame.")]
    retry: Annotated[Retry, Meta(description="What to do before trying again.")]


ServerFrame: TypeAlias = Welcome | Snapshot | Resumed | Diff | Ping | Pong | Authenticated | Goodbye | Error


class Authenticate(msgspec.Struct, frozen=True, tag="authenticate"):
    """The first authentication, or a fresh token of the same user on an open connection."""

    token: Annotated[str, Meta(description="An access token.")]

    def __repr__(self) -> str:
        return "Authenticate(token=…)"  # a token must not reach a log, not even in a traceback


class ClientPong(msgspec.Struct, frozen=True, tag="pong"):
    """Everything up to that ``ping`` has been processed."""

    seq: Annotated[str, Meta(description="The `seq` of the server's `ping`.")]


class Resync(msgspec.Struct, frozen=True, tag="resync"):
    """My document is in doubt: send a snapshot. At most one per scope in 5 s; more are coalesced."""

    scope: Annotated[str, Meta(description="The kind of the document, one of the welcome's `scopes`.")]


class ClientPing(msgspec.Struct, frozen=True, tag="ping"):
    """Is the server there? Answered with ``pong`` and the same ``id``."""

    id: Annotated[_SafeInt | str, Meta(description="To be repeated in the `pong`; an integer or a string.")]


ClientFrame: TypeAlias = Authenticate | ClientPong | Resync | ClientPing
