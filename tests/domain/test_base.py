"""What the services share: a conflict is one because the database says so, not because of how it says it."""

import pytest
from django.db import IntegrityError

from domain.errors import Conflict
from domain.models import Call, Customer
from domain.services.base import insert, update
from tests.factories import CallFactory, CustomerFactory

pytestmark = pytest.mark.django_db


def test_something_unique_that_is_there_already_is_a_conflict():
    known = CustomerFactory()
    with pytest.raises(Conflict, match="known"):
        insert(Customer(owner=known.owner, phone=known.phone), taken="The number is known.")


def test_another_constraint_is_none_whatever_the_row_says():
    call = CallFactory(status="queued")
    call.notes = "They found our offer unique."
    call.status = Call.Status.COMPLETED  # which has neither an answer nor an end
    with pytest.raises(IntegrityError):
        update(call, "notes", "status")
