"""One's own profile and password, and an agent's own state."""

import pytest
from django.core.cache import cache

from accounts.models import Session
from domain.models import AgentState, User
from tests.domain.api.conftest import Api
from tests.factories import PASSWORD, AgentFactory, CallFactory

NEW = "an entirely different phrase"


@pytest.mark.parametrize("role", ["admin_api", "tenant_api", "agent_api"])
def test_everybody_sees_and_changes_themselves(request, role):
    api = request.getfixturevalue(role)
    assert api.get("profile/").json()["email"] == api.user.email
    body = {"first_name": "Noor", "timezone": "Europe/Berlin", "avatar": "https://example.com/a.png"}
    response = api.patch("profile/", body)
    assert (response.status_code, response.json()["timezone"]) == (200, "Europe/Berlin")
    user = User.objects.get(pk=api.user.pk)
    assert (user.first_name, user.timezone, user.avatar) == tuple(body.values())
    assert user.last_name == api.user.last_name


def test_an_agent_knows_their_tenant(agent_api, tenant):
    assert agent_api.get("profile/").json()["owner_email"] == tenant.email


def test_nobody_gives_themselves_a_role(tenant_api, stranger):
    body = {
        "role": "admin",
        "is_superuser": True,
        "is_verified": True,
        "owner": stranger.pk,
        "email": "x@y.z",
    }
    before = User.objects.filter(pk=tenant_api.user.pk).values().get()
    assert tenant_api.patch("profile/", body).status_code == 200
    assert User.objects.filter(pk=tenant_api.user.pk).values().get() == before


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"timezone": "Mars/Olympus"}, "unknown_zone", "timezone"),
        ({"timezone": ""}, "blank", "timezone"),
        ({"phone": "0800"}, "invalid", "phone"),
        ({"avatar": "javascript:alert(1)"}, "invalid", "avatar"),
        ({"first_name": None}, "null", "first_name"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(tenant_api, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.patch("profile/", body))


# The password.


def test_a_new_password_ends_every_sign_in(tenant_api, tenant):
    other = Api(tenant)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert tenant_api.post("profile/password/", body).status_code == 204
    tenant.refresh_from_db()
    assert tenant.check_password(NEW)
    assert not Session.objects.filter(user=tenant, revoked_at=None).exists()
    for api in (tenant_api, other):
        assert api.get("profile/").status_code == 401


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({"current_password": "wrong", "new_password": NEW}, "invalid", "current_password"),
        ({"current_password": PASSWORD, "new_password": "12345"}, "invalid", "new_password"),
        ({"current_password": PASSWORD, "new_password": "password"}, "invalid", "new_password"),
        ({"current_password": PASSWORD}, "required", "new_password"),
        ({"current_password": PASSWORD, "new_password": ""}, "blank", "new_password"),
    ],
)
def test_a_password_is_changed_by_its_owner_to_a_good_one(tenant_api, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.post("profile/password/", body))


def test_a_password_cannot_be_guessed_for_long(tenant_api, settings, refuses):
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "password_user": "3/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    cache.clear()
    body = {"current_password": "wrong", "new_password": NEW}
    answers = [tenant_api.post("profile/password/", body).status_code for _ in range(4)]
    assert answers == [400, 400, 400, 429]
    assert tenant_api.get("profile/").status_code == 200
    cache.clear()


# An agent's state.


def test_an_agent_takes_a_break_and_comes_back(agent_api, agent):
    assert agent_api.get("agent-state/").json()["state"] == "available"
    response = agent_api.put("agent-state/", {"state": "break"})
    assert (response.status_code, response.json()["state"]) == (200, "break")
    present = AgentState.objects.get(agent=agent, until=None)
    assert present.state == "break"
    again = agent_api.put("agent-state/", {"state": "break"})
    assert (again.status_code, again.json()) == (200, response.json())
    assert AgentState.objects.filter(agent=agent).count() == 2


def test_an_agent_who_never_began_is_offline(tenant):
    api = Api(AgentFactory(owner=tenant))
    assert api.get("agent-state/").json() == {"state": "offline", "since": None}
    assert api.put("agent-state/", {"state": "offline"}).json() == {"state": "offline", "since": None}
    assert api.put("agent-state/", {"state": "available"}).json()["state"] == "available"


def test_on_a_call_there_is_no_choice(agent_api, agent, refuses):
    CallFactory(status="in_progress", agent=agent)
    AgentState.objects.filter(agent=agent).update(state="on_call")
    with refuses(409, "illegal_transition") as answer:
        answer(agent_api.put("agent-state/", {"state": "break"}))


@pytest.mark.parametrize("state", ["on_call", "wrap_up", "asleep", None])
def test_what_is_not_for_choosing_is_refused(agent_api, refuses, state):
    with refuses(400, "null" if state is None else "invalid_choice", "state") as answer:
        answer(agent_api.put("agent-state/", {"state": state}))


def test_only_agents_have_a_state(admin_api, tenant_api, nobody_api, refuses):
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.get("agent-state/"))
        answer(tenant_api.put("agent-state/", {"state": "break"}))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("agent-state/"))
        answer(nobody_api.put("agent-state/", {}))
        answer(nobody_api.get("profile/"))
        answer(nobody_api.patch("profile/", {}))
        answer(nobody_api.post("profile/password/", {}))
