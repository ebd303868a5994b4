"""Whoever writes, however, in whatever order: cells and journals together are what the rows say."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, RestrictedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.rollups.keeping import fold
from dashboard.rollups.subjects import ROLLUPS
from domain.models import Call, Callback, Customer, Payment, QueueEntry, User
from tests import factories as make
from tests.dashboard.rollups.comparing import NOW, assert_right, wrong
from tests.dashboard.worlds import documents, tenant_world

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> Any:
    found = [tenant_world("Asia/Kathmandu", NOW), tenant_world("America/New_York", NOW)]
    fold()
    return found


def _raw(sql: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def _call() -> Call:
    return Call.objects.filter(queue_entry__isnull=False, ended_at__isnull=False).earliest("pk")


def _live() -> Call:
    return Call.objects.filter(status="in_progress").earliest("pk")


def _ending() -> None:
    call = _live()
    call.status, call.outcome, call.ended_at = "completed", "converted", NOW
    call.talk_s, call.hold_s, call.acw_s, call.satisfaction = 100, 20, 3, 5
    call.save()


def _bulk() -> None:
    tenant = User.objects.filter(role="user").earliest("pk")
    fields: dict[str, Any] = {"owner": tenant, "direction": "outbound", "status": "queued"}
    Call.objects.bulk_create([Call(**fields, started_at=NOW - n * HOUR) for n in range(5)])
    calls = list(Call.objects.filter(status="queued", direction="outbound"))
    for call in calls:
        call.started_at += timedelta(days=1)
    Call.objects.bulk_update(calls, ["started_at"])


def _upsert() -> None:
    customer = Customer.objects.earliest("pk")
    again = Customer(owner=customer.owner, phone=customer.phone, interest="hot", created_at=NOW)
    new = Customer(owner=customer.owner, phone="+4930123456", interest="cold", created_at=NOW)
    Customer.objects.bulk_create(
        [again, new], update_conflicts=True, unique_fields=["owner", "phone"], update_fields=["interest"]
    )
    Customer.objects.bulk_create([again], ignore_conflicts=True)


def _reassign() -> None:
    tenants = User.objects.filter(role="user").order_by("pk")
    Call.objects.filter(owner=tenants[0]).update(owner=tenants[1])
    Customer.objects.filter(owner=tenants[0]).update(owner=tenants[1])
    Callback.objects.filter(owner=tenants[0]).update(owner=tenants[1], due_at=F("due_at"))


def _reassign_agents() -> None:
    one, other = User.objects.filter(role="agent").order_by("pk")[:2]
    Call.objects.filter(agent=one).update(agent=other)
    QueueEntry.objects.filter(assigned_agent=one).update(assigned_agent=other)
    agents = User.objects.filter(role="agent").exclude(owner=one.owner)
    agents.update(owner=one.owner)


def _rolled_back() -> None:
    with transaction.atomic():
        _ending()
        transaction.set_rollback(True)


def _savepoints() -> None:
    with transaction.atomic():
        Payment.objects.update(refunded=F("amount"))
        try:
            with transaction.atomic():
                Call.objects.update(outcome="voicemail")
                raise LookupError
        except LookupError:
            Call.objects.filter(status="completed").update(outcome="interested")


def _in_sql() -> None:
    _raw("UPDATE domain_call SET talk_s = talk_s + 7, satisfaction = 2")
    _raw("DELETE FROM domain_queueentry WHERE status = 'assigned'")
    _raw("UPDATE domain_payment SET amount = amount + 1.37")
    _raw("DELETE FROM domain_callback WHERE status = 'cancelled'")


def _moved_entry() -> None:
    entry = QueueEntry.objects.filter(status="assigned").earliest("pk")
    other = make.CallFactory(
        owner=entry.call.owner, status="queued", started_at=entry.queued_at, offered=True, queue_entry=False
    )
    QueueEntry.objects.filter(pk=entry.pk).update(call=other)


WRITES: list[Callable[[], object]] = [
    _ending,
    _bulk,
    _upsert,
    _reassign,
    _reassign_agents,
    _rolled_back,
    _savepoints,
    _in_sql,
    _moved_entry,
    lambda: _call().delete(),
    lambda: User.objects.filter(role="user").earliest("pk").delete(),
    lambda: Call.objects.filter(direction="inbound", customer=None).delete(),
    lambda: Call.objects.filter(pk=_call().pk).update(started_at=F("started_at") - 40 * timedelta(days=1)),
    lambda: Call.objects.filter(pk=_call().pk).update(outcome="converted"),
    lambda: Payment.objects.filter(status="paid").update(status="refunded", refunded=F("amount")),
    lambda: Callback.objects.filter(status="scheduled").update(due_at=NOW + HOUR),
    lambda: Customer.objects.update(interest="converted", is_do_not_call=True),
    lambda: make.CallFactory(owner=User.objects.filter(role="user").latest("pk"), offered=True),
]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.usefixtures("world")
def test_after_any_write_the_sums_are_those_of_all_rows(write: Callable[[], object]) -> None:
    write()
    assert_right()


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.usefixtures("world")
def test_documents_are_the_same_whether_a_write_is_folded_in_or_not(write: Callable[[], object]) -> None:
    write()
    pending = documents(now=NOW)
    fold()
    assert documents(now=NOW) == pending


@pytest.mark.usefixtures("world")
def test_what_the_sums_do_not_read_leaves_nothing() -> None:
    Call.objects.update(notes="hello", phone_number="+15550001111")
    Customer.objects.update(name="Ada")
    QueueEntry.objects.update(priority=1)
    assert not any(rollup.journal._base_manager.exists() for rollup in ROLLUPS)


# An earlier write left no such row, or rows that refuse.
REFUSED = (
    *(Call.DoesNotExist, Customer.DoesNotExist, QueueEntry.DoesNotExist, User.DoesNotExist),
    *(IntegrityError, RestrictedError, ValueError),
)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from([*WRITES, fold]), min_size=2, max_size=6))
@pytest.mark.usefixtures("world")
def test_after_any_writes_in_any_order_the_sums_are_those_of_all_rows(
    writes: list[Callable[[], object]],
) -> None:
    with transaction.atomic():
        for write in writes:
            with suppress(*REFUSED), transaction.atomic():
                write()
            assert wrong() == {}
        assert_right()
        transaction.set_rollback(True)
