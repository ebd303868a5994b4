"""``manage.py demo``: a company with a past, a server, and traffic that makes it move."""

import sys
from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from math import inf
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from tqdm import tqdm

from dashboard.rollups.keeping import fold
from domain.models import User
from domain.simulation.company import DEMO_PASSWORD, DEMO_PEOPLE, found_company
from domain.simulation.history import DAYS, write_history
from domain.simulation.traffic import Traffic, TrafficThread
from realtime.servers.limits import NotFree, check_free


class Command(BaseCommand):
    help = "Migrate, fill an empty database with a demo company, serve it, and simulate its traffic."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--server", choices=("daphne", "uvicorn"), default="daphne")
        parser.add_argument(
            "--speed",
            type=float,
            default=2.0,
            help="1: as long as in a real call centre (default %(default)s)",
        )
        parser.add_argument("--days", type=int, default=DAYS, help="days of history (default %(default)s)")
        parser.add_argument("--no-traffic", action="store_true", help="serve the company as it stands")
        parser.add_argument("--fresh", action="store_true", help="delete everything in the database first")
        parser.add_argument("--seed", type=int, default=None, help="the same number gives the same people")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 < options["speed"] < inf:
            raise CommandError("--speed must be a number of more than 0")
        if options["days"] < 0:
            raise CommandError("--days must not be negative")
        try:  # before a minute is spent on the company's past
            check_free(options["host"], options["port"])
        except NotFree as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        if options["fresh"]:
            call_command("flush", interactive=False, verbosity=0)
        random = Random(options["seed"])
        self._fill(random, options["days"])
        settings.DEMO_ACCOUNTS = [
            {"email": who.email, "password": DEMO_PASSWORD, "role": who.role, "label": who.label}
            for who in DEMO_PEOPLE
        ]
        settings.PAYMENT_GATEWAY = "domain.simulation.gateways.SimulatedPayments"
        if not options["no_traffic"]:  # it is what plays the calls
            settings.CALL_GATEWAY = "domain.simulation.gateways.SimulatedCalls"
        self._say_who(options["host"], options["port"])
        traffic = TrafficThread(Traffic(speed=options["speed"], random=random))
        if not options["no_traffic"]:
            traffic.start()
        try:
            call_command("serve", host=options["host"], port=options["port"], server=options["server"])
        finally:
            if not options["no_traffic"]:
                traffic.stop()

    def _fill(self, random: Random, days: int) -> None:
        emails = [who.email for who in DEMO_PEOPLE]
        present = User.objects.filter(email__in=emails).count()
        if present == len(emails):
            return
        if present or User.objects.exists():
            raise CommandError(
                "This database holds other people than the demo's. Name another one in DATABASE_URL, or use "
                "--fresh to delete everything in it."
            )
        now = datetime.now(UTC)
        opened = now - timedelta(days=days + 5)
        self.stdout.write("Founding the demo company …")
        with transaction.atomic():  # interrupted, it leaves an empty database, not half a company
            company = found_company(random, now, opened=opened)
            steps = len(company.tenants) * (days + 1)
            with tqdm(total=steps, desc="Writing its past", unit="day", disable=None, file=sys.stderr) as bar:

                def day_written(days: int) -> None:
                    fold()  # or the first dashboard would sum the whole past
                    bar.update(days)

                past = write_history(company, now, random, days=days, progress=day_written)
            fold()
        self.stdout.write(
            f"{past.calls:,} calls, {past.callbacks:,} callbacks and {past.payments:,} payments of the last "
            f"{days} days."
        )

    def _say_who(self, host: str, port: int) -> None:
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(f"\nOpen http://{shown}:{port}/ and sign in as one of\n")
        for who in DEMO_PEOPLE:
            self.stdout.write(f"  {who.email:<22} {DEMO_PASSWORD}   {who.label}")
        self.stdout.write("\nCtrl-C ends it.\n")
        self.stdout.flush()
