"""``queue_information`` of a team and of an agent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import User
from tests.dashboard.computing import value
from tests.factories import (
    AgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    QueueEntryFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def of_team(tenant: User) -> Any:
    return value("queue_information", "team", tenant, NOW)


def of_agent(agent: User) -> Any:
    return value("queue_information", "agents", agent, NOW)


def test_an_empty_queue() -> None:
    assert of_team(TenantFactory()) == {"total_queue": 0, "waiting_calls": [], "oldest_waiting_since": None}
    assert of_agent(AgentFactory()) == {"my_queue": 0, "in_progress": 0, "assigned_tasks": []}


def test_the_most_urgent_call_comes_first_then_the_longest_wait_then_the_lower_id() -> None:
    tenant = TenantFactory()
    last = QueueEntryFactory(owner=tenant, since=ago(minutes=9), priority=5)
    tied = [QueueEntryFactory(owner=tenant, since=ago(minutes=2), priority=3) for _ in range(2)]
    longer = QueueEntryFactory(owner=tenant, since=ago(minutes=4), priority=3)
    urgent = QueueEntryFactory(owner=tenant, since=ago(seconds=5), priority=1)
    found = of_team(tenant)
    assert [item["id"] for item in found["waiting_calls"]] == [
        entry.call_id for entry in (urgent, longer, *tied, last)
    ]
    assert (found["total_queue"], found["oldest_waiting_since"]) == (5, "2026-05-20T15:21:00Z")


def test_ten_are_shown_and_all_are_counted() -> None:
    tenant = TenantFactory()
    QueueEntryFactory(owner=tenant, since=ago(hours=1), priority=5)
    for _ in range(11):
        QueueEntryFactory(owner=tenant, since=ago(minutes=1))
    found = of_team(tenant)
    assert (found["total_queue"], len(found["waiting_calls"])) == (12, 10)
    assert found["oldest_waiting_since"] == "2026-05-20T14:30:00Z"  # of one that is not shown


def test_a_waiting_call_shows_who_calls() -> None:
    customer = CustomerFactory(name="Grace", phone="+14155550101")
    known = CallFactory(
        customer=customer, status="queued", started_at=ago(minutes=2), offered=True, queue_entry__priority=2
    )
    unknown = QueueEntryFactory(owner=customer.owner, since=ago(minutes=1), call__customer=None)
    assert of_team(customer.owner)["waiting_calls"] == [
        {
            "id": known.pk,
            "customer_name": "Grace",
            "phone_number": "+14155550101",
            "priority": 2,
            "queued_at": "2026-05-20T15:28:00Z",
        },
        {
            "id": unknown.call_id,
            "customer_name": None,
            "phone_number": unknown.call.phone_number,
            "priority": 3,
            "queued_at": "2026-05-20T15:29:00Z",
        },
    ]


@pytest.mark.parametrize("status", ["assigned", "completed", "abandoned", "callback"])
def test_only_calls_that_nobody_was_offered_wait_for_the_team(status: str) -> None:
    tenant = TenantFactory()
    QueueEntryFactory(owner=tenant, status=status, since=ago(minutes=1))
    assert of_team(tenant)["total_queue"] == 0


def test_another_tenants_callers_are_not_in_the_queue() -> None:
    tenant = TenantFactory()
    QueueEntryFactory(since=ago(minutes=1))
    assert of_team(tenant)["total_queue"] == 0


def test_an_agents_queue_is_what_rings_at_this_agent() -> None:
    agent = AgentFactory()
    mine = QueueEntryFactory(status="assigned", assigned_agent=agent, since=ago(seconds=40))
    QueueEntryFactory(status="assigned", owner=agent.owner, since=ago(seconds=30))
    QueueEntryFactory(owner=agent.owner, since=ago(seconds=20))
    found = of_agent(agent)
    assert found["my_queue"] == 1
    assert found["assigned_tasks"] == [
        {
            "id": f"call-{mine.call_id}",
            "kind": "call",
            "title": mine.call.phone_number,
            "due_at": "2026-05-20T15:29:20Z",
            "priority": 3,
            "url": f"/queue?call={mine.call_id}",
        }
    ]


def test_calls_in_progress_are_those_the_agent_talks_on() -> None:
    agent = AgentFactory()
    for status in ("in_progress", "forwarding", "ringing", "completed"):
        CallFactory(agent=agent, status=status)
    CallFactory(agent=AgentFactory(owner=agent.owner), status="in_progress")
    assert of_agent(agent)["in_progress"] == 2


def test_callbacks_to_make_are_tasks_by_due_time_after_the_calls() -> None:
    agent = AgentFactory()
    later = CallbackFactory(assigned_agent=agent, due_at=NOW + timedelta(hours=2), customer__name="")
    overdue = CallbackFactory(assigned_agent=agent, due_at=ago(hours=3), priority=1)
    begun = CallbackFactory(assigned_agent=agent, due_at=ago(hours=1), status="in_progress")
    for status in ("completed", "cancelled"):
        CallbackFactory(assigned_agent=agent, status=status, due_at=NOW)
    CallbackFactory(owner=agent.owner, due_at=NOW)
    ringing = QueueEntryFactory(status="assigned", assigned_agent=agent, since=ago(seconds=40))
    tasks = of_agent(agent)["assigned_tasks"]
    assert [task["id"] for task in tasks] == [
        f"call-{ringing.call_id}",
        *(f"callback-{callback.pk}" for callback in (overdue, begun, later)),
    ]
    assert tasks[1]["title"] == overdue.customer.name
    assert tasks[3]["title"] == later.customer.phone
    assert (tasks[1]["due_at"], tasks[1]["priority"]) == ("2026-05-20T12:30:00Z", 1)


def test_ten_tasks_are_shown() -> None:
    agent = AgentFactory()
    for minutes in range(12):
        CallbackFactory(assigned_agent=agent, due_at=NOW + timedelta(minutes=minutes))
    ringing = QueueEntryFactory(status="assigned", assigned_agent=agent, since=NOW)
    tasks = of_agent(agent)["assigned_tasks"]
    assert len(tasks) == 10
    assert tasks[0]["id"] == f"call-{ringing.call_id}"


def test_what_a_former_tenant_assigned_is_not_shown() -> None:
    agent = AgentFactory()
    CallbackFactory(assigned_agent=agent, due_at=NOW)
    QueueEntryFactory(status="assigned", assigned_agent=agent, since=NOW)
    CallFactory(agent=agent, status="in_progress")
    User.objects.filter(pk=agent.pk).update(owner=TenantFactory())
    assert of_agent(agent) == {"my_queue": 0, "in_progress": 0, "assigned_tasks": []}
