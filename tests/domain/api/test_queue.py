"""The queue over REST: taking, assigning, and callers who hang up."""

import pytest

from domain.models import AgentState, Call, QueueEntry
from tests.factories import AgentFactory, CallFactory, QueueEntryFactory


@pytest.fixture
def waiting(tenant):
    return QueueEntryFactory(owner=tenant)


def path(entry, action=""):
    return f"queue/{entry.call_id}/{action}"


def test_the_queue_is_the_tenants_in_the_order_of_service(
    admin_api, tenant_api, agent_api, tenant, waiting, stranger
):
    urgent = QueueEntryFactory(owner=tenant, priority=1)
    ringing = QueueEntryFactory(status="assigned", assigned_agent=AgentFactory(owner=tenant), priority=4)
    QueueEntryFactory(owner=tenant, status="abandoned")
    foreign = QueueEntryFactory(owner=stranger, priority=5)
    of_tenant = [urgent.call_id, waiting.call_id, ringing.call_id]
    assert tenant_api.ids("queue/") == agent_api.ids("queue/") == of_tenant
    assert admin_api.ids("queue/") == [*of_tenant, foreign.call_id]


def test_filters_and_order(admin_api, agent, waiting):
    mine = QueueEntryFactory(status="assigned", assigned_agent=agent, priority=1)
    assert admin_api.ids("queue/", status="waiting") == [waiting.call_id]
    assert admin_api.ids("queue/", assigned_agent=agent.pk) == [mine.call_id]
    assert admin_api.ids("queue/", ordering="-priority") == [waiting.call_id, mine.call_id]


def test_a_filter_that_means_nothing_is_refused(admin_api, refuses):
    with refuses(400, "invalid_choice", "status") as answer:
        answer(admin_api.get("queue/", status="abandoned"))  # such a call is not in the queue any more
    with refuses(400, "unknown_field", "ordering") as answer:
        answer(admin_api.get("queue/", ordering="call__notes"))


def test_an_agent_takes_a_waiting_call(agent_api, agent, waiting):
    response = agent_api.post(path(waiting, "assign/"))
    assert response.status_code == 200
    assert (response.json()["id"], response.json()["assigned_agent"]) == (waiting.call_id, agent.pk)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.assigned_agent) == (QueueEntry.Status.ASSIGNED, agent)
    assert waiting.call.status == Call.Status.RINGING


@pytest.mark.parametrize("role", ["tenant_api", "admin_api"])
def test_a_tenant_and_an_admin_name_the_agent(request, role, agent, waiting):
    response = request.getfixturevalue(role).post(path(waiting, "assign/"), {"agent": agent.pk})
    assert response.status_code == 200
    waiting.refresh_from_db()
    assert waiting.assigned_agent == agent


def test_who_is_to_take_it_must_be_named_and_ones_own(tenant_api, agent_api, tenant, waiting, refuses):
    with refuses(400, "required", "agent") as answer:
        answer(tenant_api.post(path(waiting, "assign/")))
    with refuses(400, "invalid", "agent") as answer:
        answer(tenant_api.post(path(waiting, "assign/"), {"agent": "Sam"}))
        answer(tenant_api.post(path(waiting, "assign/"), {"agent": True}))
    foreign, colleague = AgentFactory(state="available"), AgentFactory(owner=tenant, state="available")
    with refuses(400, "does_not_exist", "agent") as answer:
        answer(tenant_api.post(path(waiting, "assign/"), {"agent": foreign.pk}))
        answer(tenant_api.post(path(waiting, "assign/"), {"agent": tenant.pk}))
        answer(tenant_api.post(path(waiting, "assign/"), {"agent": 10**30}))
        answer(agent_api.post(path(waiting, "assign/"), {"agent": colleague.pk}))


def test_an_admin_does_not_mix_tenants(admin_api, waiting, refuses):
    foreign = AgentFactory(state="available")
    with refuses(400, "invalid", "agent") as answer:
        answer(admin_api.post(path(waiting, "assign/"), {"agent": foreign.pk}))


def test_what_rings_already_or_has_left_is_not_assigned(agent_api, tenant, refuses):
    ringing = QueueEntryFactory(status="assigned", assigned_agent=AgentFactory(owner=tenant))
    gone = QueueEntryFactory(owner=tenant, status="abandoned")
    with refuses(409, "illegal_transition") as answer:
        answer(agent_api.post(path(ringing, "assign/")))
        answer(agent_api.post(path(gone, "assign/")))


def test_an_agent_who_is_away_takes_nothing(agent_api, agent, waiting, refuses):
    AgentState.objects.filter(agent=agent).update(state="break")
    with refuses(409, "conflict") as answer:
        answer(agent_api.post(path(waiting, "assign/")))


def test_the_caller_hangs_up(agent_api, waiting):
    response = agent_api.post(path(waiting, "abandon/"))
    assert (response.status_code, response.json()["status"]) == (200, "abandoned")
    waiting.refresh_from_db()
    assert waiting.left_at is not None
    assert (waiting.call.status, waiting.call.ended_reason) == ("canceled", "abandoned")
    assert agent_api.ids("queue/") == []


def test_an_answered_call_is_not_abandoned(tenant_api, tenant, refuses):
    answered = QueueEntryFactory(status="completed", assigned_agent=AgentFactory(owner=tenant))
    gone = QueueEntryFactory(owner=tenant, status="abandoned")
    with refuses(409, "illegal_transition") as answer:
        answer(tenant_api.post(path(answered, "abandon/")))
        answer(tenant_api.post(path(gone, "abandon/")))


def test_another_tenants_queue_does_not_exist(stranger_api, agent_api, waiting, refuses):
    foreign = QueueEntryFactory()
    never_queued = CallFactory(owner=waiting.call.owner)
    with refuses(404, "not_found") as answer:
        answer(stranger_api.get(path(waiting)))
        answer(stranger_api.post(path(waiting, "assign/")))
        answer(stranger_api.post(path(waiting, "abandon/")))
        answer(agent_api.post(path(foreign, "assign/")))
        answer(agent_api.get(f"queue/{never_queued.pk}/"))
        answer(agent_api.get(f"queue/{10**30}/"))


def test_without_a_token_nothing_happens(nobody_api, waiting, refuses):
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("queue/"))
        answer(nobody_api.post(path(waiting, "assign/")))
        answer(nobody_api.post(path(waiting, "abandon/")))
