"""``manage.py broadcast``: announce something to everybody of a role, or take an announcement back."""

import logging
from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from domain.errors import DomainError, InvalidInput
from domain.models import SystemAlert, User
from domain.selectors import user_by_email
from domain.services import system_alerts

log = logging.getLogger(__name__)

# What an announcement says beside its title.
_SAID: Final = ("message", "severity", "role", "url", "starts_at", "expires_at", "minutes")


class Command(BaseCommand):
    help = "Announce something on the screens of everybody, or of some roles; or withdraw an announcement."
    requires_migrations_checks = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("title", nargs="?", help="what to announce, in one line of plain text")
        parser.add_argument("--message", help="the details, in plain text")
        parser.add_argument("--severity", help="error, warning or info (the default)")
        parser.add_argument(
            "--role", action="append", help="admin, user or agent; repeat for several (default: everybody)"
        )
        parser.add_argument("--url", help="where to read on: a path such as /calls, or an https address")
        parser.add_argument("--starts-at", help="an instant such as 2026-01-31T09:00:00Z (default: now)")
        ends = parser.add_mutually_exclusive_group()
        ends.add_argument("--expires-at", help="an instant (default: when it is withdrawn)")
        ends.add_argument("--minutes", type=float, help="how long it stands, from its start")
        parser.add_argument("--by", metavar="EMAIL", help="the admin on whose behalf it is sent or withdrawn")
        parser.add_argument("--withdraw", type=int, metavar="ID", help="take this announcement back")

    def handle(self, *args: Any, **options: Any) -> None:
        title, withdrawn = options["title"], options["withdraw"]
        if (title is None) == (withdrawn is None):
            raise CommandError("Give either a title to announce or --withdraw ID.")
        if withdrawn is not None and any(options[name] is not None for name in _SAID):
            raise CommandError("--withdraw takes an announcement back as it is; only --by goes with it.")
        try:
            said = self._send(options) if withdrawn is None else self._withdraw(withdrawn, options["by"])
        except InvalidInput as refusal:
            raise CommandError(f"{refusal.field}: {refusal}") from None
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(said)

    def _send(self, options: dict[str, Any]) -> str:
        starts_at = _instant("starts_at", options["starts_at"]) or timezone.now()
        expires_at = _instant("expires_at", options["expires_at"])
        if options["minutes"] is not None:
            expires_at = _later(starts_at, options["minutes"])
        details: system_alerts.Details = {
            "title": options["title"],
            "starts_at": starts_at,
            "expires_at": expires_at,
        }
        for name in ("message", "severity", "url"):
            if options[name] is not None:
                details[name] = options[name]
        if options["role"] is not None:
            details["target_roles"] = options["role"]
        alert = system_alerts.create_system_alert(created_by=_sender(options["by"]), **details)
        log.info("system alert %s sent from the command line by %s", alert.pk, alert.created_by)
        until = alert.expires_at.isoformat() if alert.expires_at else "it is withdrawn"
        return (
            f"Announcement {alert.pk} to {', '.join(alert.target_roles)}, from {alert.starts_at.isoformat()}"
            f" until {until}."
        )

    def _withdraw(self, pk: int, by: str | None) -> str:
        system_alerts.withdraw_system_alert(alert=SystemAlert(pk=pk), by=_sender(by))
        log.info("system alert %s withdrawn from the command line", pk)
        return f"Announcement {pk} is withdrawn."


def _sender(email: str | None) -> User | None:
    if email is None:
        return None
    sender = user_by_email(email)
    if sender.role != User.Role.ADMIN:
        raise InvalidInput("by", f"{sender} is not an admin.")
    return sender


def _instant(field: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        instant = parse_datetime(text)
    except ValueError:
        instant = None
    if instant is None:
        raise InvalidInput(field, f"{text!r} is not an instant such as 2026-01-31T09:00:00Z.")
    return instant


def _later(starts_at: datetime, minutes: float) -> datetime:
    try:
        return starts_at + timedelta(minutes=minutes)
    except (OverflowError, ValueError):
        raise InvalidInput("minutes", f"{minutes:g} minutes are not a span of time.") from None
