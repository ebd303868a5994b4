"""From the documents of a viewer's scopes to the one that the viewer sees. Pure."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from realtime.sections import Document


class Overlap(ValueError):
    """Two documents have a value at one place: which of them is meant would depend on their order."""


def merge(documents: "Iterable[Document]") -> "Document":
    """All keys of all documents, objects merged recursively; raises Overlap where anything else stands twice.

    The documents are left as they are. This is what clients do with the documents of their socket.
    """
    merged: Document = {}
    for document in documents:
        _merge_into(merged, document, "")
    return merged


def _merge_into(merged: "Document", document: "Document", path: str) -> None:
    for key, value in document.items():
        here = f"{path}/{key}"
        if key not in merged:
            # Copied as deep as later documents may reach into it.
            merged[key] = merge([value]) if isinstance(value, dict) else value
        elif isinstance(value, dict) and isinstance(already := merged[key], dict):
            _merge_into(already, value, here)
        else:
            raise Overlap(f"two documents have a value at {here}")
