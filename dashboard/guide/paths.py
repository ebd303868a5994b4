"""Which keys a document has: the paths of its values, and those that the guide lists for a role. Pure."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from dashboard.examples import example
from dashboard.guide.kinds import Key

if TYPE_CHECKING:
    from realtime.sections import Json

# What a tenant reads instead of a subscription or an AI agent; the examples show one who has both.
ALTERNATIVES: Final = {
    "user": {"subscription_info.message", "ai_agent_info.message", "ai_agent_info.setup_required"}
}


def values(document: "Json", keys: Mapping[str, Key], path: str = "") -> Iterator[tuple[str, "Json"]]:
    """Every value that has a key, with its path; a value inside none of them comes with its own path.

    Objects that are no key themselves, and the items of lists, are descended into.
    """
    if path in keys:
        yield path, document
        if isinstance(document, list):
            for item in document:
                if isinstance(item, dict):
                    yield from values(item, keys, f"{path}[]")
    elif isinstance(document, dict):
        for name, value in document.items():
            yield from values(value, keys, f"{path}.{name}" if path else name)
    else:
        yield path, document


def keys_of(role: str, keys: Mapping[str, Key]) -> dict[str, Key]:
    """The keys of a role's document, in the order of ``keys``."""
    shown = {path for path, _ in values(example(role), keys)} | ALTERNATIVES.get(role, set())
    # The examples' lists are shortened, maybe to nothing: what an item holds is known by its list.
    return {path: key for path, key in keys.items() if path in shown or path.rpartition("[]")[0] in shown}
