"""Customers and leads."""

import pytest

from domain.errors import Conflict, InvalidInput
from domain.models import Callback, Customer
from domain.services import customers
from tests.factories import (
    AdminFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db


def test_two_tenants_may_know_one_number(refused):
    first, second = TenantFactory(), TenantFactory()
    customers.create_customer(owner=first, phone="+14155550123", name="Ada", interest="hot")
    customers.create_customer(owner=second, phone="+14155550123")
    with refused(Conflict):
        customers.create_customer(owner=first, phone="+14155550123")


def test_known_customer_is_made_once():
    owner = TenantFactory()
    first = customers.known_customer(owner=owner, phone="+14155550123", name="Ada")
    assert customers.known_customer(owner=owner, phone="+14155550123", name="Eve") == first
    assert Customer.objects.get().name == "Ada"


@pytest.mark.parametrize(
    ("field", "value"), [("phone", "555"), ("phone", ""), ("interest", "boiling"), ("name", "x" * 121)]
)
def test_refuses_what_cannot_be(field, value, refused):
    customer = CustomerFactory()
    with refused(InvalidInput) as refusal:
        customers.create_customer(**{"owner": customer.owner, "phone": "+14155550123", field: value})
    assert refusal.value.field == field
    with refused(InvalidInput):
        customers.change_customer(customer=customer, **{field: value})


def test_belongs_to_a_tenant(refused):
    admin = AdminFactory()
    with refused(InvalidInput):
        customers.create_customer(owner=admin, phone="+14155550123")


def test_change_leaves_the_rest():
    customer = CustomerFactory(name="Ada", interest="warm", phone="+14155550123")
    customer = customers.change_customer(customer=customer, interest="converted", is_do_not_call=True)
    customer.refresh_from_db()
    assert (customer.name, customer.phone) == ("Ada", "+14155550123")
    assert (customer.interest, customer.is_do_not_call) == ("converted", True)


def test_change_to_a_number_that_is_taken_is_refused(refused):
    customer = CustomerFactory()
    other = CustomerFactory(owner=customer.owner)
    with refused(Conflict):
        customers.change_customer(customer=customer, phone=other.phone)


def test_deletion_takes_the_promises_along_but_never_the_calls(refused):
    promised = CallbackFactory().customer
    customers.delete_customer(customer=promised)
    assert not Callback.objects.exists()
    customer = CustomerFactory()
    CallFactory(customer=customer)
    with refused(Conflict):
        customers.delete_customer(customer=customer)
