"""A prepared query answers as the queryset it was built from, on every thread and with any values."""

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import Count, Min, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from dashboard.queries.counting import FirstOfEach, of_all
from dashboard.queries.prepared import IDS, INSTANT, NUMBER, Prepared, among
from domain.models import Call, Payment, User
from realtime.snapshots import snapshot
from tests.dashboard.worlds import NOW, whole_world
from tests.factories import PaymentFactory

pytestmark = pytest.mark.django_db

COUNTED = Prepared(
    lambda owners, until: (
        Call.objects.filter(among("owner_id", owners), started_at__lt=until)
        .order_by("owner_id")
        .values_list("owner_id")
        .annotate(n=Count("pk", filter=Q(ended_at__lt=until)), first=Min("started_at"))
    ),
    owners=IDS,
    until=INSTANT,
)


def _plainly(owners: list[int], until: Any) -> list[Any]:
    return list(
        Call.objects.filter(owner_id__in=owners, started_at__lt=until)
        .order_by("owner_id")
        .values_list("owner_id")
        .annotate(n=Count("pk", filter=Q(ended_at__lt=until)), first=Min("started_at"))
    )


def test_it_answers_as_the_queryset_does_whatever_the_values() -> None:
    whole_world()
    owners = list(User.objects.filter(role="user").values_list("pk", flat=True))
    for some in ([], owners[:1], owners, [*owners, 999_999]):
        for until in (NOW, NOW - timedelta(days=5), NOW - timedelta(days=500)):
            found = [tuple(row) for row in COUNTED.rows(owners=some, until=until)]
            assert found == _plainly(some, until)


def test_objects_are_rows_of_the_model_with_what_is_selected_along() -> None:
    whole_world()
    newest = Prepared(
        lambda: Call.objects.select_related("agent", "owner").order_by("-started_at", "pk")[:20]
    )
    found = newest.objects()
    with CaptureQueriesContext(connection) as queries:
        people = [(call.agent and call.agent.email, call.owner.email) for call in found]
    assert not queries.captured_queries
    plainly = list(Call.objects.select_related("agent", "owner").order_by("-started_at", "pk")[:20])
    assert found == plainly
    assert people == [(call.agent and call.agent.email, call.owner.email) for call in plainly]
    assert [(call.started_at, call.ended_at) for call in found] == [
        (call.started_at, call.ended_at) for call in plainly
    ]


def test_decimals_and_texts_come_as_the_model_has_them() -> None:
    PaymentFactory(amount=Decimal("12.30"), description="100 % of it")
    (found,) = Prepared(
        lambda count: Payment.objects.filter(attempt_count__lt=count).order_by("pk"), count=NUMBER
    ).objects(count=1_000)
    assert (found.amount, found.description) == (Payment.objects.get().amount, "100 % of it")


def test_constants_are_taken_as_they_are() -> None:
    odd = "100 % of 'it', and %s of \\n"
    PaymentFactory(description=odd)
    PaymentFactory(description="100 % of it")
    (found,) = Prepared(
        lambda count: Payment.objects.filter(description=odd, attempt_count__lt=count), count=NUMBER
    ).objects(count=1_000)
    assert found.description == odd


def test_aggregates_of_nothing_are_one_row() -> None:
    nobody = Prepared(lambda: of_all(Call.objects.all(), n=Count("pk"), first=Min("started_at")))
    assert [tuple(row) for row in nobody.rows()] == [(0, 0, None)]


def test_the_first_of_each_are_picked_in_order() -> None:
    whole_world()
    owners = tuple(User.objects.filter(role="user").values_list("pk", flat=True))
    newest = FirstOfEach(
        lambda: Call.objects.filter(owner_id=OuterRef("pk")).order_by("-started_at", "-pk"), Call.objects.all
    )
    for count in (1, 5):
        assert newest.find(owners, count) == {
            owner: list(Call.objects.filter(owner_id=owner).order_by("-started_at", "-pk")[:count])
            for owner in owners
        }


@pytest.mark.django_db(transaction=True)
def test_it_reads_in_the_snapshot_of_its_thread() -> None:
    whole_world()
    owners = list(User.objects.filter(role="user").values_list("pk", flat=True))
    answers: list[Any] = []

    def delete_all() -> None:
        Call.objects.all().delete()
        answers.append(COUNTED.rows(owners=owners, until=NOW))
        connections.close_all()

    with snapshot():
        before = COUNTED.rows(owners=owners, until=NOW)
        thread = threading.Thread(target=delete_all)
        thread.start()
        thread.join()
        assert COUNTED.rows(owners=owners, until=NOW) == before != []
    assert answers == [[]]
