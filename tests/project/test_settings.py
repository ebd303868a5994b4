"""The settings as a whole: what an operator can and cannot start with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from project.settings.base import database, snapshot_alias

ROOT = Path(__file__).resolve().parents[2]
KEY = "k" * 32

_CONNECTED = """
import json
import django
django.setup()
from django.db import connections
print(json.dumps([each.connection is not None for each in connections.all()]))
"""


def _manage(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` with nothing but ``env`` in its environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATABASE_URL": "sqlite://:memory:", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_daphne_stands_first_or_runserver_serves_no_websocket() -> None:
    assert settings.INSTALLED_APPS[0] == "daphne"


def test_with_debug_off_a_missing_key_is_refused_by_name() -> None:
    done = _manage("check", DEBUG="0")
    assert done.returncode != 0
    assert "DEBUG is off and SECRET_KEY is not set" in done.stderr


def test_with_debug_off_a_key_that_can_be_guessed_fails_the_system_check() -> None:
    done = _manage("check", DEBUG="0", SECRET_KEY="changeme")
    assert done.returncode != 0
    assert "project.E001" in done.stderr
    assert "changeme" not in done.stderr, "a key is not printed"


@pytest.mark.parametrize("debug", ["0", "1"])
def test_a_proper_key_passes(debug: str) -> None:
    done = _manage("check", DEBUG=debug, SECRET_KEY=KEY)
    assert done.returncode == 0, done.stderr


def test_a_setting_that_cannot_be_read_is_named() -> None:
    done = _manage("check", SECRET_KEY=KEY, ACCESS_TOKEN_SECONDS="15m")
    assert done.returncode != 0
    assert "ACCESS_TOKEN_SECONDS='15m': expected a whole number" in done.stderr


def test_nothing_is_missing_from_the_migrations() -> None:
    done = _manage("makemigrations", "--check", "--dry-run", SECRET_KEY=KEY)
    assert done.returncode == 0, done.stdout + done.stderr


def test_settings_load_without_touching_a_database() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CONNECTED],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": KEY,
            "DJANGO_SETTINGS_MODULE": "project.settings",
            "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [False, False]


def test_writers_on_sqlite_take_the_lock_when_they_begin_and_readers_never() -> None:
    default = database("sqlite:////var/db.sqlite3")
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert default["OPTIONS"]["timeout"] == 20
    assert "journal_mode=WAL" in default["OPTIONS"]["init_command"]
    snapshot = snapshot_alias(default)
    assert snapshot["NAME"] == default["NAME"]
    assert snapshot["OPTIONS"]["transaction_mode"] == "DEFERRED"
    assert "query_only=ON" in snapshot["OPTIONS"]["init_command"]
    assert default["OPTIONS"]["transaction_mode"] == "IMMEDIATE", "the second alias has options of its own"


@pytest.mark.parametrize("url", ["sqlite:////var/db.sqlite3", "postgres://me@host:5433/db"])
def test_no_connection_outlives_its_request(url: str) -> None:
    assert database(url)["CONN_MAX_AGE"] == 0
    assert snapshot_alias(database(url))["CONN_MAX_AGE"] == 0
