"""The people: taken on, moved, disabled, deleted."""

from datetime import UTC, datetime

import pytest

from domain.errors import Conflict, InvalidInput
from domain.models import Call, User
from domain.services import agents, people
from tests.factories import (
    AdminFactory,
    AgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    SubscriptionFactory,
    SystemAlertFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class TestTakingOn:
    def test_a_tenant(self):
        user = people.create_tenant(
            email="Ada@Example.COM",
            password="secret words",
            first_name="Ada",
            timezone="Europe/Berlin",
            at=NOON,
        )
        user.refresh_from_db()
        assert (user.email, user.role, user.timezone, user.created_at) == (
            "ada@example.com",
            "user",
            "Europe/Berlin",
            NOON,
        )
        assert user.check_password("secret words")
        assert not user.is_staff

    def test_an_admin_who_may_do_everything(self):
        admin = people.create_admin(email="root@example.com")
        assert (admin.role, admin.is_staff, admin.is_superuser) == ("admin", True, True)
        assert not admin.has_usable_password()

    def test_an_agent_with_a_profile_who_is_offline(self):
        owner = TenantFactory()
        agent = people.create_agent(owner=owner, email="a@example.com", employee_id="E1", at=NOON)
        assert (agent.role, agent.owner, agent.agent_profile.employee_id) == ("agent", owner, "E1")
        assert agent.agent_states.get().since == NOON
        assert agents.current_state(agent) == "offline"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("email", "not an email"),
            ("email", ""),
            ("timezone", "Mars/Olympus"),
            ("timezone", "../../etc/passwd"),
            ("timezone", ""),
            ("phone", "555"),
            ("avatar", "javascript:alert(1)"),
        ],
    )
    def test_refuses_what_cannot_be(self, field, value, refused):
        with refused(InvalidInput) as refusal:
            people.create_tenant(**{"email": "a@example.com", field: value})
        assert refusal.value.field == field

    def test_one_account_for_each_email_in_whatever_case(self, refused):
        TenantFactory(email="ada@example.com")
        with refused(Conflict):
            people.create_tenant(email="ADA@example.com")

    def test_employee_ids_are_unique_within_a_tenant(self, refused):
        first, second = TenantFactory(), TenantFactory()
        people.create_agent(owner=first, email="a@example.com", employee_id="E1")
        people.create_agent(owner=second, email="b@example.com", employee_id="E1")
        with refused(Conflict):
            people.create_agent(owner=first, email="c@example.com", employee_id="E1")
        with refused(InvalidInput):
            people.create_agent(owner=first, email="c@example.com", employee_id="")

    def test_agents_work_for_tenants(self, refused):
        admin = AdminFactory()
        with refused(InvalidInput):
            people.create_agent(owner=admin, email="a@example.com", employee_id="E1")


class TestChangingDetails:
    def test_leaves_the_rest(self):
        user = TenantFactory(first_name="Ada", last_name="Byron")
        user = people.change_details(user=user, last_name="Lovelace", timezone="Asia/Tokyo")
        user.refresh_from_db()
        assert (user.full_name, user.timezone) == ("Ada Lovelace", "Asia/Tokyo")
        assert people.change_details(user=user).full_name == "Ada Lovelace"

    def test_email(self, refused):
        user, other = TenantFactory(), TenantFactory()
        assert people.change_details(user=user, email="New@Example.com").email == "new@example.com"
        with refused(Conflict):
            people.change_details(user=user, email=other.email.upper())

    def test_refuses_what_cannot_be(self, refused):
        user = TenantFactory()
        with refused(InvalidInput) as refusal:
            people.change_details(user=user, timezone="Mars/Olympus")
        assert refusal.value.field == "timezone"


