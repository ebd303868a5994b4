"""Instants as numbers, exact to the microsecond on either database."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from django.db.models import F

from dashboard.queries.sql import Micros, Quarter, bucket, elapsed
from domain.models import Call
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Case(NamedTuple):
    started_at: datetime
    why: str


CASES = [
    Case(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "no fraction is written"),
    Case(datetime(2026, 3, 29, 1, 0, 0, 1, tzinfo=UTC), "the smallest fraction"),
    Case(datetime(2026, 3, 29, 0, 59, 59, 999_999, tzinfo=UTC), "would be rounded into the next quarter"),
    Case(datetime(2026, 12, 31, 23, 59, 59, 999_600, tzinfo=UTC), "would be rounded into the next year"),
    Case(datetime(2000, 2, 29, 12, 15, tzinfo=UTC), "a leap day"),
]


@pytest.mark.parametrize("case", CASES, ids=[case.why for case in CASES])
def test_microseconds_and_quarters_since_1970(case: Case) -> None:
    CallFactory(started_at=case.started_at)
    micros, quarter = (
        Call.objects.annotate(micros=Micros(F("started_at")), quarter=Quarter(F("started_at")))
        .values_list("micros", "quarter")
        .get()
    )
    assert micros == (case.started_at - EPOCH) // MICROSECOND
    assert quarter == (case.started_at - EPOCH) // timedelta(minutes=15)


def test_elapsed_is_exact_and_null_when_an_end_is_open() -> None:
    started = datetime(2026, 3, 29, 1, 0, 0, 999_999, tzinfo=UTC)
    CallFactory(
        started_at=started, status="in_progress", answered_at=started + timedelta(seconds=20, microseconds=1)
    )
    waited, lasted = Call.objects.values_list(
        elapsed("started_at", "answered_at"), elapsed("started_at", "ended_at")
    ).get()
    assert waited == 20_000_001
    assert lasted is None


def test_a_row_on_a_cut_belongs_after_it() -> None:
    cuts = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
    moments = [cuts[0] - MICROSECOND, cuts[0], cuts[1] - MICROSECOND, cuts[1], cuts[2], cuts[2] + MICROSECOND]
    for moment in moments:
        CallFactory(started_at=moment)
    found = Call.objects.annotate(stretch=bucket("started_at", cuts)).order_by("started_at")
    assert list(found.values_list("stretch", flat=True)) == [0, 1, 1, 2, 3, 3]
