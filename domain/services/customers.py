"""Customers and leads of a tenant."""

from datetime import datetime

from django.db import transaction
from django.db.models import RestrictedError

from domain.errors import Conflict
from domain.models import Customer, User
from domain.services.base import check_tenant, insert, instant, locked, update


@transaction.atomic
def create_customer(
    *,
    owner: User,
    phone: str,
    name: str = "",
    interest: str = Customer.Interest.COLD,
    is_do_not_call: bool = False,
    at: datetime | None = None,
) -> Customer:
    """A new customer. Conflict: this tenant has one of that number (another tenant may)."""
    check_tenant(owner)
    customer = Customer(
        owner=owner,
        phone=phone,
        name=name,
        interest=interest,
        is_do_not_call=is_do_not_call,
        created_at=instant(at),
    )
    return insert(customer, taken=f"There is a customer with the number {phone} already.")


@transaction.atomic
def known_customer(*, owner: User, phone: str, name: str = "", at: datetime | None = None) -> Customer:
    """The tenant's customer of that number, created if there is none."""
    known = Customer.objects.filter(owner=owner, phone=phone)
    if (found := known.first()) is not None:
        return found
    try:
        return create_customer(owner=owner, phone=phone, name=name, at=at)
    except Conflict:  # somebody else made it a moment ago
        return known.get()


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    name: str | None = None,
    phone: str | None = None,
    interest: str | None = None,
    is_do_not_call: bool | None = None,
) -> Customer:
    """Change what is given; None leaves a value as it is. Conflict: the number is another customer's."""
    customer = locked(customer)
    if name is not None:
        customer.name = name
    if phone is not None:
        customer.phone = phone
    if interest is not None:
        customer.interest = interest
    if is_do_not_call is not None:
        customer.is_do_not_call = is_do_not_call
    return update(
        customer,
        *("name", "phone", "interest", "is_do_not_call"),
        taken=f"There is a customer with the number {phone} already.",
    )


@transaction.atomic
def delete_customer(*, customer: Customer) -> None:
    """Delete the customer and the callbacks promised. Conflict: there are calls, which are history."""
    try:
        locked(customer).delete()
    except RestrictedError:
        raise Conflict("This customer has calls. Put the number on the do-not-call list instead.") from None
