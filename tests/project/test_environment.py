"""Settings from the environment: read strictly, and a secret that is one secret."""

import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.settings.environment import (
    env_bool,
    env_currency,
    env_int,
    env_list,
    env_zone,
    package_folder,
    secret_from_file,
)

ROOT = Path(__file__).resolve().parents[2]

_RACER = """
import sys
from pathlib import Path
from project.settings.environment import secret_from_file
print("ready", flush=True)
sys.stdin.readline()
print(secret_from_file(Path(sys.argv[1])))
"""


def test_a_currency_and_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", " eur ")
    assert (env_currency("ONE", "USD"), env_currency("NONE", "USD")) == ("EUR", "USD")
    monkeypatch.setenv("ONE", "Europe/Berlin")
    assert (env_zone("ONE", "UTC"), env_zone("NONE", "UTC")) == ("Europe/Berlin", "UTC")


@pytest.mark.parametrize("text", ["€", "EURO", "E R", "12.", "ÄÖÜ", "Mars/Base"])
def test_what_is_none_is_refused_by_name(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", text)
    for read in (env_currency, env_zone):
        with pytest.raises(ImproperlyConfigured, match="ONE="):
            read("ONE", "USD")


@pytest.mark.parametrize("text", ["1", "true", "Yes", " ON "])
def test_yes_is_yes(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", text)
    assert env_bool("FLAG", default=False) is True


@pytest.mark.parametrize("text", ["0", "false", "No", "off", ""])
def test_no_is_no(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", text)
    assert env_bool("FLAG", default=True) is False


@pytest.mark.parametrize("text", ["2", "ture", "none", "-1"])
def test_a_flag_that_is_neither_is_refused_by_name(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLAG", text)
    with pytest.raises(ImproperlyConfigured, match=f"FLAG='{text}': expected one of"):
        env_bool("FLAG", default=True)


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" -3 ", -3), ("", 11), ("  ", 11)])
def test_a_whole_number_or_the_default(text: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", text)
    assert env_int("NUMBER", 11) == number


@pytest.mark.parametrize("text", ["1.5", "15m", "0x10"])
def test_what_is_no_whole_number_is_refused_by_name(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", text)
    with pytest.raises(ImproperlyConfigured, match=f"NUMBER='{text}': expected a whole number"):
        env_int("NUMBER", 11)


def test_a_list_has_no_blanks_and_no_empty_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMES", " a.example , ,b.example,")
    assert env_list("NAMES", ["default"]) == ["a.example", "b.example"]
    monkeypatch.setenv("NAMES", "")
    assert env_list("NAMES", ["default"]) == []


@pytest.mark.parametrize(
    ("read", "default"),
    [
        (lambda: env_bool("UNSET", default=True), True),
        (lambda: env_int("UNSET", 5), 5),
        (lambda: env_list("UNSET", ["x"]), ["x"]),
    ],
)
def test_what_is_not_set_has_its_default(
    read: Callable[[], object], default: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNSET", raising=False)
    assert read() == default


def test_the_secret_is_kept_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = secret_from_file(path)
    assert len(secret.encode()) >= 32
    assert secret_from_file(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path], "no draft is left beside it"


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    for attempt in range(5):
        path = tmp_path / f"secret-{attempt}"
        racers = [
            subprocess.Popen(
                [sys.executable, "-c", _RACER, str(path)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer in racers:
            assert racer.stdin is not None
            racer.stdin.write("\n")
            racer.stdin.flush()
        answers = [racer.communicate(timeout=30)[0].strip() for racer in racers]
        assert answers == [path.read_text()] * 2
        assert answers[0]


def test_the_folder_of_a_package_is_found_without_importing_it() -> None:
    assert (package_folder("asyncapi_viewer") / "static" / "asyncapi-viewer.iife.js").is_file()


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="no_such_package is not installed"):
        package_folder("no_such_package")
