"""A refresh of a thousand dashboards asks as many questions as that of one, and the database takes them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.models import AIAgent, Callback, Customer, Payment, Subscription, User
from realtime.scopes import Scope
from realtime.sections import compute
from tests.dashboard.worlds import NOW
from tests.factories import (
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CustomerFactory,
    PaymentFactory,
    PlanFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

MANY = 1_200  # above the thousand of SQLite's older limits: of parameters, and of the depth of an expression


def tenants_with_something(count: int) -> list[User]:
    """Tenants who each have one of everything that is looked up by its own id, and an agent."""
    plan = PlanFactory()
    zones = ["UTC", "Asia/Kathmandu", "America/New_York"]
    tenants = User.objects.bulk_create(
        TenantFactory.build(timezone=zones[n % len(zones)], created_at=NOW) for n in range(count)
    )
    User.objects.bulk_create(AgentFactory.build(owner=tenant, created_at=NOW) for tenant in tenants)
    customers = Customer.objects.bulk_create(CustomerFactory.build(owner=tenant) for tenant in tenants)
    AIAgent.objects.bulk_create(AIAgentFactory.build(owner=tenant) for tenant in tenants)
    Payment.objects.bulk_create(PaymentFactory.build(user=tenant, status="paid") for tenant in tenants)
    Subscription.objects.bulk_create(
        SubscriptionFactory.build(
            user=tenant,
            plan=plan,
            status="active",
            # Neither begins nor ends at a midnight, and every one at another minute.
            current_period_start=NOW - timedelta(days=9, minutes=n),
            current_period_end=NOW + timedelta(days=21, minutes=n),
        )
        for n, tenant in enumerate(tenants)
    )
    Callback.objects.bulk_create(
        CallbackFactory.build(
            owner=tenant,
            customer=customer,
            assigned_agent=None,
            status="scheduled",
            due_at=NOW + timedelta(hours=1),
        )
        for tenant, customer in zip(tenants, customers, strict=True)
    )
    return tenants


def test_a_thousand_tenants_need_no_more_queries_than_one() -> None:
    tenants = tenants_with_something(MANY)
    agents = list(User.objects.filter(role=User.Role.AGENT).order_by("pk"))
    asked = {}
    for count in (1, 500, MANY):
        scopes = [Scope("user", str(person.pk)) for person in (*tenants[:count], *agents[:count])]
        scopes += [Scope("team", str(tenant.pk)) for tenant in tenants[:count]]
        with CaptureQueriesContext(connection) as queries:
            documents = compute([Scope("role", "admin"), *scopes], NOW)
        asked[count] = len(queries)
        last = documents[Scope("user", str(tenants[count - 1].pk))].data
        assert len(last["billing_info"]["recent_payments"]) == 1
        assert len(last["callback_management"]["upcoming_callbacks"]) == 1
        assert last["subscription_info"]["minutes_used"] == 0
    # Fewer are possible: what two sections happen to ask alike is asked once.
    assert max(asked.values()) == asked[1]
