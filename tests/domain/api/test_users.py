"""Users over REST: admins manage everybody, tenants their agents."""

import pytest
from django.utils import timezone

from accounts.models import Session
from accounts.sessions import sign_in
from domain.models import User
from tests.domain.api.conftest import Api
from tests.factories import AdminFactory, AgentFactory, CallFactory, TenantFactory

INVITED = {"email": "New@Example.com", "employee_id": "E-77", "first_name": "Sam", "last_name": "Rivera"}


def test_admins_see_everybody_and_tenants_their_agents(
    admin_api, tenant_api, agent_api, agent, stranger, refuses
):
    everybody = {admin_api.user.pk, agent.owner_id, agent.pk, stranger.pk}
    assert set(admin_api.ids("users/")) == everybody
    assert tenant_api.ids("users/") == [agent.pk]
    with refuses(403, "permission_denied") as answer:
        answer(agent_api.get("users/"))
    with refuses(404, "not_found") as answer:
        answer(tenant_api.get(f"users/{stranger.pk}/"))
        answer(tenant_api.get(f"users/{tenant_api.user.pk}/"))


def test_no_password_is_ever_told(admin_api, agent):
    assert not any("password" in key for key in admin_api.get(f"users/{agent.pk}/").json())


def test_filters_and_order(admin_api, agent, tenant):
    disabled = TenantFactory(is_active=False, email="aaa@example.com")
    assert admin_api.ids("users/", role="agent") == [agent.pk]
    assert admin_api.ids("users/", is_active="0") == [disabled.pk]
    assert admin_api.ids("users/", owner=tenant.pk) == [agent.pk]
    assert admin_api.ids("users/", search="AAA@") == [disabled.pk]
    assert admin_api.ids("users/", ordering="email")[0] == disabled.pk


@pytest.mark.parametrize("role", ["tenant_api", "admin_api"])
def test_names_are_changed(request, role, agent):
    response = request.getfixturevalue(role).patch(f"users/{agent.pk}/", {"first_name": "Samira"})
    assert (response.status_code, response.json()["first_name"]) == (200, "Samira")
    agent.refresh_from_db()
    assert agent.first_name == "Samira"


def test_nothing_but_names_and_phone_is_changed(tenant_api, agent):
    body = {"email": "thief@example.com", "role": "admin", "is_superuser": True, "password": "x"}
    before = User.objects.filter(pk=agent.pk).values().get()
    assert tenant_api.patch(f"users/{agent.pk}/", body).status_code == 200
    assert User.objects.filter(pk=agent.pk).values().get() == before


@pytest.mark.parametrize("role", ["tenant_api", "admin_api"])
def test_an_account_is_disabled_with_its_sign_ins_and_enabled_again(
    request, role, agent, agent_api, nobody_api
):
    api = request.getfixturevalue(role)
    response = api.post(f"users/{agent.pk}/disable/")
    assert (response.status_code, response.json()["account_status"]) == (200, "disabled")
    assert agent_api.get("profile/").json()["errors"][0]["code"] == "account_disabled"
    assert not Session.objects.filter(user=agent, revoked_at=None).exists()
    assert api.post(f"users/{agent.pk}/enable/").json()["account_status"] == "active"
    agent.refresh_from_db()
    assert agent.is_active
    assert Api(agent).get("profile/").status_code == 200


def test_nobody_disables_or_demotes_themselves(admin_api, refuses):
    me = admin_api.user.pk
    with refuses(409, "conflict") as answer:
        answer(admin_api.post(f"users/{me}/disable/"))
        answer(admin_api.post(f"users/{me}/role/", {"role": "user"}))


