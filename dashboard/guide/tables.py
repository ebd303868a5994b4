"""The generated parts of the guide, in Markdown, made from the code; nothing here reads the database."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from dashboard.definitions import DEFINITIONS
from dashboard.examples import example
from dashboard.guide.alerts import rows as alert_rows
from dashboard.guide.keys import KEYS
from dashboard.guide.kinds import Key
from dashboard.guide.paths import keys_of

ROLES: Final = ("admin", "user", "agent")
# <!-- generated: keys of admin --> … <!-- end -->
_BLOCK: Final = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str) -> str:
    """``text`` with what it asks for between its markers; KeyError for a part that there is not."""
    made = parts()
    return _BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]}\n{block[3]}", text)


def parts() -> Mapping[str, str]:
    """Every generated part by its name."""
    return {
        "keys of everybody": _keys(
            {path: key for path, key in KEYS.items() if _section(path) in _EVERYBODYS}
        ),
        **{
            f"keys of {role}": _keys(
                {path: key for path, key in keys_of(role, KEYS).items() if _section(path) not in _EVERYBODYS}
            )
            for role in ROLES
        },
        **{f"alerts of {role}": _table(_ALERT_HEAD, alert_rows(role)) for role in ROLES},
        **{f"example of {role}": _json(role) for role in ROLES},
    }


# Top-level keys of every role, described once.
_EVERYBODYS: Final = frozenset(
    {
        *("dashboard_type", "user_info", "time_zone", "currency", "generated_at", "data_freshness"),
        *("positions", "alerts", "system_alerts", "quick_actions"),
    }
)
_HEAD: Final = ("key", "type", "unit", "time alone changes it", "meaning")
_ALERT_HEAD: Final = ("`type`", "`id`", "title", "while", "leads to")


def _section(path: str) -> str:
    return path.split(".")[0].removesuffix("[]")


def _keys(keys: Mapping[str, Key]) -> str:
    """A table of what stands alone, then a heading and a table for each object and list."""
    alone = {path: key for path, key in keys.items() if sum(_section(each) == path for each in keys) == 1}
    rest = {path: key for path, key in keys.items() if path not in alone}
    tables = [_rows(alone)] if alone else []
    for name, paths in groupby(rest, key=_section):
        tables.append(f"#### `{name}`\n\n{_rows({path: rest[path] for path in paths})}")
    return "\n\n".join(tables)


def _rows(keys: Mapping[str, Key]) -> str:
    return _table(_HEAD, [_row(path, key) for path, key in keys.items()])


def _row(path: str, key: Key) -> tuple[str, ...]:
    name = f"{key.kind.name} or null" if key.nullable else key.kind.name
    return (f"`{path}`", name, key.kind.unit, key.clock, meaning(path))


def meaning(path: str) -> str:
    """What the value at ``path`` is; empty if nothing says so."""
    return KEYS[path].meaning or DEFINITIONS.get(path, "") or _of_a_count(path)


def _of_a_count(path: str) -> str:
    # Items such as {"status": …, "count": …} under a list that is defined itself.
    return "How many." if path.endswith("[].count") else ""


def _json(role: str) -> str:
    return f"```json\n{json.dumps(example(role), indent=2, ensure_ascii=False)}\n```"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
