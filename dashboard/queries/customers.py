"""What the figures about customers are counted from. One query each, however many subjects."""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from dashboard.queries.counting import PLATFORM, count_timelines
from dashboard.queries.timelines import Timeline, Timelines
from domain.models import Customer
from realtime.sections import shared


class Leads(NamedTuple):
    """Customers by when they were first known; each has one interest, and may want no calls besides."""

    total: int
    hot: int
    warm: int
    cold: int
    converted: int
    do_not_call: int


@shared
def leads(owners: tuple[int, ...], cuts: tuple[datetime, ...]) -> Timelines[Leads]:
    """The customers of each tenant, dated by created_at."""
    return _leads("owner_id", owners, cuts)


@shared
def leads_of_platform(cuts: tuple[datetime, ...]) -> Timeline[Leads]:
    """The customers of all tenants, dated by created_at."""
    return _leads("", (), cuts).of(PLATFORM)


def _leads(column: str, ids: tuple[int, ...], cuts: tuple[datetime, ...]) -> Timelines[Leads]:
    interest = Customer.Interest
    return count_timelines(
        Leads,
        Customer.objects.all(),
        column=column,
        ids=ids,
        dated_by="created_at",
        cuts=cuts,
        counters={
            "total": Count("pk"),
            "hot": Count("pk", filter=Q(interest=interest.HOT)),
            "warm": Count("pk", filter=Q(interest=interest.WARM)),
            "cold": Count("pk", filter=Q(interest=interest.COLD)),
            "converted": Count("pk", filter=Q(interest=interest.CONVERTED)),
            "do_not_call": Count("pk", filter=Q(is_do_not_call=True)),
        },
    )
