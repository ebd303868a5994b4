"""Customers over REST."""

from datetime import timedelta

import pytest
from django.utils import timezone

from domain.models import Customer
from tests.factories import CallbackFactory, CallFactory, CustomerFactory, QueueEntryFactory


@pytest.fixture
def customer(tenant):
    return CustomerFactory(owner=tenant, name="Grace Hoang", created_at=timezone.now() - timedelta(hours=1))


def test_admins_and_tenants_see_their_customers(admin_api, tenant_api, customer):
    foreign = CustomerFactory(created_at=timezone.now() - timedelta(hours=2))
    assert admin_api.ids("customers/") == [customer.pk, foreign.pk]
    assert tenant_api.ids("customers/") == [customer.pk]


def test_agents_see_whom_they_have_to_do_with(agent_api, agent, tenant, customer):
    called = CustomerFactory(owner=tenant)
    CallFactory(agent=agent, customer=called)
    promised = CallbackFactory(assigned_agent=agent).customer
    waiting = CustomerFactory(owner=tenant)
    QueueEntryFactory(
        owner=tenant, call=CallFactory(customer=waiting, status="queued", offered=True, queue_entry=False)
    )
    gone = CustomerFactory(owner=tenant)
    CallFactory(customer=gone, status="canceled", offered=True)
    assert set(agent_api.ids("customers/")) == {called.pk, promised.pk, waiting.pk}


def test_filters_and_order(admin_api, customer):
    hot = CustomerFactory(interest="hot", is_do_not_call=True, name="Aaron")
    for query in ({"interest": "hot"}, {"is_do_not_call": "1"}, {"owner": hot.owner_id}, {"search": "aar"}):
        assert admin_api.ids("customers/", **query) == [hot.pk], query
    assert admin_api.ids("customers/", search=customer.phone) == [customer.pk]
    assert admin_api.ids("customers/", ordering="name") == [hot.pk, customer.pk]


def test_a_tenant_adds_a_customer(tenant_api, tenant):
    response = tenant_api.post("customers/", {"phone": "+14155550188", "name": "Grace"})
    assert response.status_code == 201
    made = Customer.objects.get(pk=response.json()["id"])
    assert (made.owner, made.phone, made.name, made.interest) == (tenant, "+14155550188", "Grace", "cold")


def test_a_number_is_known_once_per_tenant(tenant_api, stranger_api, customer, refuses):
    with refuses(409, "conflict") as answer:
        answer(tenant_api.post("customers/", {"phone": customer.phone}))
    assert stranger_api.post("customers/", {"phone": customer.phone}).status_code == 201


def test_a_customer_is_changed(tenant_api, customer):
    body = {"interest": "hot", "is_do_not_call": True}
    response = tenant_api.patch(f"customers/{customer.pk}/", body)
    assert (response.status_code, response.json()["interest"]) == (200, "hot")
    customer.refresh_from_db()
    assert (customer.interest, customer.is_do_not_call, customer.name) == ("hot", True, "Grace Hoang")


def test_an_agent_puts_a_caller_on_the_do_not_call_list(agent_api, agent, customer):
    CallFactory(agent=agent, customer=customer)
    assert agent_api.patch(f"customers/{customer.pk}/", {"is_do_not_call": True}).status_code == 200
    customer.refresh_from_db()
    assert customer.is_do_not_call


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "phone"),
        ({"phone": "12345"}, "invalid", "phone"),
        ({"phone": "+14155550188", "interest": "burning"}, "invalid_choice", "interest"),
        ({"phone": "+14155550188", "name": "x" * 121}, "max_length", "name"),
        ({"phone": "+14155550188", "name": 5}, "invalid", "name"),
        ({"phone": "+14155550188", "is_do_not_call": "no"}, "invalid", "is_do_not_call"),
        ({"phone": "+14155550188", "name": "\0"}, "null_characters_not_allowed", "name"),
    ],
)
def test_a_customer_who_cannot_be_is_refused(tenant_api, refuses, body, code, attr):
    with refuses(400, code, attr) as answer:
        answer(tenant_api.post("customers/", body))


def test_refusals(admin_api, agent_api, stranger_api, tenant_api, nobody_api, customer, tenant, refuses):
    other = CustomerFactory(owner=tenant)
    with refuses(403, "permission_denied") as answer:
        answer(admin_api.post("customers/", {"phone": "+14155550188"}))
        answer(agent_api.post("customers/", {"phone": "+14155550188"}))
        answer(admin_api.patch(f"customers/{customer.pk}/", {"name": "x"}))
    with refuses(404, "not_found") as answer:
        answer(stranger_api.get(f"customers/{customer.pk}/"))
        answer(stranger_api.patch(f"customers/{customer.pk}/", {"name": "x"}))
        answer(agent_api.patch(f"customers/{customer.pk}/", {"name": "x"}))
    with refuses(409, "conflict") as answer:
        answer(tenant_api.patch(f"customers/{customer.pk}/", {"phone": other.phone}))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.get("customers/"))
        answer(nobody_api.post("customers/", {}))
        answer(nobody_api.patch(f"customers/{customer.pk}/", {}))
