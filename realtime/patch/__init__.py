"""RFC 6902: the difference of two JSON values, applied and composed. Pure.

Only ``add``, ``remove`` and ``replace`` are ever made or understood. Values are what ``json.loads`` gives;
they are never changed in place, and what a patch does not touch is shared between the old and the new
document.
"""

from realtime.patch.composition import compose
from realtime.patch.difference import diff, same
from realtime.patch.operations import Operation, Patch, PatchError, apply

__all__ = ["Operation", "Patch", "PatchError", "apply", "compose", "diff", "same"]
