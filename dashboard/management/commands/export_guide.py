"""``manage.py export_guide``: write the generated parts of the guide to the dashboards, or check them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboard.guide.tables import fill

GUIDE = Path("docs") / "COMPREHENSIVE_DASHBOARD_GUIDE.md"


class Command(BaseCommand):
    help = "Fill the generated parts of the guide to the dashboards from the code; the prose stays."
    requires_system_checks: tuple[()] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("guide", nargs="?", type=Path, default=GUIDE, help=f"default: {GUIDE}")
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail if anything would change"
        )

    def handle(self, *, guide: Path, check: bool, **_: Any) -> None:
        """Write, or raise CommandError if the guide is out of date."""
        text = guide.read_text()
        filled = fill(text)
        if filled == text:
            return
        if check:
            raise CommandError(f"out of date: {guide}. Run: manage.py export_guide {guide}")
        guide.write_text(filled)
        self.stdout.write(f"wrote {guide}")
