"""What a patch is made of, and doing what it says."""

from collections.abc import Iterable
from typing import Any, TypeAlias

Operation: TypeAlias = dict[str, Any]
# A list of operations: {"op": "add" | "remove" | "replace", "path": "/a/0", "value": …}.
Patch: TypeAlias = list[dict[str, Any]]


class PatchError(ValueError):
    """A patch that does not fit its document, or is not one."""


def apply(doc: Any, patch: Iterable[Operation]) -> Any:
    """``doc`` with the operations done in order; never changes ``doc`` itself. Raises PatchError."""
    # Containers copied by this call, by id: they may be written to. Held, so that no id is used twice.
    own: dict[int, Any] = {}
    for operation in patch:
        doc = _apply_one(doc, operation, own)
    return doc


def _apply_one(doc: Any, operation: Operation, own: dict[int, Any]) -> Any:
    kind, parts, value = read(operation)
    if not parts:
        if kind == "remove":
            raise PatchError("the whole document cannot be removed")
        return value
    doc = target = _own(doc, own)
    for part in parts[:-1]:
        key = _index(part, len(target) - 1) if type(target) is list else _unescape(part)
        if type(target) is dict and key not in target:
            raise PatchError(f"no member {key!r} on the way of {operation['path']!r}")
        child = _own(target[key], own)
        target[key] = child
        target = child
    _write(target, parts[-1], kind, value)
    return doc


def _write(target: Any, part: str, kind: str, value: Any) -> None:
    if type(target) is list:
        if kind == "add":
            index = len(target) if part == "-" else _index(part, len(target))
            target.insert(index, value)
        elif kind == "remove":
            del target[_index(part, len(target) - 1)]
        else:
            target[_index(part, len(target) - 1)] = value
        return
    key = _unescape(part)
    if kind != "add" and key not in target:
        raise PatchError(f"no member {key!r} to {kind}")
    if kind == "remove":
        del target[key]
    else:
        target[key] = value


def _own(value: Any, own: dict[int, Any]) -> Any:
    """``value``, or a copy of it that may be written to; raises PatchError for what is no container."""
    if id(value) in own:
        return value
    if type(value) is not dict and type(value) is not list:
        raise PatchError(f"a path leads through {value!r}, which holds nothing")
    copy = value.copy()
    own[id(copy)] = copy
    return copy


def read(operation: Operation) -> tuple[str, list[str], Any]:
    """(op, the path's parts, still escaped, value); raises PatchError."""
    try:
        kind, path = operation["op"], operation["path"]
        value = operation["value"] if kind != "remove" else None
    except (KeyError, TypeError) as error:
        raise PatchError(f"not an operation: {operation!r}") from error
    if kind not in ("add", "remove", "replace"):
        raise PatchError(f"unknown operation {kind!r}")
    if not isinstance(path, str) or (path and not path.startswith("/")):
        raise PatchError(f"not a path: {path!r}")
    return kind, path.split("/")[1:], value


def _index(part: str, last: int) -> int:
    """The list index that ``part`` spells, 0 to ``last``; raises PatchError."""
    if not (part.isascii() and part.isdigit()) or (part[0] == "0" and part != "0"):
        raise PatchError(f"not an index: {part!r}")
    index = int(part)
    if index > last:
        raise PatchError(f"index {index} is beyond {last}")
    return index


def escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def _unescape(part: str) -> str:
    if "~" not in part:
        return part
    if "~" in part.replace("~0", "").replace("~1", ""):
        raise PatchError(f"a lone ~ in {part!r}")
    return part.replace("~1", "/").replace("~0", "~")
