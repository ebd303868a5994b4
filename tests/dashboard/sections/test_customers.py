"""``customer_management``: customers by interest, and those first known today."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import Customer, User
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import CustomerFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
Interest = Customer.Interest


def of_platform(now: datetime = NOW) -> dict[str, Any]:
    return value("customer_management", "admin role", "admin", now)


def of(tenant: User, now: datetime = NOW) -> dict[str, Any]:
    return value("customer_management", "tenants", tenant, now)


def test_without_customers_everything_is_zero_and_the_rate_unknown() -> None:
    assert of_platform() == {
        "total_customers": 0,
        "hot_leads": 0,
        "warm_leads": 0,
        "cold_leads": 0,
        "converted_customers": 0,
        "do_not_call_list": 0,
        "new_customers_today": 0,
        "new_customers_this_week": 0,
    }
    assert of(TenantFactory()) == {
        "total_customers": 0,
        "hot_leads": 0,
        "warm_leads": 0,
        "cold_leads": 0,
        "converted_customers": 0,
        "new_customers_today": 0,
        "conversion_rate": None,
    }


def test_a_worked_example() -> None:
    tenant = TenantFactory()
    long_ago = NOW - 100 * DAY
    for interest, count in (
        (Interest.HOT, 1),
        (Interest.WARM, 2),
        (Interest.COLD, 3),
        (Interest.CONVERTED, 2),
    ):
        CustomerFactory.create_batch(count, owner=tenant, interest=interest, created_at=long_ago)
    CustomerFactory(owner=tenant, is_do_not_call=True, created_at=NOW - DAY)
    CustomerFactory(owner=tenant, created_at=NOW)
    CustomerFactory(created_at=NOW, interest=Interest.CONVERTED)  # another tenant's
    assert of(tenant) == {
        "total_customers": 10,
        "hot_leads": 1,
        "warm_leads": 2,
        "cold_leads": 5,
        "converted_customers": 2,
        "new_customers_today": 1,
        "conversion_rate": 20.0,
    }
    assert of_platform() == {
        "total_customers": 11,
        "hot_leads": 1,
        "warm_leads": 2,
        "cold_leads": 5,
        "converted_customers": 3,
        "do_not_call_list": 1,
        "new_customers_today": 2,
        "new_customers_this_week": 3,
    }


def test_two_tenants_may_know_the_same_number() -> None:
    """The original took the second one for the first tenant's customer."""
    one, other = TenantFactory(), TenantFactory()
    for owner in (one, other):
        CustomerFactory(owner=owner, phone="+14155550123", created_at=NOW)
    assert of(one)["total_customers"] == of(other)["total_customers"] == 1


def test_new_today_are_those_of_the_tenants_own_day_until_its_midnight() -> None:
    tenant = TenantFactory(timezone="Asia/Kathmandu")
    start = datetime(2026, 3, 3, 18, 15, tzinfo=UTC)
    for at in (start - MICROSECOND, start, start + DAY - MICROSECOND, start + DAY):
        CustomerFactory(owner=tenant, created_at=at)
    assert of(tenant)["new_customers_today"] == 2
    assert compute("customer_management", "tenants", tenant, NOW).valid_until == start + DAY
    assert of(tenant, start + DAY)["new_customers_today"] == 1
