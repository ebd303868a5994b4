"""Whom a dashboard is for: type, person, zone, currency."""

from datetime import UTC, datetime

import pytest

from domain.models import User
from tests.dashboard.computing import compute, value
from tests.factories import AdminFactory, AgentFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize("role", User.Role.values)
def test_every_role_has_its_type_of_dashboard(role: str) -> None:
    assert value("dashboard_type", "every role", role, NOW) == f"{role}_comprehensive"


def test_everybody_reads_who_is_signed_in() -> None:
    for person in (AdminFactory(), TenantFactory(), AgentFactory()):
        assert value("user_info", "everyone", person, NOW) == {
            "id": person.pk,
            "email": person.email,
            "role": person.role,
            "full_name": f"{person.first_name} Person",
        }


def test_a_tenant_reads_its_own_account() -> None:
    tenant = TenantFactory(
        created_at=NOW,
        user_name="Ada",
        phone="+14155550123",
        avatar="https://a.example/b.png",
        is_verified=True,
    )
    assert value("user_profile", "tenants", tenant, NOW) == {
        "id": tenant.pk,
        "email": tenant.email,
        "full_name": tenant.full_name,
        "user_name": "Ada",
        "phone": "+14155550123",
        "avatar": "https://a.example/b.png",
        "is_verified": True,
        "date_joined": "2026-03-04T15:00:00Z",
        "account_status": "active",
    }


def test_what_a_tenant_has_not_given_is_empty_and_a_missing_picture_null() -> None:
    profile = value("user_profile", "tenants", TenantFactory(is_active=False), NOW)
    assert (profile["phone"], profile["avatar"], profile["account_status"]) == ("", None, "disabled")


def test_agents_live_in_their_tenants_zone() -> None:
    tenant = TenantFactory(timezone="Asia/Kathmandu")
    agent = AgentFactory(owner=tenant, timezone="Europe/Berlin")
    assert value("time_zone", "tenants", tenant, NOW) == "Asia/Kathmandu"
    assert value("time_zone", "agents", agent, NOW) == "Asia/Kathmandu"
    assert value("time_zone", "admin role", "admin", NOW) == "UTC"


def test_one_currency_for_all() -> None:
    assert value("currency", "tenants", TenantFactory(), NOW) == "USD"
    assert value("currency", "agents", AgentFactory(), NOW) == "USD"
    assert value("currency", "admin role", "admin", NOW) == "USD"


def test_time_alone_changes_none_of_it() -> None:
    tenant = TenantFactory()
    for key in ("user_profile", "time_zone", "currency"):
        assert compute(key, "tenants", tenant, NOW).valid_until is None
