"""Announcements of the admins to everyone of a role: made, changed, withdrawn; who did so is kept.

``by`` is who does it; None is the operator of the server, at its command line.
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final, TypedDict, Unpack

from django.db import transaction

from domain import transitions
from domain.errors import IllegalTransition, InvalidInput
from domain.models import SystemAlert, SystemAlertChange, User
from domain.services.base import aware, insert, instant, locked, update

Status, Action = SystemAlert.Status, SystemAlertChange.Action

_FIELDS: Final = ("title", "message", "severity", "url", "target_roles", "starts_at", "expires_at")

# Tags, comments and entities. The screens show text as text; this keeps out what was meant as more.
_MARKUP: Final = re.compile(r"<[A-Za-z/!?]|&(?:#\w+|[A-Za-z]\w*);")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# A path of this site (not //host, nor /\host, which browsers read alike), or an https address.
_URL: Final = re.compile(r"(?:/(?![/\\])|https://[^\s/?#\\@]+(?=[/?#]|\Z))[^\s\\]*")


class Details(TypedDict, total=False):
    """What an announcement says; what is left out stays as it is. ``expires_at`` None: until withdrawn."""

    title: str
    message: str
    severity: str
    url: str
    target_roles: Collection[str]
    starts_at: datetime
    expires_at: datetime | None


@transaction.atomic
def create_system_alert(
    *, created_by: User | None = None, at: datetime | None = None, **details: Unpack[Details]
) -> SystemAlert:
    """Announce something, to all roles and from ``at`` on unless the details say otherwise.

    InvalidInput: unknown roles or severity, markup, a text too long, an end before the start or in the past.
    """
    at = instant(at)
    alert = SystemAlert(
        created_by=created_by, created_at=at, starts_at=at, target_roles=list(User.Role.values)
    )
    _set(alert, details, at)
    insert(alert, taken="This announcement exists already.")
    _record(alert, Action.SENT, created_by, at, {name: [None, value] for name, value in _said(alert).items()})
    return alert


@transaction.atomic
def change_system_alert(
    *, alert: SystemAlert, by: User | None = None, at: datetime | None = None, **details: Unpack[Details]
) -> SystemAlert:
    """Change an announcement that is scheduled or live. IllegalTransition: expired or withdrawn.

    What it says already is no change, and not recorded as one.
    """
    alert = locked(alert)
    at = instant(at)
    current = alert.status_at(at)
    if not transitions.SYSTEM_ALERT[current]:
        raise IllegalTransition("system alert", current, "changed")
    before = _said(alert)
    _set(alert, details, at)
    values = {name: [before[name], value] for name, value in _said(alert).items() if value != before[name]}
    if values:
        update(alert, *values)
        _record(alert, Action.CHANGED, by, at, values)
    return alert


@transaction.atomic
def withdraw_system_alert(
    *, alert: SystemAlert, by: User | None = None, at: datetime | None = None
) -> SystemAlert:
    """Take an announcement back. IllegalTransition: expired, or withdrawn already."""
    alert = locked(alert)
    at = instant(at)
    transitions.check("system alert", alert.status_at(at), Status.WITHDRAWN)
    alert.withdrawn_at = at
    update(alert, "withdrawn_at")
    _record(alert, Action.WITHDRAWN, by, at, {})
    return alert


def check_details(details: Details, at: datetime) -> None:
    """InvalidInput unless an announcement may say ``details`` at ``at``; for forms that ask first."""
    _set(SystemAlert(starts_at=at, target_roles=list(User.Role.values)), details, at)


def _said(alert: SystemAlert) -> dict[str, Any]:
    """What an announcement says, as JSON."""
    said = {name: getattr(alert, name) for name in _FIELDS}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in said.items()
    }


def _record(
    alert: SystemAlert, action: str, by: User | None, at: datetime, values: dict[str, list[Any]]
) -> None:
    SystemAlertChange.objects.create(alert=alert, action=action, by=by, at=at, values=values, created_at=at)


def _set(alert: SystemAlert, details: Details, at: datetime) -> None:
    for field, value in details.items():
        setattr(alert, field, value)
    for field in ("title", "message"):
        _check_text(field, getattr(alert, field))
    if alert.url and not _URL.fullmatch(alert.url):
        raise InvalidInput("url", "A link is a path of this site, such as /calls/, or an https address.")
    alert.target_roles = _known_roles(alert.target_roles)
    aware("starts_at", alert.starts_at)
    if alert.expires_at is not None:
        if aware("expires_at", alert.expires_at) <= alert.starts_at:
            raise InvalidInput("expires_at", "An announcement ends after it starts.")
        if alert.expires_at <= at:
            raise InvalidInput("expires_at", "An announcement cannot end in the past; withdraw it instead.")


def _check_text(field: str, text: str) -> None:
    if _MARKUP.search(text):
        raise InvalidInput(field, "Plain text only, no markup.")
    if _CONTROL.search(text):
        raise InvalidInput(field, "No control characters.")


def _known_roles(roles: Collection[str]) -> list[str]:
    """The roles in a fixed order, each once."""
    if isinstance(roles, str) or not roles:
        raise InvalidInput("target_roles", "Name at least one role.")
    if unknown := sorted(set(roles) - set(User.Role.values)):
        raise InvalidInput("target_roles", f"There is no role {unknown[0]}.")
    return [role for role in User.Role.values if role in roles]
