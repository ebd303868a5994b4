"""Databases of the benchmarks' own, and work done in a process that has one of them for its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from tests.processes import remove_folder, scratch_folder
from tests.services import PostgresServer

VENDORS: Final = ("sqlite", "postgres")


@contextmanager
def new_database(vendor: str) -> Iterator[str]:
    """The URL of an empty database; it is gone afterwards."""
    if vendor == "postgres":
        with PostgresServer() as server:
            yield server.create_database()
    else:
        folder = scratch_folder("bench")
        try:
            yield f"sqlite:///{folder}/bench.sqlite3"
        finally:
            remove_folder(folder)


@contextmanager
def given_or_new(url: str | None, vendor: str, *words: str) -> Iterator[str]:
    """The URL of a database filled before, or of a new one that ``bench.generate`` fills as ``words`` say."""
    if url:
        yield url
        return
    with new_database(vendor) as made:
        run(made, "bench.generate", *words)
        yield made


def vendor_of(url: str) -> str:
    """Which of VENDORS a URL names."""
    return "sqlite" if url.startswith("sqlite") else "postgres"


def environment(url: str) -> dict[str, str]:
    """For a process whose settings name the database."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DEBUG": "0",  # as in production: Django notes every query otherwise
        "ALLOWED_HOSTS": "127.0.0.1",
        "REDIS_URL": "",
        "SECRET_KEY": "a key for benchmarks alone, long enough for every signature made with it",
        "DJANGO_SETTINGS_MODULE": "project.settings",
    }


def run(url: str, *words: str, **variables: str) -> Any:
    """``python -m`` with the words, in a process of its own; the JSON that it prints last, if any."""
    env = {**environment(url), **variables}
    done = subprocess.run(
        [sys.executable, "-m", *words], env=env, stdout=subprocess.PIPE, text=True, check=True
    )
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None
