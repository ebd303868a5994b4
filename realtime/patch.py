"""RFC 6902: the difference of two JSON values, applied and composed. Pure."""

from typing import Any, TypeAlias

# A list of operations: {"op": "add" | "remove" | "replace", "path": "/a/0", "value": …}.
Patch: TypeAlias = "list[dict[str, Any]]"
