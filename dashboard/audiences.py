"""Whom sections serve: the roles, the teams and the people behind the scopes.

Audiences of one kind share one loader, so a refresh loads each kind with one query, however many scopes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.conf import settings

from dashboard.figures import Windows, windows, zone_named
from dashboard.queries.prepared import IDS, Prepared, among
from dashboard.rollups.cells import Subject
from domain.models import User
from realtime.sections import Audience

ROLES: Final = tuple(str(role) for role in User.Role.values)


# What sections look at: the other columns would take most of the time.
_COLUMNS: Final = (
    *("role", "email", "first_name", "last_name", "user_name", "phone", "avatar", "timezone"),
    *("is_verified", "is_active", "created_at", "owner", "owner__role", "owner__timezone"),
    *("agent_profile__user", "agent_profile__employee_id"),
)
_PEOPLE: Final = Prepared(
    lambda ids: (
        User.objects.filter(among("pk", ids))
        .select_related("owner", "agent_profile")
        .only(*_COLUMNS)
        .order_by("pk")
    ),
    ids=IDS,
)
_TENANTS: Final = Prepared(
    lambda ids: User.objects.filter(among("pk", ids), role=User.Role.USER).order_by("pk"), ids=IDS
)


def _load_roles(ids: Sequence[str]) -> Mapping[str, str]:
    return {id_: id_ for id_ in ids if id_ in ROLES}


def _numbers(ids: Sequence[str]) -> list[int]:
    return [int(id_) for id_ in ids if id_.isascii() and id_.isdigit()]


def _load_people(ids: Sequence[str]) -> Mapping[str, User]:
    return {str(person.pk): person for person in _PEOPLE.objects(ids=_numbers(ids))}


def _load_teams(ids: Sequence[str]) -> Mapping[str, User]:
    return {str(tenant.pk): tenant for tenant in _TENANTS.objects(ids=_numbers(ids))}


# The documents that everybody of a role shares; subject and id are the role's name.
ADMIN_ROLE: Final[Audience[str]] = Audience(
    "admin role", "role", _load_roles, lambda role: role == User.Role.ADMIN
)
USER_ROLE: Final[Audience[str]] = Audience(
    "user role", "role", _load_roles, lambda role: role == User.Role.USER
)
AGENT_ROLE: Final[Audience[str]] = Audience(
    "agent role", "role", _load_roles, lambda role: role == User.Role.AGENT
)
EVERY_ROLE: Final[Audience[str]] = Audience("every role", "role", _load_roles, lambda role: True)

# The document that a tenant's agents share; the subject is the tenant.
TEAM: Final[Audience[User]] = Audience("team", "team", _load_teams, lambda tenant: True)

# Everybody's own document; the subject is the person, with ``owner`` and ``agent_profile`` loaded.
ADMINS: Final[Audience[User]] = Audience(
    "admins", "user", _load_people, lambda user: user.role == User.Role.ADMIN
)
TENANTS: Final[Audience[User]] = Audience(
    "tenants", "user", _load_people, lambda user: user.role == User.Role.USER
)
AGENTS: Final[Audience[User]] = Audience(
    "agents", "user", _load_people, lambda user: user.role == User.Role.AGENT
)
EVERYONE: Final[Audience[User]] = Audience("everyone", "user", _load_people, lambda user: True)


def platform_zone() -> ZoneInfo:
    """The zone of the admins' windows."""
    return zone_named(settings.PLATFORM_TIME_ZONE)


def zone_of(user: User) -> ZoneInfo:
    """The zone of a person's windows: a tenant's own, an agent's tenant's, the platform's for admins."""
    if user.role == User.Role.ADMIN:
        return platform_zone()
    # The database holds that agents, and only they, have an owner.
    return zone_named((cast(User, user.owner) if user.role == User.Role.AGENT else user).timezone)


def windows_of(people: Iterable[User], now: datetime) -> dict[int, Windows]:
    """Everybody's windows at ``now``, by id."""
    return {person.pk: windows(now, zone_of(person)) for person in people}


def tenants_of(windows_by_id: Mapping[int, Windows]) -> tuple[Subject, ...]:
    """The tenants, as what sums are read of over their windows."""
    return tuple(Subject(id_, id_, each.cuts) for id_, each in windows_by_id.items())


def agents_of(agents: Iterable[User], windows_by_id: Mapping[int, Windows]) -> tuple[Subject, ...]:
    """The agents, each of the own tenant, as what sums are read of over their windows."""
    return tuple(
        Subject(agent.pk, cast(int, agent.owner_id), windows_by_id[agent.pk].cuts) for agent in agents
    )


def platform_windows(now: datetime) -> Windows:
    """The admins' windows at ``now``."""
    return windows(now, platform_zone())