def test_an_admin_gives_another_role(admin_api, tenant, stranger):
    response = admin_api.post(
        f"users/{stranger.pk}/role/", {"role": "agent", "owner": tenant.pk, "employee_id": "E-1"}
    )
    assert (response.status_code, response.json()["owner"]) == (200, tenant.pk)
    stranger.refresh_from_db()
    assert (stranger.role, stranger.owner, stranger.agent_profile.employee_id) == ("agent", tenant, "E-1")
    assert admin_api.post(f"users/{stranger.pk}/role/", {"role": "admin"}).status_code == 200
    stranger.refresh_from_db()
    assert (stranger.role, stranger.owner, stranger.is_staff) == ("admin", None, True)


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "role"),
        ({"role": "boss"}, "invalid_choice", "role"),
        ({"role": "agent"}, "invalid", "owner"),
        ({"role": "agent", "owner": 123456789}, "does_not_exist", "owner"),
        ({"role": "admin", "employee_id": "x" * 33}, "max_length", "employee_id"),
    ],
)
def test_a_role_that_cannot_be_is_refused(admin_api, stranger, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(admin_api.post(f"users/{stranger.pk}/role/", body))


def test_an_agent_does_not_work_for_an_agent_nor_without_an_employee_id(admin_api, agent, stranger, refuses):
    with refuses(400, "does_not_exist", "owner") as answer:
        answer(admin_api.post(f"users/{stranger.pk}/role/", {"role": "agent", "owner": agent.pk}))
    with refuses(400, "invalid", "employee_id") as answer:
        answer(admin_api.post(f"users/{stranger.pk}/role/", {"role": "agent", "owner": agent.owner_id}))


def test_history_keeps_its_people(admin_api, tenant, agent, stranger, refuses):
    with refuses(409, "conflict") as answer:
        answer(admin_api.post(f"users/{tenant.pk}/role/", {"role": "admin"}))  # still has agents
    CallFactory(agent=agent)
    with refuses(409, "conflict") as answer:
        answer(admin_api.post(f"users/{agent.pk}/role/", {"role": "agent", "owner": stranger.pk}))


# Taking on an agent.


def test_an_invited_agent_signs_in_with_the_password_of_the_answer(tenant_api, tenant):
    response = tenant_api.post("users/invite/", INVITED)
    assert response.status_code == 201
    assert response["Cache-Control"] == "no-store"
    body = response.json()
    assert (body["email"], body["role"], body["owner"]) == ("new@example.com", "agent", tenant.pk)
    assert (body["employee_id"], body["full_name"]) == ("E-77", "Sam Rivera")
    assert len(body["initial_password"]) >= 20
    assert sign_in("new@example.com", body["initial_password"], timezone.now()).access
    assert "initial_password" not in tenant_api.get(f"users/{body['id']}/").json()


@pytest.mark.parametrize(
    ("change", "code", "attr"),
    [
        ({"email": "nobody"}, "invalid", "email"),
        ({"employee_id": ""}, "blank", "employee_id"),
        ({"phone": "123"}, "invalid", "phone"),
        ({"first_name": "x" * 81}, "max_length", "first_name"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(tenant_api, refuses, change, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.post("users/invite/", {**INVITED, **change}))


def test_what_is_taken_is_taken(tenant_api, agent, refuses):
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post("users/invite/", {**INVITED, "email": agent.email.upper()}))
        answer(tenant_api.post("users/invite/", {**INVITED, "employee_id": agent.agent_profile.employee_id}))


def test_refusals(admin_api, tenant_api, agent_api, stranger_api, nobody_api, agent, stranger, refuses):
    other_admin = AdminFactory()
    foreign_agent = AgentFactory()
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.post("users/invite/", INVITED))
        answer(agent_api.post("users/invite/", INVITED))
        answer(tenant_api.post(f"users/{agent.pk}/role/", {"role": "admin"}))
        answer(agent_api.post(f"users/{agent.pk}/disable/"))
    with refuses(404, "not_found") as answer:
        for somebody in (stranger, other_admin, foreign_agent, tenant_api.user):
            answer(tenant_api.post(f"users/{somebody.pk}/disable/"))
            answer(tenant_api.post(f"users/{somebody.pk}/enable/"))
            answer(tenant_api.patch(f"users/{somebody.pk}/", {"first_name": "x"}))
        answer(stranger_api.post(f"users/{agent.pk}/disable/"))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("users/"))
        answer(nobody_api.post("users/invite/", INVITED))
        for action in ("disable", "enable", "role"):
            answer(nobody_api.post(f"users/{agent.pk}/{action}/"))
        answer(nobody_api.patch(f"users/{agent.pk}/", {}))
