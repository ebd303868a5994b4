"""The JSON Schema of the frames, made from their types. Pure."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from inspect import cleandoc
from typing import Any, Final, TypeAlias, get_args

import msgspec

from realtime.examples import CLIENT_EXAMPLES, SERVER_EXAMPLES
from realtime.frames import ClientFrame, Reason, Retry, ServerFrame
from realtime.protocol import SUBPROTOCOL
from realtime.words import Word

Schema: TypeAlias = dict[str, Any]

SERVER_FRAMES: Final[tuple[type[msgspec.Struct], ...]] = get_args(ServerFrame)
CLIENT_FRAMES: Final[tuple[type[msgspec.Struct], ...]] = get_args(ClientFrame)

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_LOCAL: Final = "#/$defs/"
_WORDS: Final[tuple[type[Word], ...]] = (Reason, Retry)


def ref(name: str, prefix: str = _LOCAL) -> Schema:
    """A reference to a definition."""
    return {"$ref": prefix + name}


# What the wire has and Python keeps untyped, for speed: documents and patches are encoded as they are.
_JSON: Final[dict[str, Schema]] = {
    "Json": {
        "title": "Json",
        "description": "Any JSON value.",
        "anyOf": [
            *({"type": kind} for kind in ("null", "boolean", "number", "string")),
            {"type": "array", "items": ref("Json")},
            ref("JsonObject"),
        ],
    },
    "JsonObject": {
        "title": "JsonObject",
        "description": "Any JSON object.",
        "type": "object",
        "additionalProperties": ref("Json"),
    },
    "PatchOperation": {
        "title": "PatchOperation",
        "description": "One step of a patch (RFC 6902). Of its operations these three are used; "
        "`path` is a JSON Pointer (RFC 6901).",
        "anyOf": [
            {
                "type": "object",
                "properties": {"op": {"const": op}, "path": {"type": "string"}, "value": ref("Json")},
                "required": ["op", "path", "value"],
            }
            for op in ("add", "replace")
        ]
        + [
            {
                "type": "object",
                "properties": {"op": {"const": "remove"}, "path": {"type": "string"}},
                "required": ["op", "path"],
            }
        ],
    },
}
_ON_THE_WIRE: Final[dict[tuple[str, str], Schema]] = {
    ("SnapshotFrame", "data"): ref("JsonObject"),
    ("DiffFrame", "patch"): {"type": "array", "items": ref("PatchOperation")},
}


def frame_name(frame: type[msgspec.Struct]) -> str:
    """A frame's name in the schema, and in TypeScript."""
    return f"{frame.__name__}Frame"


def frame_type(frame: type[msgspec.Struct]) -> str:
    """A frame's ``type`` on the wire."""
    return str(frame.__struct_config__.tag)


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: a line for each paragraph."""
    paragraphs = cleandoc(docstring or "").replace("``", "`").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


@cache
def examples() -> Mapping[str, Schema]:
    """An example of every frame, as the wire has it, by the frame's name."""
    frames = (*SERVER_EXAMPLES, *CLIENT_EXAMPLES)
    return {frame_name(type(frame)): msgspec.json.decode(msgspec.json.encode(frame)) for frame in frames}


def frames_schema() -> Schema:
    """A JSON Schema (draft 2020-12) of every frame; its root accepts those of either side."""
    return {
        "$schema": _DRAFT,
        "title": "Frame",
        "description": f"A frame of {SUBPROTOCOL}. Ignore members that are not listed: servers may add some.",
        "anyOf": [ref("ServerFrame"), ref("ClientFrame")],
        "$defs": {
            "ServerFrame": _any_of("Whatever the server sends.", SERVER_FRAMES),
            "ClientFrame": _any_of("Whatever a client may send.", CLIENT_FRAMES),
            **_definitions(),
        },
    }


def definitions(prefix: str) -> dict[str, Schema]:
    """Every frame and what it is made of, by name; references begin with ``prefix``."""
    moved: dict[str, Schema] = _replace_refs(_definitions(), prefix)
    return moved


def _any_of(description: str, frames: Iterable[type[msgspec.Struct]]) -> Schema:
    return {"description": description, "anyOf": [ref(frame_name(frame)) for frame in frames]}


def _definitions() -> dict[str, Schema]:
    frames = (*SERVER_FRAMES, *CLIENT_FRAMES)
    _, found = msgspec.json.schema_components(frames, ref_template=_LOCAL + "{name}")
    names = {frame.__name__: frame_name(frame) for frame in frames}
    named: dict[str, Schema] = {names.get(name, name): schema for name, schema in found.items()}
    for name, schema in named.items():
        schema["title"] = name
        schema["description"] = prose(schema["description"])
        for field, value in schema.get("properties", {}).items():
            schema["properties"][field] = _field(name, field, value)
    for name, example in examples().items():
        named[name]["examples"] = [example]
    for word in _WORDS:
        named[word.__name__]["enum"] = [str(member) for member in word]
        named[word.__name__]["description"] += "\n\n" + "\n".join(
            f"- `{member}`: {member.meaning}" for member in word
        )
    return named | _JSON


def _field(name: str, field: str, schema: Schema) -> Schema:
    """A field as the wire has it; a type's name of one value is a constant."""
    if field == "type":
        return {"const": schema["enum"][0]}
    described = {"description": schema["description"]}
    wire = _ON_THE_WIRE.get((name, field), schema)
    # Older drafts ignore what stands beside a reference.
    return described | ({"allOf": [{"$ref": wire["$ref"]}]} if "$ref" in wire else wire)


def _replace_refs(schema: Any, prefix: str) -> Any:
    if isinstance(schema, list):
        return [_replace_refs(item, prefix) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: re.sub(f"^{re.escape(_LOCAL)}", prefix, value) if key == "$ref" else _replace_refs(value, prefix)
        for key, value in schema.items()
    }
