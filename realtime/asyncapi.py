"""The AsyncAPI 3 document of the wire, made from the frames. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from realtime.close_codes import CloseCode
from realtime.frames import (
    Authenticate,
    Authenticated,
    ClientPing,
    ClientPong,
    Ping,
    Pong,
    Resync,
    Snapshot,
    Welcome,
)
from realtime.protocol import BEARER_PREFIX, PATH, SUBPROTOCOL
from realtime.schema import (
    CLIENT_FRAMES,
    SERVER_FRAMES,
    Schema,
    definitions,
    examples,
    frame_name,
    frame_type,
    ref,
)
from realtime.wire_tables import close_codes

VERSION: Final = "1.0.0"  # of the protocol; a frame or a field more is a minor step

_CHANNEL: Final = "dashboard"
_DESCRIPTION: Final = f"""\
A client opens one WebSocket, gets its documents as snapshots, and from then on what changes, as diffs
(RFC 6902). Every frame is a JSON object in a text message, told apart by `type`. Ignore frames and members
that you do not know.

This document is written from the server's side: what it sends, a client receives.

**Signing in.** A browser offers the subprotocols `{SUBPROTOCOL}` and `{BEARER_PREFIX}<access token>`; other
clients may send the token in the `Authorization` header. Who does neither sends `authenticate` as the first
frame.

**Resuming.** `?resume=<scope>:<epoch>:<version>`, once for each document that the client still has.

**When the server closes,** the code says what to do next:

{close_codes()}
"""
_ANSWERS: Final[Mapping[type[msgspec.Struct], tuple[type[msgspec.Struct], ...]]] = {
    Ping: (ClientPong,),
    Authenticate: (Welcome, Authenticated),
    Resync: (Snapshot,),
    ClientPing: (Pong,),
}


def asyncapi_document(host: str = "localhost:8000", *, secure: bool = False) -> Schema:
    """The document of a server at ``host``; ``secure``: it is reached over TLS."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": SUBPROTOCOL,
            "version": VERSION,
            "description": _DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "this": {
                "host": host,
                "protocol": "wss" if secure else "ws",
                "description": "One WebSocket for each client.",
                "security": [{"$ref": f"#/components/securitySchemes/{name}"} for name in _SECURITY],
            }
        },
        "channels": {_CHANNEL: _channel()},
        "operations": _operations("send", SERVER_FRAMES) | _operations("receive", CLIENT_FRAMES),
        "components": {
            "securitySchemes": _SECURITY,
            "messages": {frame_name(frame): _message(frame) for frame in _FRAMES},
            "schemas": definitions("#/components/schemas/"),
        },
    }


_FRAMES: Final = (*SERVER_FRAMES, *CLIENT_FRAMES)
_SECURITY: Final[Mapping[str, Schema]] = {
    "subprotocol": {
        "type": "httpApiKey",
        "in": "header",
        "name": "Sec-WebSocket-Protocol",
        "description": f"For browsers: `{SUBPROTOCOL}, {BEARER_PREFIX}<access token>`. The server selects"
        f" `{SUBPROTOCOL}` and never repeats the token.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "For other clients: `Authorization: Bearer <access token>`.",
    },
}


def _channel() -> Schema:
    return {
        "address": PATH,
        "title": "The dashboard's socket",
        "description": "Everything goes through one socket.",
        "messages": {
            frame_name(frame): ref(frame_name(frame), "#/components/messages/") for frame in _FRAMES
        },
        "bindings": {
            "ws": {
                "method": "GET",
                "query": {
                    "type": "object",
                    "properties": {
                        "resume": {
                            "type": "array",
                            "items": {"type": "string", "pattern": "^[^:]+:.+:[0-9]+$"},
                            "description": "The last positions, each `<scope>:<epoch>:<version>`; repeated."
                            " One that cannot be honoured is answered with a snapshot.",
                        }
                    },
                },
                "headers": {
                    "type": "object",
                    "properties": {
                        "Sec-WebSocket-Protocol": {
                            "type": "string",
                            "description": _SECURITY["subprotocol"]["description"],
                        },
                        "Authorization": {
                            "type": "string",
                            "description": _SECURITY["bearer"]["description"],
                        },
                        "Origin": {
                            "type": "string",
                            "description": "Of a page: this server's, or one that it allows; else HTTP 403.",
                        },
                    },
                },
                "bindingVersion": "0.1.0",
            }
        },
        "x-close-codes": [
            {
                "code": code.value,
                "name": code.name.lower(),
                "meaning": code.meaning,
                "action": str(code.action),
            }
            for code in CloseCode
        ],
    }


def _message(frame: type[msgspec.Struct]) -> Schema:
    name = frame_name(frame)
    return {
        "name": frame_type(frame),
        "title": frame_type(frame),
        "description": definitions("")[name]["description"],
        "contentType": "application/json",
        "payload": ref(name, "#/components/schemas/"),
        "examples": [{"name": frame_type(frame), "payload": examples()[name]}],
    }


def _operations(action: str, frames: Iterable[type[msgspec.Struct]]) -> dict[str, Schema]:
    return {f"{action}-{frame_type(frame)}": _operation(action, frame) for frame in frames}


def _operation(action: str, frame: type[msgspec.Struct]) -> Schema:
    channel: dict[str, Any] = {"$ref": f"#/channels/{_CHANNEL}"}
    operation: Schema = {
        "action": action,
        "channel": channel,
        "title": frame_type(frame),
        "messages": [_in_channel(frame)],
    }
    if answers := _ANSWERS.get(frame):
        operation["reply"] = {"channel": channel, "messages": [_in_channel(answer) for answer in answers]}
    return operation


def _in_channel(frame: type[msgspec.Struct]) -> Schema:
    return ref(frame_name(frame), f"#/channels/{_CHANNEL}/messages/")
