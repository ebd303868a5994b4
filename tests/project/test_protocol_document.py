"""docs/protocol.md names every code of an error that the server sends."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from accounts.refusals import Refusal
from realtime.close_codes import CloseCode
from realtime.frames import Retry

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "protocol.md").read_text()
# Refusals of a password or of a refresh token, which no socket is given.
REST_ONLY = {Refusal.CREDENTIALS_INVALID, Refusal.TOKEN_REUSED}
# What is called with the code of an error among its arguments.
RAISERS = {"Error", "Refused", "NoCapacity", "fatal", "_unauthorized"}


def codes_of(path: Path) -> Iterator[str]:
    """The codes that a module writes out where it refuses."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISERS:
            strings = (each.value for each in node.args if isinstance(each, ast.Constant))
            code = next((each for each in strings if isinstance(each, str)), "")
            if re.fullmatch(r"[a-z_]+", code) and code not in set(Retry):
                yield code


def documented() -> dict[str, str]:
    """The page's table: codes, and the closes that follow."""
    table = PAGE.partition("Codes of errors")[2].partition("New codes may be added")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE))


def test_every_code_of_an_error_is_in_the_table_and_no_other() -> None:
    modules = [*(ROOT / "realtime").glob("*.py"), ROOT / "dashboard" / "access.py"]
    written = {code for path in modules if path.name != "examples.py" for code in codes_of(path)}
    assert set(documented()) == written | {refusal.value for refusal in Refusal if refusal not in REST_ONLY}


def test_every_close_of_the_table_is_a_close_code() -> None:
    closes = {int(code) for close in documented().values() for code in re.findall(r"\d+", close)}
    assert closes == set(CloseCode) - {CloseCode.RESTART}  # a restart comes with a goodbye, not with an error
