"""docs/coverage.md names tests that exist, and leaves no key out."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from dashboard.examples import example
from dashboard.guide.keys import KEYS
from dashboard.guide.paths import values
from dashboard.guide.tables import ROLES

TESTS = Path(__file__).parent
WORDS = re.findall(r"`([^`]+)`", (TESTS.parent / "docs" / "coverage.md").read_text())
NODES = sorted({word for word in WORDS if "::" in word})


@cache
def nodes_in(path: Path) -> frozenset[str]:
    """``test_x`` and ``TestX::test_y`` of a file."""
    return frozenset(_tests(ast.parse(path.read_text()).body, ""))


def _tests(body: list[ast.stmt], prefix: str) -> Iterator[str]:
    for each in body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield prefix + each.name
        elif isinstance(each, ast.ClassDef):
            yield from _tests(each.body, f"{prefix}{each.name}::")


def expanded(word: str) -> Iterator[str]:
    """``a.{b,c}`` is ``a.b`` and ``a.c``."""
    choices = [part[1:-1].split(",") if part[:1] == "{" else [part] for part in re.split(r"({.*?})", word)]
    return map("".join, product(*choices))


@pytest.mark.parametrize("node", NODES)
def test_it_names_tests_that_exist(node: str) -> None:
    file, _, name = node.partition("::")
    assert name in nodes_in(TESTS / file)


def test_it_leaves_no_key_out() -> None:
    named = {key for word in WORDS for key in expanded(word)}
    shown = {path for role in ROLES for path, _ in values(example(role), KEYS)} | KEYS.keys()
    # The items of a list are named together.
    missing = {path for path in shown if path not in named and path.rpartition("[]")[0] + "[]" not in named}
    assert missing == set()


def test_it_names_no_key_that_is_gone() -> None:
    known = KEYS.keys() | {f"{path.rpartition('[]')[0]}[]" for path in KEYS if "[]" in path}
    sections = {path.split(".")[0] for path in KEYS}
    keys = {
        key for word in WORDS for key in expanded(word) if key.split(".")[0].removesuffix("[]") in sections
    }
    assert keys - known == set()
