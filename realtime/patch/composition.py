"""Several patches as one."""

from collections.abc import Iterable, Sequence
from typing import Any

from realtime.patch.operations import Operation, Patch, PatchError, apply, read


def compose(patches: Iterable[Sequence[Operation]]) -> Patch:
    """One patch that does what ``patches`` do one after the other; no longer than them, and often shorter.

    Needs no document. What a later step overwrites is left out; steps that shift the items of a list are kept
    in order, as without the list nobody can tell which item an index means. The steps must fit each other,
    and ``add`` must only make members that were not there, as it does in everything that ``diff`` and
    ``compose`` give.
    """
    root = _Node()
    for patch in patches:
        for operation in patch:
            kind, parts, value = read(operation)
            root.take(kind, parts, value)
    return root.operations("")


class _Node:
    """What is known to happen at one place of the document: written as a whole, or changed further inside."""

    __slots__ = ("children", "kind", "sequence", "value")

    def __init__(self) -> None:
        self.kind: str | None = None  # what is done to the place itself; then nothing is noted below it
        self.value: Any = None
        self.children: dict[str, _Node] = {}
        self.sequence: Patch | None = None  # paths from here, in order, once items of a list may have shifted

    def take(self, kind: str, parts: list[str], value: Any) -> None:
        node = self
        for depth, part in enumerate(parts):
            rest = "/" + "/".join(parts[depth:])
            step = (
                {"op": kind, "path": rest} if kind == "remove" else {"op": kind, "path": rest, "value": value}
            )
            if node.kind is not None:
                if node.kind == "remove":
                    raise PatchError(f"{rest!r} leads through what was removed")
                node.value = apply(node.value, [step])
                return
            if node.sequence is None and depth == len(parts) - 1 and kind != "replace" and _may_be_item(part):
                node.sequence = node.operations("")
                node.children = {}
            if node.sequence is not None:
                node.sequence.append(step)
                return
            node = node.children.setdefault(part, _Node())
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
        return [step for part, child in self.children.items() for step in child.operations(f"{path}/{part}")]


def _may_be_item(part: str) -> bool:
    return part == "-" or part.isdigit()
