"""Whom sections serve: one query per kind, strangers left out, and whose zone counts."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from dashboard import audiences
from dashboard.audiences import AGENTS, EVERYONE, TEAM, TENANTS, windows_of, zone_of
from domain.models import User
from realtime.sections import registry
from tests.factories import AdminFactory, AgentFactory, TenantFactory

pytestmark = pytest.mark.django_db


def test_everybody_is_loaded_with_owner_and_profile_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    agents = [AgentFactory(), AgentFactory(profile=False)]
    with django_assert_num_queries(1):
        loaded = EVERYONE.load([str(agent.pk) for agent in agents])
        for agent in loaded.values():
            assert agent.owner.role == User.Role.USER
            getattr(agent, "agent_profile", None)
    assert loaded.keys() == {str(agent.pk) for agent in agents}


@pytest.mark.parametrize("id_", ["0", "999999", "x", "-1", "²", "", "1.5"])
def test_an_id_of_nobody_is_left_out(id_: str) -> None:
    assert EVERYONE.load([id_]) == {}
    assert TEAM.load([id_]) == {}


def test_a_team_belongs_to_a_tenant() -> None:
    people = [AdminFactory(), TenantFactory(), AgentFactory()]
    tenants = [person for person in [*people, people[2].owner] if person.role == User.Role.USER]
    assert TEAM.load([str(person.pk) for person in User.objects.all()]).keys() == {
        str(each.pk) for each in tenants
    }


def test_audiences_take_their_own_role_only() -> None:
    tenant, agent = TenantFactory(), AgentFactory()
    assert (TENANTS.accepts(tenant), TENANTS.accepts(agent)) == (True, False)
    assert (AGENTS.accepts(tenant), AGENTS.accepts(agent)) == (False, True)


def test_a_role_is_its_name() -> None:
    assert audiences.EVERY_ROLE.load(["admin", "guest"]) == {"admin": "admin"}
    assert audiences.ADMIN_ROLE.accepts("admin")
    assert not audiences.ADMIN_ROLE.accepts("user")


def test_audiences_of_one_kind_share_a_loader() -> None:
    loaders: dict[str, set[Any]] = {}
    for section in registry.sections:
        loaders.setdefault(section.audience.kind, set()).add(section.audience.load)
    assert {kind: len(found) for kind, found in loaders.items()} == {"role": 1, "team": 1, "user": 1}


def test_a_tenants_zone_counts_for_the_tenant_and_its_agents_the_platforms_for_admins(settings: Any) -> None:
    settings.PLATFORM_TIME_ZONE = "Europe/London"
    tenant = TenantFactory(timezone="Asia/Kolkata")
    agent = AgentFactory(owner=tenant, timezone="Europe/Berlin")
    admin = AdminFactory(timezone="Europe/Berlin")
    assert [zone_of(person).key for person in (tenant, agent, admin)] == [
        "Asia/Kolkata",
        "Asia/Kolkata",
        "Europe/London",
    ]
    now = datetime(2026, 5, 20, 19, tzinfo=UTC)
    assert {window.zone for window in windows_of([tenant, agent], now).values()} == {ZoneInfo("Asia/Kolkata")}
