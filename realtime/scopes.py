"""What a document belongs to: a role, a team or a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """The owner of one document, e.g. ``Scope("user", "7")``.

    On the wire a scope goes by its ``kind`` alone: a connection follows at most one document of each kind.
    """

    kind: str
    id: str

    @property
    def group(self) -> str:
        """The Channels group of its watchers (``role.admin``): letters, digits, ``-``, ``_`` and ``.``."""
        return f"{self.kind}.{self.id}"

    @classmethod
    def from_group(cls, group: str) -> "Scope":
        """The inverse of ``group``; raises ValueError for anything else."""
        kind, dot, id_ = group.partition(".")
        if not (kind and dot and id_):
            raise ValueError(f"not the group of a scope: {group!r}")
        return cls(kind, id_)

    def __str__(self) -> str:
        return self.group
