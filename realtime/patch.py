"""RFC 6902: the difference of two JSON values, applied and composed. Pure.

Only ``add``, ``remove`` and ``replace`` are ever made or understood. Values are what ``json.loads`` gives; they are
never changed in place, and what a patch does not touch is shared between the old and the new document.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import msgspec

# A list of operations: {"op": "add" | "remove" | "replace", "path": "/a/0", "value": …}.
Operation: TypeAlias = dict[str, Any]
Patch: TypeAlias = list[dict[str, Any]]

_MISSING: Final = object()
_encode = msgspec.json.Encoder().encode


class PatchError(ValueError):
    """A patch that does not fit its document, or is not one."""


def same(a: Any, b: Any) -> bool:
    """Whether two JSON values are one text, apart from the order of members: 1, 1.0 and true are three values."""
    # Encoding is done in C and usually settles it: most of a document has not changed.
    return a is b or _encode(a) == _encode(b) or _alike(a, b)


def _alike(a: Any, b: Any) -> bool:
    if a is b:
        return True
    kind = type(a)
    if kind is not type(b):
        return False
    if kind is dict:
        return len(a) == len(b) and all(key in b and _alike(value, b[key]) for key, value in a.items())
    if kind is list:
        return len(a) == len(b) and all(map(_alike, a, b))
    return bool(a == b)


def diff(old: Any, new: Any) -> Patch:
    """The operations that lead from ``old`` to ``new``; empty if they are the same.

    Its JSON text is never longer than that of the one operation that replaces the whole. Items of a list are matched
    by their ``id``, or, where they are plain values, by themselves, so that a window that moves over a longer list
    costs what entered and what left.
    """
    writer = _Writer()
    writer.value(old, new, "")
    return writer.operations


class _Writer:
    """Collects the operations of one diff; wherever replacing a container is shorter, its operations give way."""

    __slots__ = ("operations", "sizes")

    def __init__(self) -> None:
        self.operations: Patch = []
        self.sizes: list[int] = []  # of the encoded operations; filled in when first asked for

    def value(self, old: Any, new: Any, path: str) -> None:
        kind = type(old)
        if kind is not type(new):
            self.operations.append({"op": "replace", "path": path, "value": new})
        elif kind is dict:
            first = len(self.operations)
            self.members(old, new, path)
            if len(self.operations) > first:
                self.shorten(first, path, new)
        elif kind is list:
            first = len(self.operations)
            self.items(old, new, path)
            if len(self.operations) > first:
                self.shorten(first, path, new)
        elif old != new:
            self.operations.append({"op": "replace", "path": path, "value": new})

    def members(self, old: dict[str, Any], new: dict[str, Any], path: str) -> None:
        kept = 0
        for key, before in old.items():
            after = new.get(key, _MISSING)
            if after is _MISSING:
                self.operations.append({"op": "remove", "path": f"{path}/{_escape(key)}"})
                continue
            kept += 1
            if before is after:
                continue
            kind = type(before)
            if kind is type(after):
                # Unchanged is the usual case: it must not cost a path and a walk.
                unchanged = (
                    _encode(before) == _encode(after) if kind is dict or kind is list else before == after
                )
                if unchanged:
                    continue
            self.value(before, after, f"{path}/{_escape(key)}")
        if kept < len(new):
            for key, after in new.items():
                if key not in old:
                    self.operations.append({"op": "add", "path": f"{path}/{_escape(key)}", "value": after})

    def items(self, old: list[Any], new: list[Any], path: str) -> None:
        start, old_end, new_end = 0, len(old), len(new)
        while start < old_end and start < new_end and same(old[start], new[start]):
            start += 1
        while old_end > start and new_end > start and same(old[old_end - 1], new[new_end - 1]):
            old_end -= 1
            new_end -= 1
        pairs, removed, added = _align(old[start:old_end], new[start:new_end])
        # Removing from the back and adding from the front, every index is the final one when its turn comes.
        for i in reversed(removed):
            self.operations.append({"op": "remove", "path": f"{path}/{start + i}"})
        for j in added:
            self.operations.append({"op": "add", "path": f"{path}/{start + j}", "value": new[start + j]})
        for i, j in pairs:
            self.value(old[start + i], new[start + j], f"{path}/{start + j}")

    def shorten(self, first: int, path: str, new: Any) -> None:
        """Put one ``replace`` of the container at ``path`` in place of the operations since ``first``, if shorter."""
        for operation in self.operations[len(self.sizes) :]:
            self.sizes.append(len(_encode(operation)) + 1)
        size = sum(self.sizes[first:]) - 1
        # The bound looks only at as much of the container as the patch is long, however large the container is.
        if _at_least(new, size):
            return
        replacement = {"op": "replace", "path": path, "value": new}
        if len(_encode(replacement)) < size:
            self.operations[first:] = [replacement]
            del self.sizes[first:]


def _at_least(value: Any, size: int) -> bool:
    """Whether the JSON text of ``value`` surely has ``size`` bytes; looks no further than it must."""
    total = 0
    stack = [value]
    while stack and total < size:
        item = stack.pop()
        kind = type(item)
        if kind is str:
            total += len(item) + 2
        elif kind is dict:
            total += 2 + sum(map(len, item)) + 4 * len(item)  # quotes, colon, comma
            stack.extend(item.values())
        elif kind is list:
            total += 1 + len(item)
            stack.extend(item)
        else:
            total += 1
    # An object's and an array's last comma is counted but not written.
    return total - 1 >= size


def _align(old: list[Any], new: list[Any]) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """(old index, new index) of items that become each other, old indices to remove, new indices to add."""
    anchors = [*_anchors(old, new), (len(old), len(new))]
    pairs: list[tuple[int, int]] = []
    removed: list[int] = []
    added: list[int] = []
    i = j = 0
    for next_i, next_j in anchors:
        # Between two anchors, what went and what came are taken for each other as far as they last.
        common = min(next_i - i, next_j - j)
        pairs.extend((i + k, j + k) for k in range(common))
        removed.extend(range(i + common, next_i))
        added.extend(range(j + common, next_j))
        if next_i < len(old):
            pairs.append((next_i, next_j))
        i, j = next_i + 1, next_j + 1
    return pairs, removed, added


def _anchors(old: list[Any], new: list[Any]) -> list[tuple[int, int]]:
    """The longest run of items that stand in both lists in the same order, by their keys; empty without keys."""
    old_keys = _keys(old)
    new_keys = _keys(new) if old_keys else None
    if not old_keys or not new_keys:
        return []
    where = {key: i for i, key in enumerate(old_keys)}
    found = [(where[key], j) for j, key in enumerate(new_keys) if key in where]
    # The longest increasing subsequence of old indices: per length, the end with the smallest index so far.
    ends: list[int] = []
    end_positions: list[int] = []
    before: list[int] = []
    for position, (i, _) in enumerate(found):
        length = bisect_left(ends, i)
        before.append(end_positions[length - 1] if length else -1)
        ends[length : length + 1] = [i]
        end_positions[length : length + 1] = [position]
    run: list[tuple[int, int]] = []
    position = end_positions[-1] if end_positions else -1
    while position >= 0:
        run.append(found[position])
        position = before[position]
    return run[::-1]


def _keys(items: list[Any]) -> list[Any] | None:
    """What each item is known by, or None where some item has no key or two have the same."""
    keys: list[Any] = []
    for item in items:
        kind = type(item)
        if kind is dict:
            key = item.get("id")
            if type(key) is not int and type(key) is not str:
                return None
            keys.append(key)
        elif kind is list:
            return None
        else:
            keys.append((kind, item))
    return keys if len(set(keys)) == len(keys) else None


def apply(doc: Any, patch: Iterable[Operation]) -> Any:
    """``doc`` with the operations done in order; raises PatchError, and leaves ``doc`` as it is in any case."""
    # Containers copied by this call, by id: they may be written to. Held, so that no id is used twice.
    own: dict[int, Any] = {}
    for operation in patch:
        doc = _apply_one(doc, operation, own)
    return doc


def _apply_one(doc: Any, operation: Operation, own: dict[int, Any]) -> Any:
    kind, tokens, value = _read(operation)
    if not tokens:
        if kind == "remove":
            raise PatchError("the whole document cannot be removed")
        return value
    doc = target = _own(doc, own)
    for token in tokens[:-1]:
        key = _index(token, len(target) - 1) if type(target) is list else _unescape(token)
        if type(target) is dict and key not in target:
            raise PatchError(f"no member {key!r} on the way of {operation['path']!r}")
        child = _own(target[key], own)
        target[key] = child
        target = child
    _write(target, tokens[-1], kind, value)
    return doc


def _write(target: Any, token: str, kind: str, value: Any) -> None:
    if type(target) is list:
        if kind == "add":
            index = len(target) if token == "-" else _index(token, len(target))
            target.insert(index, value)
        elif kind == "remove":
            del target[_index(token, len(target) - 1)]
        else:
            target[_index(token, len(target) - 1)] = value
        return
    key = _unescape(token)
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


def _read(operation: Operation) -> tuple[str, list[str], Any]:
    """(op, path's tokens still escaped, value); raises PatchError."""
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


def _index(token: str, last: int) -> int:
    """The list index that ``token`` spells, 0 to ``last``; raises PatchError."""
    if not (token.isascii() and token.isdigit()) or (token[0] == "0" and token != "0"):
        raise PatchError(f"not an index: {token!r}")
    index = int(token)
    if index > last:
        raise PatchError(f"index {index} is beyond {last}")
    return index


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1") if "~" in key or "/" in key else key


def _unescape(token: str) -> str:
    if "~" not in token:
        return token
    if "~" in token.replace("~0", "").replace("~1", ""):
        raise PatchError(f"a lone ~ in {token!r}")
    return token.replace("~1", "/").replace("~0", "~")


def compose(patches: Iterable[Sequence[Operation]]) -> Patch:
    """One patch that does what ``patches`` do one after the other; no longer than them, and often shorter.

    Needs no document. What a later step overwrites is left out; steps that shift the items of a list are kept in
    order, as without the list nobody can tell which item an index means. The steps must fit each other, and ``add``
    must only make members that were not there, as it does in everything that ``diff`` and ``compose`` give.
    """
    root = _Node()
    for patch in patches:
        for operation in patch:
            kind, tokens, value = _read(operation)
            root.take(kind, tokens, value)
    return root.operations("")


class _Node:
    """What is known to happen at one place of the document: written as a whole, or changed further inside."""

    __slots__ = ("children", "kind", "sequence", "value")

    def __init__(self) -> None:
        self.kind: str | None = None  # what is done to the place itself; then nothing is noted below it
        self.value: Any = None
        self.children: dict[str, _Node] = {}
        self.sequence: Patch | None = None  # paths from here, in order, once items of a list may have shifted

    def take(self, kind: str, tokens: list[str], value: Any) -> None:
        node = self
        for depth, token in enumerate(tokens):
            rest = "/" + "/".join(tokens[depth:])
            step = (
                {"op": kind, "path": rest} if kind == "remove" else {"op": kind, "path": rest, "value": value}
            )
            if node.kind is not None:
                if node.kind == "remove":
                    raise PatchError(f"{rest!r} leads through what was removed")
                node.value = apply(node.value, [step])
                return
            if (
                node.sequence is None
                and depth == len(tokens) - 1
                and kind != "replace"
                and _may_be_item(token)
            ):
                node.sequence = node.operations("")
                node.children = {}
            if node.sequence is not None:
                node.sequence.append(step)
                return
            node = node.children.setdefault(token, _Node())
        node.overwrite(kind, value)

    def overwrite(self, kind: str, value: Any) -> None:
        was = self.kind
        existed = was in ("replace", "remove") or bool(self.children or self.sequence)
        self.children, self.sequence, self.value = {}, None, value
        if kind == "remove":
            self.kind = None if was == "add" else "remove"
        else:
            self.kind = "replace" if existed or (kind == "replace" and was != "add") else "add"

    def operations(self, path: str) -> Patch:
        if self.kind == "remove":
            return [{"op": "remove", "path": path}]
        if self.kind is not None:
            return [{"op": self.kind, "path": path, "value": self.value}]
        if self.sequence is not None:
            return [{**step, "path": path + step["path"]} for step in self.sequence]
        return [
            step for token, child in self.children.items() for step in child.operations(f"{path}/{token}")
        ]


def _may_be_item(token: str) -> bool:
    return token == "-" or token.isdigit()
