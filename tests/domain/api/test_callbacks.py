"""Callbacks over REST: promised, started, kept, moved, broken off."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from domain.models import Callback
from tests.factories import AgentFactory, CallbackFactory, CallFactory, CustomerFactory

SOON = datetime(2190, 1, 1, 12, tzinfo=UTC)
ACTIONS = ("start", "complete", "cancel")


@pytest.fixture
def promised(agent):
    return CallbackFactory(assigned_agent=agent)


def test_each_role_sees_its_callbacks(admin_api, tenant_api, agent_api, tenant, promised, stranger):
    of_nobody = CallbackFactory(owner=tenant, due_at=promised.due_at + timedelta(hours=1))
    of_colleague = CallbackFactory(
        assigned_agent=AgentFactory(owner=tenant), due_at=promised.due_at + timedelta(hours=2)
    )
    foreign = CallbackFactory(owner=stranger, due_at=promised.due_at + timedelta(hours=3))
    of_tenant = [promised.pk, of_nobody.pk, of_colleague.pk]
    assert admin_api.ids("callbacks/") == [*of_tenant, foreign.pk]
    assert tenant_api.ids("callbacks/") == of_tenant
    assert agent_api.ids("callbacks/") == [promised.pk]


def test_overdue_is_scheduled_and_past_due(admin_api, promised):
    past = timezone.now() - timedelta(minutes=1)
    overdue = CallbackFactory(due_at=past)
    done = CallbackFactory(due_at=past, status="completed")
    assert admin_api.ids("callbacks/", overdue="1") == [overdue.pk]
    assert set(admin_api.ids("callbacks/", overdue="0")) == {promised.pk, done.pk}


def test_filters_and_order(admin_api, agent, promised):
    other = CallbackFactory(priority=1, due_at=promised.due_at + timedelta(days=1), status="cancelled")
    for query in (
        {"status": "scheduled"},
        {"owner": agent.owner_id},
        {"assigned_agent": agent.pk},
        {"customer": promised.customer_id},
        {"due_before": (promised.due_at + timedelta(seconds=1)).isoformat()},
        {"search": promised.customer.phone},
    ):
        assert admin_api.ids("callbacks/", **query) == [promised.pk], query
    later = (promised.due_at + timedelta(seconds=1)).isoformat()
    assert admin_api.ids("callbacks/", due_from=later) == [other.pk]
    assert admin_api.ids("callbacks/", ordering="priority") == [other.pk, promised.pk]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("overdue", "very", "invalid"),
        ("status", "late", "invalid_choice"),
        ("ordering", "x", "unknown_field"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(tenant_api, refuses, name, value, code):
    with refuses(400, code, name) as answer:
        answer(tenant_api.get("callbacks/", **{name: value}))


# Scheduling.


def test_a_tenant_promises_a_callback(tenant_api, agent, tenant):
    customer = CustomerFactory(owner=tenant)
    body = {
        "customer": customer.pk,
        "due_at": "2190-01-01T13:00:00+01:00",
        "priority": 1,
        "assigned_agent": agent.pk,
        "reason": "Wants an offer",
    }
    response = tenant_api.post("callbacks/", body)
    assert response.status_code == 201
    callback = Callback.objects.get(pk=response.json()["id"])
    assert (callback.owner, callback.customer, callback.assigned_agent) == (tenant, customer, agent)
    assert (callback.due_at, callback.priority, callback.reason) == (SOON, 1, "Wants an offer")
    assert response.json()["due_at"] == "2190-01-01T12:00:00Z"


def test_an_agents_promise_is_their_own(agent_api, agent, tenant):
    customer = CustomerFactory(owner=tenant)
    CallFactory(agent=agent, customer=customer)
    response = agent_api.post("callbacks/", {"customer": customer.pk, "due_at": SOON.isoformat()})
    assert (response.status_code, response.json()["assigned_agent"]) == (201, agent.pk)
    assert agent_api.ids("callbacks/") == [response.json()["id"]]


def test_an_admin_promises_for_the_customers_tenant(admin_api, tenant):
    customer = CustomerFactory(owner=tenant)
    response = admin_api.post("callbacks/", {"customer": customer.pk, "due_at": SOON.isoformat()})
    assert (response.status_code, response.json()["owner"]) == (201, tenant.pk)


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"customer": None}, "null", "customer"),
        ({"customer": 123456789}, "does_not_exist", "customer"),
        ({"due_at": "soon"}, "invalid", "due_at"),
        ({"due_at": "2190-01-01T12:00:00"}, "no_zone", "due_at"),
        ({"due_at": "2020-01-01T12:00:00Z"}, "invalid", "due_at"),
        ({"due_at": "9999-12-31T23:59:59Z"}, "out_of_range", "due_at"),
        ({"due_at": "0001-01-01T00:00:00+14:00"}, "out_of_range", "due_at"),
        ({"priority": 6}, "max_value", "priority"),
        ({"priority": 0}, "min_value", "priority"),
        ({"reason": "x" * 256}, "max_length", "reason"),
        ({"assigned_agent": 123456789}, "does_not_exist", "assigned_agent"),
    ],
)
def test_a_promise_that_cannot_be_kept_is_refused(tenant_api, tenant, refuses, change, code, attr):
    body = {"customer": CustomerFactory(owner=tenant).pk, "due_at": SOON.isoformat(), **change}
    with refuses(400, code, attr) as answer:
        answer(tenant_api.post("callbacks/", body))


def test_somebody_elses_customers_and_agents_cannot_be_named(tenant_api, agent_api, tenant, refuses):
    own, foreign, foreign_agent = CustomerFactory(owner=tenant), CustomerFactory(), AgentFactory()
    with refuses(400, "does_not_exist", "customer") as answer:
        answer(tenant_api.post("callbacks/", {"customer": foreign.pk, "due_at": SOON.isoformat()}))
        # An agent has nothing to do with this one.
        answer(agent_api.post("callbacks/", {"customer": own.pk, "due_at": SOON.isoformat()}))
    body = {"customer": own.pk, "due_at": SOON.isoformat(), "assigned_agent": foreign_agent.pk}
    with refuses(400, "does_not_exist", "assigned_agent") as answer:
        answer(tenant_api.post("callbacks/", body))


# Keeping, moving and breaking a promise.


@pytest.mark.parametrize("role", ["agent_api", "tenant_api", "admin_api"])
def test_whoever_sees_it_starts_and_completes_it(request, role, promised):
    api = request.getfixturevalue(role)
    started = api.post(f"callbacks/{promised.pk}/start/")
    assert (started.status_code, started.json()["status"]) == (200, "in_progress")
    completed = api.post(f"callbacks/{promised.pk}/complete/")
    assert (completed.status_code, completed.json()["status"]) == (200, "completed")
    promised.refresh_from_db()
    assert promised.status == Callback.Status.COMPLETED
    assert promised.started_at is not None
    assert promised.completed_at is not None


def test_a_callback_is_moved_and_the_move_is_kept(agent_api, promised):
    body = {"due_at": SOON.isoformat(), "reason": "Was in a meeting"}
    response = agent_api.post(f"callbacks/{promised.pk}/reschedule/", body)
    assert (response.status_code, response.json()["due_at"]) == (200, "2190-01-01T12:00:00Z")
    promised.refresh_from_db()
    move = promised.reschedulings.get()
    assert (promised.due_at, move.to_due_at, move.reason) == (SOON, SOON, "Was in a meeting")


def test_a_callback_is_cancelled(tenant_api, promised):
    response = tenant_api.post(f"callbacks/{promised.pk}/cancel/")
    assert (response.status_code, response.json()["status"]) == (200, "cancelled")
    promised.refresh_from_db()
    assert promised.status == Callback.Status.CANCELLED


def test_what_is_over_stays_over(agent_api, agent, promised, refuses):
    over = CallbackFactory(assigned_agent=agent, status="completed")
    with refuses(409, "illegal_transition") as answer:
        answer(agent_api.post(f"callbacks/{promised.pk}/complete/"))  # not started yet
        for action in ACTIONS:
            answer(agent_api.post(f"callbacks/{over.pk}/{action}/"))
        answer(agent_api.post(f"callbacks/{over.pk}/reschedule/", {"due_at": SOON.isoformat()}))


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "due_at"),
        ({"due_at": "2020-01-01T00:00:00Z"}, "invalid", "due_at"),
        ({"due_at": SOON.isoformat(), "reason": "x" * 256}, "max_length", "reason"),
    ],
)
def test_a_move_to_nowhere_is_refused(agent_api, promised, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(agent_api.post(f"callbacks/{promised.pk}/reschedule/", body))


def test_others_callbacks_do_not_exist(stranger_api, agent_api, tenant, promised, refuses):
    of_colleague = CallbackFactory(assigned_agent=AgentFactory(owner=tenant))
    with refuses(404, "not_found") as answer:
        for action in ACTIONS:
            answer(stranger_api.post(f"callbacks/{promised.pk}/{action}/"))
            answer(agent_api.post(f"callbacks/{of_colleague.pk}/{action}/"))
        answer(stranger_api.get(f"callbacks/{promised.pk}/"))
        answer(stranger_api.post(f"callbacks/{promised.pk}/reschedule/", {"due_at": SOON.isoformat()}))


def test_without_a_token_nothing_happens(nobody_api, promised, refuses):
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("callbacks/"))
        answer(nobody_api.post("callbacks/", {}))
        for action in (*ACTIONS, "reschedule"):
            answer(nobody_api.post(f"callbacks/{promised.pk}/{action}/"))
