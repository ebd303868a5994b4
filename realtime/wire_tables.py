"""The tables of docs/protocol.md, in Markdown, made from the code. Pure."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from realtime.close_codes import CloseCode, action_after
from realtime.frames import Reason, Retry
from realtime.limits import Limits
from realtime.protocol import MAX_CLIENT_FRAME
from realtime.schema import CLIENT_FRAMES, SERVER_FRAMES, definitions, examples, frame_name, frame_type
from realtime.words import Word

# <!-- generated: close codes --> … <!-- end -->
_BLOCK: Final = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str) -> str:
    """``text`` with the tables that it asks for between their markers; KeyError for one that there is not."""
    return _BLOCK.sub(lambda block: f"{block[1]}{TABLES[block[2]]()}\n{block[3]}", text)


def close_codes() -> str:
    """Every close code, what it means and what the client does."""
    rows = [("1000–3999", "the connection was lost, for whatever reason", action_after(1006).meaning)]
    rows += [(str(code.value), code.meaning, code.action.meaning) for code in CloseCode]
    rows += [("any other", "from a newer server; its `error` frame says more", action_after(4999).meaning)]
    return _table(("code", "meaning", "the client's answer"), rows)


def _frames(frames: Iterable[type[msgspec.Struct]]) -> str:
    """For each frame what it is for, its fields and an example."""
    schemas = definitions("")
    return "\n\n".join(
        _frame(frame_type(frame), schemas[frame_name(frame)], examples()[frame_name(frame)])
        for frame in frames
    )


def _frame(name: str, schema: Mapping[str, Any], example: Mapping[str, Any]) -> str:
    rows = [
        (f"`{field}`", _kind(value), value["description"])
        for field, value in schema["properties"].items()
        if field != "type"
    ]
    parts = [
        f"### `{name}`",
        schema["description"],
        _table(("field", "type", "what it holds"), rows),
        f"```json\n{json.dumps(example, ensure_ascii=False)}\n```",
    ]
    return "\n\n".join(parts)


def _kind(schema: Mapping[str, Any]) -> str:
    """A field's type in a few words."""
    if "allOf" in schema:
        return f"`{schema['allOf'][0]['$ref']}`"
    if "$ref" in schema:
        return f"`{schema['$ref']}`"
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if schema["type"] == "array":
        return f"array of {_kind(schema['items'])}"
    if "additionalProperties" in schema:
        return f"object of {_kind(schema['additionalProperties'])} by name"
    return "date-time" if schema.get("format") == "date-time" else str(schema["type"])


def _words(words: type[Word]) -> str:
    return _table(("value", "meaning"), [(f"`{word}`", word.meaning) for word in words])


def _limits() -> str:
    limits = Limits()
    return _table(
        ("limit", "value", "beyond it"),
        [
            (
                "an `authenticate` after a handshake without a token",
                f"{limits.authenticate_timeout:g} s",
                "closed with 4401",
            ),
            ("a frame of the client", f"{MAX_CLIENT_FRAME // 1024} KiB", "`error` `bad_message`"),
            (
                "frames of the client in a second",
                str(limits.frames_per_second),
                "closed with 4429",
            ),
            (
                "frames in a minute that get a `bad_message`",
                str(limits.bad_frames_per_minute - 1),
                "closed with 4429",
            ),
            (
                "snapshots by `resync`, of one scope",
                f"1 in {limits.resync_interval:g} s",
                "coalesced into the next",
            ),
            (
                "sent and not acknowledged",
                f"{limits.budget // 1024} KiB",
                "no documents until a `pong`",
            ),
            ("a `ping` without its `pong`", f"{limits.pong_timeout:g} s", "closed with 4408"),
        ],
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "server frames": lambda: _frames(SERVER_FRAMES),
    "client frames": lambda: _frames(CLIENT_FRAMES),
    "close codes": close_codes,
    "reasons": lambda: _words(Reason),
    "retries": lambda: _words(Retry),
    "limits": _limits,
}
