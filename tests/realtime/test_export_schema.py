"""The documents in docs/ are those of the code."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_what_the_repository_holds_is_up_to_date() -> None:
    call_command("export_schema", DOCS, "--check")


def test_it_writes_what_is_missing_or_old_and_then_finds_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "protocol.md").write_text("Mine.\n<!-- generated: reasons -->\n<!-- end -->\n")
    call_command("export_schema", tmp_path)
    assert len(capsys.readouterr().out.splitlines()) == 3
    schema = json.loads((tmp_path / "schema" / "frames.schema.json").read_text())
    assert schema["$defs"]["WelcomeFrame"]["properties"]["type"] == {"const": "welcome"}
    assert (tmp_path / "protocol.md").read_text().startswith("Mine.\n<!-- generated: reasons -->\n| value |")
    call_command("export_schema", tmp_path)
    call_command("export_schema", tmp_path, "--check")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["schema/frames.schema.json", "schema/asyncapi.json", "protocol.md"])
def test_a_check_names_what_is_out_of_date_and_leaves_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "protocol.md").write_text("<!-- generated: reasons -->\n<!-- end -->\n")
    call_command("export_schema", tmp_path, stdout=None)
    old = (tmp_path / name).read_text().replace("gap", "hole").replace("diff", "change")
    (tmp_path / name).write_text(old)
    with pytest.raises(CommandError, match=rf"out of date: {tmp_path / name}\. Run: "):
        call_command("export_schema", tmp_path, "--check")
    assert (tmp_path / name).read_text() == old


def test_a_check_of_a_folder_that_is_empty_fails_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="out of date"):
        call_command("export_schema", tmp_path, "--check")
    assert not list(tmp_path.iterdir())