class TestChangingRoles:
    def test_admin_and_back(self):
        user = people.change_role(user=TenantFactory(), role="admin")
        assert (user.is_superuser, user.is_staff) == (True, True)
        user = people.change_role(user=user, role="user")
        assert (user.is_superuser, user.is_staff) == (False, False)

    def test_to_agent_and_back(self):
        owner = TenantFactory()
        user = people.change_role(user=TenantFactory(), role="agent", owner=owner, employee_id="E1")
        assert (user.owner, user.agent_profile.employee_id) == (owner, "E1")
        user = people.change_role(user=user, role="user")
        assert (user.owner, user.role) == (None, "user")

    def test_an_agent_who_leaves_hands_back_the_work(self):
        agent = AgentFactory(state="available")
        ringing = CallFactory(status="ringing", owner=agent.owner, offered=True)
        type(ringing.queue_entry).objects.update(assigned_agent=agent)
        callback = CallbackFactory(assigned_agent=agent)
        done = CallbackFactory(assigned_agent=agent, status="completed")
        people.change_role(user=agent, role="user")
        for row in (ringing, callback, done):
            row.refresh_from_db()
        assert ringing.status == "queued"
        assert (callback.assigned_agent, done.assigned_agent) == (None, agent)
        assert agents.current_state(agent) == "offline"

    @pytest.mark.parametrize("role", ["admin", "user"])
    def test_only_agents_have_an_owner(self, role, refused):
        user, owner = TenantFactory(), TenantFactory()
        with refused(InvalidInput):
            people.change_role(user=user, role=role, owner=owner)
        with refused(InvalidInput):
            people.change_role(user=user, role="agent")
        with refused(InvalidInput):
            people.change_role(user=user, role="agent", owner=user, employee_id="E1")

    def test_an_unknown_role_is_refused(self, refused):
        user = TenantFactory()
        with refused(InvalidInput):
            people.change_role(user=user, role="root")

    def test_a_tenant_with_agents_stays_one(self, refused):
        owner = AgentFactory().owner
        with refused(Conflict):
            people.change_role(user=owner, role="admin")

    def test_nobody_changes_during_a_call(self, refused):
        agent = AgentFactory(state="on_call")
        CallFactory(agent=agent, status="in_progress")
        with refused(Conflict):
            people.change_role(user=agent, role="user")

    def test_nobody_takes_one_tenants_calls_to_another(self, refused):
        agent, other = AgentFactory(), TenantFactory()
        CallFactory(agent=agent)
        with refused(Conflict):
            people.change_role(user=agent, role="agent", owner=other)


class TestDisabling:
    def test_locks_and_opens(self):
        user = people.disable_user(user=TenantFactory())
        assert (user.is_active, user.account_status) == (False, "disabled")
        user = people.enable_user(user=user)
        assert (user.is_active, user.account_status) == (True, "active")

    def test_what_rings_at_an_agent_waits_again(self):
        agent = AgentFactory(state="available")
        call = CallFactory(status="ringing", owner=agent.owner, offered=True)
        type(call.queue_entry).objects.update(assigned_agent=agent)
        people.disable_user(user=agent)
        assert Call.objects.get().status == "queued"
        assert agents.current_state(agent) == "offline"

    def test_a_call_may_be_finished(self):
        agent = AgentFactory(state="on_call")
        CallFactory(agent=agent, status="in_progress")
        people.disable_user(user=agent)
        assert agents.current_state(agent) == "on_call"


class TestDeleting:
    def test_a_tenant_goes_with_everything(self):
        agent = AgentFactory(state="available")
        customer = CustomerFactory(owner=agent.owner)
        CallFactory(agent=agent, customer=customer, offered=True)
        CallbackFactory(owner=agent.owner, customer=customer, assigned_agent=agent)
        SubscriptionFactory(user=agent.owner)
        PaymentFactory(user=agent.owner)
        people.delete_user(user=agent.owner)
        assert not User.objects.exists()
        assert not Call.objects.exists()

    def test_recorded_history_keeps_its_people(self, refused):
        agent = AgentFactory()
        CallFactory(agent=agent)
        admin = AdminFactory()
        SystemAlertFactory(created_by=admin)
        for person in (agent, admin):
            with refused(Conflict):
                people.delete_user(user=person)
        people.delete_user(user=AgentFactory())
