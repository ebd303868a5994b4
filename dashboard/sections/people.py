"""Whom a dashboard is for: its type, the person, the zone and the currency of its figures."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings

from dashboard.audiences import ADMIN_ROLE, AGENTS, EVERY_ROLE, EVERYONE, TENANTS, platform_zone, zone_of
from dashboard.figures import iso
from domain.models import User
from realtime.sections import Piece, section


@section("dashboard_type", audience=EVERY_ROLE, reads=[])
def dashboard_type(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """``admin_comprehensive``, ``user_comprehensive`` or ``agent_comprehensive``."""
    return {role: Piece(f"{role}_comprehensive") for role in roles}


@section("user_info", audience=EVERYONE, reads=[User])
def user_info(people: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Who is signed in."""
    return {
        person.pk: Piece(
            {"id": person.pk, "email": person.email, "role": person.role, "full_name": person.full_name}
        )
        for person in people
    }


@section("user_profile", audience=TENANTS, reads=[User])
def user_profile(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """A tenant's own account."""
    return {
        tenant.pk: Piece(
            {
                "id": tenant.pk,
                "email": tenant.email,
                "full_name": tenant.full_name,
                "user_name": tenant.user_name,
                "phone": tenant.phone,
                "avatar": tenant.avatar or None,
                "is_verified": tenant.is_verified,
                "date_joined": iso(tenant.created_at),
                "account_status": tenant.account_status,
            }
        )
        for tenant in tenants
    }


@section("time_zone", audience=ADMIN_ROLE, reads=[])
def platform_time_zone(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The platform's zone, in which the admins' days begin."""
    return {role: Piece(platform_zone().key) for role in roles}


@section("time_zone", audience=TENANTS, reads=[User])
@section("time_zone", audience=AGENTS, reads=[User])
def time_zone(people: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The zone in which a tenant's days begin, and those of its agents."""
    return {person.pk: Piece(zone_of(person).key) for person in people}


@section("currency", audience=ADMIN_ROLE, reads=[])
def platform_currency(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """What amounts of money are in."""
    return {role: Piece(settings.PLATFORM_CURRENCY) for role in roles}


@section("currency", audience=TENANTS, reads=[])
@section("currency", audience=AGENTS, reads=[])
def currency(people: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """What amounts of money are in."""
    return {person.pk: Piece(settings.PLATFORM_CURRENCY) for person in people}
