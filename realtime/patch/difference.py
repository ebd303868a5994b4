"""The shortest way from one JSON value to another that can be found without long thought."""

from bisect import bisect_left
from typing import Any, Final

import msgspec

from realtime.patch.operations import Patch, escape

_MISSING: Final = object()
_encode = msgspec.json.Encoder().encode


def same(a: Any, b: Any) -> bool:
    """Whether two values are one JSON text but for the order of members; 1, 1.0 and true are three."""
    # Comparing and encoding are done in C and usually settle it. What is not equal is not the same; what is
    # equal may be 1 and 1.0, or have its members in another order.
    return a is b or (a == b and (_encode(a) == _encode(b) or _alike(a, b)))


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

    Items of a list are matched by their ``id``, or, where they are plain values, by themselves, so that a
    window that moves over a longer list costs what entered and what left. A list is replaced as a whole, and
    so is anything in it, wherever that is shorter. An object outside of lists that stays an object never is:
    its members may stand beside those of another document in a merged one, which the patch must fit as well.
    """
    writer = _Writer()
    writer.value(old, new, "", in_list=False)
    return writer.operations


class _Writer:
    """Collects the operations of one diff; in a list they give way wherever replacing is shorter."""

    __slots__ = ("operations", "sizes")

    def __init__(self) -> None:
        self.operations: Patch = []
        self.sizes: list[int] = []  # of the encoded operations; filled in when first asked for

    def value(self, old: Any, new: Any, path: str, *, in_list: bool) -> None:
        kind = type(old)
        if kind is not type(new):
            self.operations.append({"op": "replace", "path": path, "value": new})
        elif kind is dict:
            first = len(self.operations)
            self.members(old, new, path, in_list=in_list)
            if in_list and len(self.operations) > first:
                self.shorten(first, path, new)
        elif kind is list:
            first = len(self.operations)
            self.items(old, new, path)
            if len(self.operations) > first:
                self.shorten(first, path, new)
        elif old != new:
            self.operations.append({"op": "replace", "path": path, "value": new})

    def members(self, old: dict[str, Any], new: dict[str, Any], path: str, *, in_list: bool) -> None:
        kept = 0
        for key, before in old.items():
            after = new.get(key, _MISSING)
            if after is _MISSING:
                self.operations.append({"op": "remove", "path": f"{path}/{escape(key)}"})
                continue
            kept += 1
            if before is after:
                continue
            kind = type(before)
            # Unchanged is the usual case: it must not cost a path and a walk.
            if (
                kind is type(after)
                and before == after
                and ((kind is not dict and kind is not list) or _encode(before) == _encode(after))
            ):
                continue
            self.value(before, after, f"{path}/{escape(key)}", in_list=in_list)
        if kept < len(new):
            for key, after in new.items():
                if key not in old:
                    self.operations.append({"op": "add", "path": f"{path}/{escape(key)}", "value": after})

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
            self.value(old[start + i], new[start + j], f"{path}/{start + j}", in_list=True)

    def shorten(self, first: int, path: str, new: Any) -> None:
        """Put one ``replace`` of the container in place of the operations since ``first``, if shorter."""
        for operation in self.operations[len(self.sizes) :]:
            self.sizes.append(len(_encode(operation)) + 1)
        size = sum(self.sizes[first:]) - 1
        # Looks only at as much of the container as the patch is long, however large the container is.
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
    """The longest run of items that stand in both lists in one order, by their keys; empty without keys."""
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
