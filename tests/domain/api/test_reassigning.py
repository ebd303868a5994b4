"""Callbacks over REST: given to somebody else, made more or less urgent."""

import pytest

from domain.models import Callback
from tests.factories import AgentFactory, CallbackFactory


@pytest.fixture
def promised(agent):
    return CallbackFactory(assigned_agent=agent)


@pytest.fixture
def colleague(tenant):
    return AgentFactory(owner=tenant)


@pytest.mark.parametrize("role", ["admin_api", "tenant_api"])
def test_a_callback_is_given_to_a_colleague_and_leaves_the_other(
    request, role, promised, colleague, agent_api
):
    api = request.getfixturevalue(role)
    response = api.post(f"callbacks/{promised.pk}/assign/", {"agent": colleague.pk})
    body = response.json()
    assert (response.status_code, body["assigned_agent"]) == (200, colleague.pk)
    assert body["assigned_agent_name"] == colleague.full_name
    assert agent_api.ids("callbacks/") == []


def test_a_callback_is_given_back_to_everybody(tenant_api, promised):
    response = tenant_api.post(f"callbacks/{promised.pk}/assign/", {"agent": None})
    assert (response.status_code, response.json()["assigned_agent"]) == (200, None)


@pytest.mark.parametrize("role", ["admin_api", "tenant_api", "agent_api"])
def test_whoever_sees_a_callback_says_how_urgent_it_is(request, role, promised):
    api = request.getfixturevalue(role)
    response = api.post(f"callbacks/{promised.pk}/priority/", {"priority": 1})
    assert (response.status_code, response.json()["priority"]) == (200, 1)
    assert Callback.objects.get().priority == 1


def test_another_tenants_agent_is_nobody_here(tenant_api, admin_api, promised, stranger, refuses):
    theirs = AgentFactory(owner=stranger)
    with refuses(400, "does_not_exist", "agent") as answer:
        answer(tenant_api.post(f"callbacks/{promised.pk}/assign/", {"agent": theirs.pk}))
        answer(tenant_api.post(f"callbacks/{promised.pk}/assign/", {"agent": stranger.pk}))
        answer(admin_api.post(f"callbacks/{promised.pk}/assign/", {"agent": stranger.pk}))
    with refuses(400, "invalid", "agent") as answer:
        answer(admin_api.post(f"callbacks/{promised.pk}/assign/", {"agent": theirs.pk}))
        answer(tenant_api.post(f"callbacks/{promised.pk}/assign/", {"agent": "9"}))
    with refuses(400, "required", "agent") as answer:
        answer(tenant_api.post(f"callbacks/{promised.pk}/assign/", {}))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"priority": 0}, "min_value"),
        ({"priority": 6}, "max_value"),
        ({"priority": "1"}, "invalid"),
        ({"priority": None}, "null"),
    ],
)
def test_an_urgency_that_does_not_exist_is_refused(tenant_api, promised, refuses, body, code):
    with refuses(400, code, "priority") as answer:
        answer(tenant_api.post(f"callbacks/{promised.pk}/priority/", body))


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_what_is_over_is_neither_given_nor_urgent(tenant_api, agent, colleague, status, refuses):
    over = CallbackFactory(assigned_agent=agent, status=status)
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post(f"callbacks/{over.pk}/assign/", {"agent": colleague.pk}))
        answer(tenant_api.post(f"callbacks/{over.pk}/priority/", {"priority": 1}))


def test_refusals(agent_api, stranger_api, nobody_api, promised, colleague, refuses):
    of_colleague = CallbackFactory(assigned_agent=colleague)
    with refuses(403, "permission_denied") as answer:  # agents keep what is theirs
        answer(agent_api.post(f"callbacks/{promised.pk}/assign/", {"agent": colleague.pk}))
    with refuses(404, "not_found") as answer:
        answer(stranger_api.post(f"callbacks/{promised.pk}/assign/", {"agent": None}))
        answer(stranger_api.post(f"callbacks/{promised.pk}/priority/", {"priority": 1}))
        answer(agent_api.post(f"callbacks/{of_colleague.pk}/priority/", {"priority": 1}))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.post(f"callbacks/{promised.pk}/assign/", {"agent": None}))
        answer(nobody_api.post(f"callbacks/{promised.pk}/priority/", {"priority": 1}))
