"""``manage.py rollups``: fold the journals in, compare the sums with the rows, correct them."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS
from tqdm import tqdm

from dashboard.rollups import triggers
from dashboard.rollups.keeping import Differences, compare, fold, forget, repair, rows_to_compare


class Command(BaseCommand):
    help = "Fold what is pending into the sums; with --verify or --rebuild, derive all of them from the rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--verify",
            action="store_true",
            help="compare with the rows, change nothing; fails if any is wrong",
        )
        what.add_argument("--rebuild", action="store_true", help="make triggers and sums what they should be")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        if options["verify"]:
            self._verify(now)
        elif options["rebuild"]:
            self._rebuild(now)
        else:
            self.stdout.write(f"Folded {fold():,} changes.")

    def _verify(self, now: datetime) -> None:
        absent = triggers.missing(DEFAULT_DB_ALIAS)
        with self._progress() as bar:
            found = compare(now, bar.update)
        self._list(found)
        if absent:
            raise CommandError(f"Triggers are missing or disabled: {', '.join(sorted(absent))}")
        if found.count:
            raise CommandError(f"{found.count:,} sums are not what the rows say; --rebuild corrects them.")
        self.stdout.write("All sums are what the rows say.")

    def _list(self, found: Differences) -> None:
        for rollup in found.cells:
            wrong = len(found.cells[rollup]) + len(found.tallies[rollup])
            if wrong:
                self.stdout.write(f"{rollup.name}: {wrong:,} sums differ")

    def _rebuild(self, now: datetime) -> None:
        triggers.install(DEFAULT_DB_ALIAS)
        with self._progress() as bar:
            wrong = repair(now, progress=bar.update)
        folded, forgotten = fold(), forget(now)
        self.stdout.write(
            f"Corrected {wrong:,} sums, folded {folded:,} changes, forgot {forgotten:,} sums out of reach."
        )

    def _progress(self) -> Any:
        return tqdm(total=rows_to_compare(), unit=" rows", desc="Summing", file=self.stderr, mininterval=1)
