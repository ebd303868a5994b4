"""The tables of the protocol's page come from the code."""

import msgspec
import pytest

from realtime.close_codes import CloseCode
from realtime.schema import CLIENT_FRAMES, SERVER_FRAMES, frame_type
from realtime.wire_tables import TABLES, fill

ASKED = "Before.\n<!-- generated: {} -->\nold\n<!-- end -->\nAfter.\n"


@pytest.mark.parametrize("name", TABLES)
def test_a_table_replaces_what_stood_between_its_marks_and_nothing_else(name: str) -> None:
    filled = fill(ASKED.format(name))
    assert filled.startswith(f"Before.\n<!-- generated: {name} -->\n")
    assert filled.endswith("\n<!-- end -->\nAfter.\n")
    assert "\nold\n" not in filled
    assert fill(filled) == filled


def test_a_text_without_marks_stays_as_it_is() -> None:
    assert fill("Nothing to fill in.\n") == "Nothing to fill in.\n"


def test_a_table_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError, match="close cods"):
        fill(ASKED.format("close cods"))


def test_every_close_code_has_its_row() -> None:
    rows = TABLES["close codes"]().splitlines()
    for code in CloseCode:
        assert f"| {code.value} | {code.meaning} | {code.action.meaning} |" in rows


@pytest.mark.parametrize(
    ("name", "frames"), [("server frames", SERVER_FRAMES), ("client frames", CLIENT_FRAMES)]
)
def test_every_frame_has_its_heading_and_every_field_its_row(
    name: str, frames: tuple[type[msgspec.Struct], ...]
) -> None:
    sections = TABLES[name]().split("### ")[1:]
    assert [section.splitlines()[0] for section in sections] == [f"`{frame_type(frame)}`" for frame in frames]
    for frame, section in zip(frames, sections, strict=True):
        for field in frame.__struct_encode_fields__:
            assert f"\n| `{field}` | " in section
