"""Django's admin: every page opens, history is only read, and what is written goes through the services."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from domain.admin_base import ReadOnlyAdmin, duration, money
from domain.ingestion.intake import take_in
from domain.models import AIAgent, Customer, Plan, SystemAlert, User, WebhookEvent
from tests import factories
from tests.factories import AdminFactory, AgentFactory, CallFactory, SystemAlertFactory, TenantFactory

pytestmark = pytest.mark.django_db

MAKERS = [
    *(factories.AgentFactory, factories.AgentProfileFactory, factories.AgentStateFactory),
    *(factories.PlanFactory, factories.SubscriptionFactory, factories.SubscriptionChangeFactory),
    *(factories.PaymentFactory, factories.AIAgentFactory, factories.CustomerFactory),
    *(factories.CallFactory, factories.QueueEntryFactory, factories.CallbackFactory),
    *(factories.CallbackReschedulingFactory, factories.SystemAlertFactory, factories.WebhookEventFactory),
    factories.SystemAlertChangeFactory,
]


def url(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def client(client):
    client.force_login(AdminFactory())
    return client


def test_every_model_is_there():
    from django.apps import apps

    assert {make._meta.model for make in MAKERS} == set(apps.get_app_config("domain").get_models())
    assert all(make._meta.model in admin.site._registry for make in MAKERS)
    assert {model._meta.app_label for model in admin.site._registry} == {"domain"}, "nothing else is there"


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make._meta.model.__name__)
def test_every_page_opens(make, client):
    row = make()
    model = type(row)
    assert client.get(url(model, "changelist")).status_code == 200
    assert client.get(url(model, "changelist"), {"q": "a"}).status_code == 200
    assert client.get(url(model, "change", row.pk)).status_code == 200
    read_only = isinstance(admin.site._registry[model], ReadOnlyAdmin)
    assert client.get(url(model, "add")).status_code == (403 if read_only else 200)
    assert client.post(url(model, "delete", row.pk)).status_code == (
        403 if read_only or model is SystemAlert else 200
    )


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make._meta.model.__name__)
def test_a_list_costs_the_same_however_long(make, client, django_assert_max_num_queries):
    for _ in range(5):
        row = make()
    with django_assert_max_num_queries(8):
        client.get(url(type(row), "changelist"))


@pytest.mark.parametrize("make", [TenantFactory, AgentFactory])
def test_is_for_admins_only(make, client):
    client.force_login(make())
    assert client.get(url(User, "changelist")).status_code == 302


class TestAnnouncing:
    def form(self, **more):
        now = timezone.localtime()
        return {
            "severity": "warning",
            "title": "Line trouble",
            "message": "Soon over",
            "url": "/calls/",
            "target_roles": ["agent"],
            "starts_at_0": now.strftime("%Y-%m-%d"),
            "starts_at_1": now.strftime("%H:%M:%S"),
            "changes-TOTAL_FORMS": 0,
            "changes-INITIAL_FORMS": 0,
            **more,
        }

    def test_creates(self, client):
        assert client.post(url(SystemAlert, "add"), self.form()).status_code == 302
        alert = SystemAlert.objects.get()
        assert (alert.title, alert.severity, alert.target_roles) == ("Line trouble", "warning", ["agent"])
        assert alert.created_by == User.objects.get(role="admin")

    @pytest.mark.parametrize(
        ("field", "value"),
        [("title", "<b>Line</b>"), ("url", "javascript:alert(1)"), ("target_roles", ["root"])],
    )
    def test_refuses_on_the_form(self, client, field, value):
        answer = client.post(url(SystemAlert, "add"), self.form(**{field: value}))
        assert answer.status_code == 200
        assert field in answer.context["adminform"].form.errors
        assert not SystemAlert.objects.exists()

    def test_changes(self, client):
        alert = SystemAlertFactory()
        client.post(url(SystemAlert, "change", alert.pk), self.form(title="Changed"))
        alert.refresh_from_db()
        assert alert.title == "Changed"
        change = alert.changes.get()
        assert (change.action, change.by, change.values["title"][1]) == (
            "changed",
            User.objects.get(role="admin"),
            "Changed",
        )
        assert "Changed" in client.get(url(SystemAlert, "change", alert.pk)).content.decode()

    def test_an_expired_one_stays_as_it_is(self, client):
        now = timezone.now()
        alert = SystemAlertFactory(starts_at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
        answer = client.post(url(SystemAlert, "change", alert.pk), self.form(title="Changed"), follow=True)
        assert "cannot become changed" in answer.content.decode()
        alert.refresh_from_db()
        assert alert.title != "Changed"

    def test_withdraws(self, client):
        live, gone = SystemAlertFactory(), SystemAlertFactory(withdrawn_at=timezone.now())
        answer = client.post(
            url(SystemAlert, "changelist"),
            {"action": "withdraw", "_selected_action": [live.pk, gone.pk]},
            follow=True,
        )
        assert "1 withdrawn" in answer.content.decode()
        live.refresh_from_db()
        assert live.withdrawn_at is not None
        assert live.changes.get().by == User.objects.get(role="admin")


class TestEvents:
    """What a provider reported and could not be applied is tried again, once its cause is gone."""

    def test_a_failed_event_is_tried_again(self, client):
        event = {"id": "evt_1", "type": "invoice.paid", "created": 1_772_409_600}
        invoice = {"id": "in_1", "customer": "cus_1", "currency": "usd", "amount_due": 19_900}
        payload = {**event, "data": {"object": invoice}}
        row = take_in(provider="stripe", event_key="evt_1", payload=payload).event

        def try_again():
            form = {"action": "try_again", "_selected_action": [row.pk]}
            return client.post(url(WebhookEvent, "changelist"), form, follow=True).content.decode()

        assert "Nobody here is the customer cus_1" in try_again()
        TenantFactory(stripe_customer_id="cus_1")
        assert "1 applied" in try_again()
        assert "It was settled before" in try_again()
        row.refresh_from_db()
        assert row.status == "applied"
        assert "invoice.paid" in client.get(url(WebhookEvent, "changelist")).content.decode()


class TestPeople:
    def add(self, client, **form):
        password = "a long enough secret"
        return client.post(
            url(User, "add"),
            {"usable_password": "true", "password1": password, "password2": password, **form},
        )

    def test_takes_on_every_role(self, client):
        self.add(client, email="Admin@example.com", role="admin")
        self.add(client, email="tenant@example.com", role="user")
        owner = User.objects.get(email="tenant@example.com")
        self.add(client, email="agent@example.com", role="agent", owner=owner.pk, employee_id="E1")
        assert User.objects.get(email="admin@example.com").is_superuser
        assert owner.check_password("a long enough secret")
        assert User.objects.get(email="agent@example.com").agent_profile.employee_id == "E1"

    def test_an_agent_needs_a_tenant(self, client):
        assert self.add(client, email="agent@example.com", role="agent").status_code == 200
        assert not User.objects.filter(role="agent").exists()

    def test_a_refusal_is_a_message(self, client):
        agent = AgentFactory(profile__employee_id="E1")
        answer = self.add(
            client, email="new@example.com", role="agent", owner=agent.owner.pk, employee_id="E1"
        )
        answer = client.get(answer.url)
        assert "already" in answer.content.decode()
        assert not User.objects.filter(email="new@example.com").exists()

    def test_changes_details_but_not_the_role(self, client):
        user = TenantFactory()
        client.post(
            url(User, "change", user.pk),
            {"email": "New@example.com", "first_name": "Ada", "timezone": "Asia/Tokyo", "role": "admin"},
        )
        user.refresh_from_db()
        assert (user.email, user.first_name, user.timezone) == ("new@example.com", "Ada", "Asia/Tokyo")
        assert user.role == "user"

    def test_disables_and_enables(self, client):
        agent = AgentFactory(state="available")
        for action, active in (("disable", False), ("enable", True)):
            client.post(url(User, "changelist"), {"action": action, "_selected_action": [agent.pk]})
            agent.refresh_from_db()
            assert agent.is_active is active

    def test_nobody_locks_themselves_out(self, client):
        (admin_,) = User.objects.filter(role="admin")
        form = {"action": "disable", "_selected_action": [admin_.pk]}
        answer = client.post(url(User, "changelist"), form, follow=True)
        assert "You cannot disable your own account" in answer.content.decode()
        admin_.refresh_from_db()
        assert admin_.is_active

    def test_never_deletes_history(self, client):
        agent = AgentFactory()
        CallFactory(agent=agent)
        client.post(url(User, "delete", agent.pk), {"post": "yes"})
        assert User.objects.filter(pk=agent.pk).exists()


def test_money_and_durations_are_readable():
    assert money(1234.5) == "1,234.50 USD"
    assert [duration(seconds) for seconds in (0, 59, 125, 3725)] == ["0:00", "0:59", "2:05", "1:02:05"]


class TestTenantsThings:
    """Plans, customers and AI agents are written by the services, too."""

    def test_create_and_change(self, client):
        owner = TenantFactory()
        client.post(
            url(Plan, "add"),
            {
                "name": "pro",
                "price": "49",
                "interval": "month",
                "agents_allowed": 2,
                "features": '["Recordings"]',
            },
        )
        assert Plan.objects.get().features == ["Recordings"]
        client.post(
            url(Customer, "add"),
            {"owner": owner.pk, "phone": "+14155550123", "interest": "warm", "name": "Ada"},
        )
        customer = Customer.objects.get()
        client.post(
            url(Customer, "change", customer.pk), {"phone": customer.phone, "interest": "hot", "name": "Ada"}
        )
        customer.refresh_from_db()
        assert (customer.owner, customer.interest) == (owner, "hot")
        hours = {"working_hours_start": "09:00", "working_hours_end": "18:00"}
        form = {"name": "Ada", "personality_type": "friendly", "training_level": 30, **hours}
        client.post(url(AIAgent, "add"), {"owner": owner.pk, **form})
        ai_agent = AIAgent.objects.get()
        client.post(url(AIAgent, "change", ai_agent.pk), {**form, "training_level": 40})
        ai_agent.refresh_from_db()
        assert (ai_agent.owner, ai_agent.status, ai_agent.training_level) == (owner, "training", 40)

    def test_belong_to_tenants(self, client):
        admin_ = User.objects.get()
        answer = client.post(
            url(Customer, "add"),
            {"owner": admin_.pk, "phone": "+14155550123", "interest": "warm"},
            follow=True,
        )
        assert "is not a tenant" in answer.content.decode()
        assert not Customer.objects.exists()
