"""``manage.py export_schema``: write what the repository holds of the wire's documents, or check it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from realtime.asyncapi import asyncapi_document
from realtime.schema import frames_schema
from realtime.wire_tables import fill


class Command(BaseCommand):
    help = (
        "Write schema/frames.schema.json and schema/asyncapi.json, and the generated tables of protocol.md,"
        " from the typed frames."
    )
    requires_system_checks: tuple[()] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", nargs="?", type=Path, default=Path("docs"), help="default: docs")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if anything would change"
        )

    def handle(self, *, directory: Path, check: bool, **_: Any) -> None:
        """Write, or raise CommandError with the names of what is out of date."""
        changed = [path for path, text in documents(directory).items() if _read(path) != text]
        if check and changed:
            names = ", ".join(str(path) for path in changed)
            raise CommandError(f"out of date: {names}. Run: manage.py export_schema {directory}")
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(documents(directory)[path])
            self.stdout.write(f"wrote {path}")


def documents(directory: Path) -> dict[Path, str]:
    """What the files should hold, by path; protocol.md keeps its prose."""
    protocol = directory / "protocol.md"
    return {
        directory / "schema" / "frames.schema.json": _json(frames_schema()),
        directory / "schema" / "asyncapi.json": _json(asyncapi_document()),
        **({protocol: fill(protocol.read_text())} if protocol.exists() else {}),
    }


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
