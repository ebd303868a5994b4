"""AI agents over REST: created, trained, put to work, paused."""

import pytest

from domain.models import AIAgent
from tests.factories import AIAgentFactory


@pytest.fixture
def nova(tenant):
    return AIAgentFactory(owner=tenant, name="Nova", status="training", training_level=10)


def test_each_role_sees_its_ai_agents(admin_api, tenant_api, agent_api, nova, refuses):
    foreign = AIAgentFactory()
    assert admin_api.ids("ai-agents/") == [nova.pk, foreign.pk]
    assert tenant_api.ids("ai-agents/") == [nova.pk]
    with refuses(403, "permission_denied") as answer:
        answer(agent_api.get("ai-agents/"))
        answer(agent_api.get(f"ai-agents/{nova.pk}/"))


def test_those_in_training_as_the_alert_links_to_them(admin_api, nova):
    AIAgentFactory()
    for query in ({"status": "training"}, {"owner": nova.owner_id}, {"search": "nov"}):
        assert admin_api.ids("ai-agents/", **query) == [nova.pk], query
    assert admin_api.ids("ai-agents/", ordering="-training_level")[-1] == nova.pk


def test_a_tenant_creates_one(tenant_api, tenant):
    response = tenant_api.post("ai-agents/", {"name": "Iris"})
    assert response.status_code == 201
    iris = AIAgent.objects.get(pk=response.json()["id"])
    assert (iris.owner, iris.name, iris.status, iris.training_level) == (tenant, "Iris", "training", 0)


@pytest.mark.parametrize("role", ["tenant_api", "admin_api"])
def test_it_is_trained_and_put_to_work_in_one(request, role, nova):
    body = {"training_level": 60, "status": "learning", "working_hours_start": "08:30"}
    response = request.getfixturevalue(role).patch(f"ai-agents/{nova.pk}/", body)
    assert (response.status_code, response.json()["is_ready_for_calls"]) == (200, True)
    nova.refresh_from_db()
    assert (nova.training_level, nova.status, str(nova.working_hours_start)) == (60, "learning", "08:30:00")
    assert nova.name == "Nova"


def test_its_status_moves_on_by_itself(tenant_api, nova):
    response = tenant_api.post(f"ai-agents/{nova.pk}/status/", {"status": "paused"})
    assert (response.status_code, response.json()["status"]) == (200, "paused")
    nova.refresh_from_db()
    assert nova.status == "paused"


def test_a_status_that_does_not_follow_changes_nothing_else_either(tenant_api, nova, refuses):
    with refuses(409, "illegal_transition") as answer:
        answer(tenant_api.patch(f"ai-agents/{nova.pk}/", {"training_level": 99, "status": "optimizing"}))
        answer(tenant_api.post(f"ai-agents/{nova.pk}/status/", {"status": "active"}))


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"training_level": 101}, "max_value", "training_level"),
        ({"training_level": "60"}, "invalid", "training_level"),
        ({"training_level": -1}, "min_value", "training_level"),
        ({"status": "asleep"}, "invalid_choice", "status"),
        ({"personality_type": "grumpy"}, "invalid_choice", "personality_type"),
        ({"working_hours_end": "25:00"}, "invalid", "working_hours_end"),
        ({"name": ""}, "blank", "name"),
    ],
)
def test_values_that_cannot_be_are_refused(tenant_api, nova, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.patch(f"ai-agents/{nova.pk}/", body))


def test_refusals(admin_api, agent_api, stranger_api, tenant_api, nobody_api, nova, refuses):
    with refuses(400, "required", "name") as answer:
        answer(tenant_api.post("ai-agents/", {}))
    with refuses(400, "required", "status") as answer:
        answer(tenant_api.post(f"ai-agents/{nova.pk}/status/", {}))
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.post("ai-agents/", {"name": "x"}))
        answer(agent_api.patch(f"ai-agents/{nova.pk}/", {}))
        answer(agent_api.post(f"ai-agents/{nova.pk}/status/", {"status": "paused"}))
    with refuses(404, "not_found") as answer:
        answer(stranger_api.get(f"ai-agents/{nova.pk}/"))
        answer(stranger_api.patch(f"ai-agents/{nova.pk}/", {"name": "x"}))
        answer(stranger_api.post(f"ai-agents/{nova.pk}/status/", {"status": "paused"}))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("ai-agents/"))
        answer(nobody_api.post("ai-agents/", {}))
        answer(nobody_api.patch(f"ai-agents/{nova.pk}/", {}))
        answer(nobody_api.post(f"ai-agents/{nova.pk}/status/", {}))
