"""What all lists have in common: as many queries for many rows as for few."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.models import User
from tests.factories import (
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    PlanFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    SystemAlertFactory,
)


def _call(tenant: User) -> Any:
    agent = AgentFactory(owner=tenant)
    return CallFactory(
        agent=agent, ai_agent=AIAgentFactory(owner=tenant), customer=CustomerFactory(owner=tenant)
    )


LISTS: dict[str, Callable[[User, User], Any]] = {
    "calls": lambda tenant, admin: _call(tenant),
    "queue": lambda tenant, admin: QueueEntryFactory(
        status="assigned", assigned_agent=AgentFactory(owner=tenant)
    ),
    "callbacks": lambda tenant, admin: CallbackFactory(assigned_agent=AgentFactory(owner=tenant)),
    "customers": lambda tenant, admin: CustomerFactory(owner=tenant),
    "payments": lambda tenant, admin: PaymentFactory(user=tenant),
    "plans": lambda tenant, admin: PlanFactory(),
    "subscriptions": lambda tenant, admin: SubscriptionFactory(user=tenant),
    "ai-agents": lambda tenant, admin: AIAgentFactory(owner=tenant),
    "users": lambda tenant, admin: AgentFactory(owner=tenant),
    "system-alerts": lambda tenant, admin: SystemAlertFactory(created_by=admin),
}


@pytest.mark.parametrize("role", ["admin_api", "tenant_api", "agent_api"])
@pytest.mark.parametrize("name", LISTS)
def test_the_queries_of_a_list_do_not_grow_with_its_rows(request, name, role, tenant, admin_api):
    api = request.getfixturevalue(role)
    if api.get(f"{name}/").status_code == 403:
        return  # not for this role, as the list's own tests show

    def add(rows: int) -> None:
        for _ in range(rows):
            LISTS[name](tenant, admin_api.user)

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            count = api.get(f"{name}/").json()["count"]
        return count, len(captured)

    add(1)
    few, with_few = queries()
    add(7)
    many, with_many = queries()
    assert many >= few
    assert with_many == with_few <= 4  # who asks, (what is live,) how many, which
