"""``manage.py replay_calls``: recorded calls, played through the services at their own instants."""

import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from domain.errors import InvalidInput
from domain.models import User
from domain.replay.player import Event, Player, events
from domain.replay.rows import BadFile, BadRow, Recorded, read, shifted
from domain.services import people

DEFAULT_TENANT: Final = "replay@replay.example"
_AT_ONCE: Final = 200  # events in one transaction when nobody waits for the next


class Command(BaseCommand):
    help = (
        "Play a CSV of calls (call_id, direction, queued_at, answered_at, ended_at, agent, status; outbound "
        "calls also phone_number) for one tenant, with the instants of the file. Bad rows are reported and "
        "left out; the exit code is then 1."
    )
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        pace = parser.add_mutually_exclusive_group()
        pace.add_argument("--speed", type=float, help="seconds of the record that pass in one second here")
        pace.add_argument("--at-once", action="store_true", help="do not wait between events (the default)")
        parser.add_argument(
            "--shift", action="store_true", help="move all instants so that the last call ended just now"
        )
        parser.add_argument(
            "--tenant", default=DEFAULT_TENANT, help="whose calls they are; made if missing (%(default)s)"
        )
        parser.add_argument("--time-zone", default="UTC", help="of a tenant that has to be made")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["speed"] is not None and not 0 < options["speed"] < inf:
            raise CommandError("--speed must be a number of more than 0")
        recorded, bad = self._read(options["file"])
        if options["shift"]:
            recorded = shifted(recorded, datetime.now(UTC))
        owner = self._tenant(options["tenant"], options["time_zone"])
        player = Player(owner, provider_prefix=f"{options['file'].stem}:")
        self._play(player, events(recorded), options["speed"])
        bad = sorted([*bad, *player.refused], key=lambda row: row.line)
        for row in bad:
            self.stderr.write(f"line {row.line}: {row.reason}")
        self.stdout.write(f"{player.played:,} calls played for {owner.email}, {len(bad):,} rows left out.")
        if bad:
            sys.exit(1)

    def _read(self, path: Path) -> tuple[list[Recorded], list[BadRow]]:
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                rows = list(read(file))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error
        except BadFile as error:
            raise CommandError(f"{path}: {error}") from error
        good = [row for row in rows if isinstance(row, Recorded)]
        return good, [row for row in rows if isinstance(row, BadRow)]

    def _tenant(self, email: str, zone: str) -> User:
        found = User.objects.filter(email=email.lower()).first()
        if found is None:
            try:
                owner = people.create_tenant(email=email, timezone=zone)
            except InvalidInput as refusal:
                option = {"email": "--tenant", "timezone": "--time-zone"}[refusal.field]
                raise CommandError(f"{option}: {refusal}") from None
            self.stdout.write(f"Made the tenant {owner.email}; `manage.py changepassword` lets it sign in.")
            return owner
        if found.role != User.Role.USER:
            raise CommandError(f"{email} is not a tenant.")
        return found

    def _play(self, player: Player, timeline: list[Event], speed: float | None) -> None:
        with tqdm(total=len(timeline), unit="event", disable=None, file=sys.stderr) as bar:
            if speed is None:
                for start in range(0, len(timeline), _AT_ONCE):
                    batch = timeline[start : start + _AT_ONCE]
                    with transaction.atomic():
                        for event in batch:
                            player.play(event)
                    bar.update(len(batch))
                return
            started = time.monotonic()
            for event in timeline:
                due = (event.at - timeline[0].at).total_seconds() / speed
                time.sleep(max(due - (time.monotonic() - started), 0))
                player.play(event)
                bar.update()
