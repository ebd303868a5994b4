"""``manage.py purge_sessions``: delete sign-ins that ended long ago, and old log entries."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.sessions import purge


class Command(BaseCommand):
    help = "Delete sign-ins that ended more than a day ago; safe at any time, meant to run daily."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        sessions, entries = purge(timezone.now())
        self.stdout.write(f"{sessions} sessions and {entries} log entries deleted")
