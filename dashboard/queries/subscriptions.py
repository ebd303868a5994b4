"""What the figures about subscriptions are counted from. One query each, however many subjects.

Words: a subscription is *inactive* while incomplete, incomplete_expired, unpaid or paused, and *paying* while
active or past_due. A tenant's *current* subscription is, of those that have not ended, the one that gives
most: a paying one or a trial before a suspended one before an incomplete one, then the newest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from dashboard.alert_facts import Tally
from dashboard.queries.counting import CountedTimeline, of_all
from dashboard.queries.prepared import IDS, INSTANT, Prepared, among
from dashboard.queries.talk import Stretch, talked_s
from dashboard.queries.timelines import Timeline
from dashboard.rollups.cells import Subject
from dashboard.rollups.reading import counts
from dashboard.rollups.shape import Level
from dashboard.rollups.subjects import CALLS
from domain.models import Plan, Subscription, SubscriptionChange
from realtime.sections import shared

Status = Subscription.Status

PAYING: Final = (Status.ACTIVE, Status.PAST_DUE)
INACTIVE: Final = (Status.INCOMPLETE, Status.INCOMPLETE_EXPIRED, Status.UNPAID, Status.PAUSED)
ENDED: Final = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)
CHURNED: Final = (Status.CANCELED, Status.UNPAID)
CHURN_WINDOW: Final = timedelta(days=30)
_MONTHS_PER_YEAR: Final = 12


class Subscribed(NamedTuple):
    """Subscriptions by when they were made, and what they are now; the states make up the total."""

    total: int
    active: int
    trialing: int
    past_due: int
    inactive: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class PlanShare:
    """A plan, and how many active and paying subscriptions it has."""

    plan_id: int
    name: str
    price: Decimal
    interval: str
    active: int
    paying: int


@dataclass(frozen=True, slots=True)
class Churn:
    """Who stopped paying in the last 30 days, of those who could; ``until``: time alone may change it."""

    churned: int
    base: int
    until: datetime | None


_SUBSCRIBED: Final = CountedTimeline(
    Subscribed,
    Subscription.objects.all,
    "created_at",
    {
        "total": Count("pk"),
        "active": Count("pk", filter=Q(status=Status.ACTIVE)),
        "trialing": Count("pk", filter=Q(status=Status.TRIALING)),
        "past_due": Count("pk", filter=Q(status=Status.PAST_DUE)),
        "inactive": Count("pk", filter=Q(status__in=INACTIVE)),
        "cancelled": Count("pk", filter=Q(status=Status.CANCELED)),
    },
)
_PLAN_SHARES: Final = Prepared(
    lambda: (
        Subscription.objects.filter(status__in=PAYING)
        .order_by()
        .values_list("plan_id", "plan__name", "plan__price", "plan__interval")
        .annotate(n_active=Count("pk", filter=Q(status=Status.ACTIVE)), n_paying=Count("pk"))
        .order_by("-n_active", "plan_id")
    )
)


@shared
def subscribed(cuts: tuple[datetime, ...]) -> Timeline[Subscribed]:
    """The subscriptions of all tenants, dated by created_at."""
    return _SUBSCRIBED.count(cuts)


@shared
def plan_shares() -> Sequence[PlanShare]:
    """The plans that have paying subscriptions, those with the most active ones first, then by id."""
    return [PlanShare(*row) for row in _PLAN_SHARES.rows()]


def monthly_revenue(shares: Sequence[PlanShare]) -> Decimal:
    """Monthly recurring revenue: the prices of the paying subscriptions, a year's as a twelfth."""
    paid = {Plan.Interval.MONTH: Decimal(0), Plan.Interval.YEAR: Decimal(0)}
    for share in shares:
        paid[Plan.Interval(share.interval)] += share.price * share.paying
    return paid[Plan.Interval.MONTH] + paid[Plan.Interval.YEAR] / _MONTHS_PER_YEAR


def _turned_past_due() -> QuerySet[Subscription, Any]:
    turned = SubscriptionChange.objects.filter(subscription_id=OuterRef("pk"), to_status=Status.PAST_DUE)
    return of_all(
        Subscription.objects.filter(status=Status.PAST_DUE).annotate(
            turned_at=Subquery(turned.order_by("-at", "-pk").values("at")[:1])
        ),
        n=Count("pk"),
        since=Min("turned_at"),
    )


_PAST_DUE: Final = Prepared(_turned_past_due)
_STOPS: Final = [status for status in Status.values if status not in PAYING]
_STOPPED: Final = Prepared(
    lambda start: of_all(
        SubscriptionChange.objects.filter(at__gt=start, from_status__in=PAYING, to_status__in=_STOPS),
        churned=Count("subscription", distinct=True, filter=Q(to_status__in=CHURNED)),
        gone=Count("subscription", distinct=True, filter=~Q(subscription__status__in=PAYING)),
        oldest=Min("at"),
    ),
    start=INSTANT,
)
_NOT_ENDED: Final = Prepared(
    lambda owners: (
        Subscription.objects.filter(among("user_id", owners))
        .exclude(status__in=ENDED)
        .select_related("plan")
        .order_by("created_at", "pk")
    ),
    owners=IDS,
)


@shared
def past_due() -> Tally:
    """The past-due subscriptions of all tenants, and since when the oldest of them is."""
    ((_, count, since),) = _PAST_DUE.rows()
    return Tally(count, since)


@shared
def churn(paying_now: int, now: datetime) -> Churn:
    """Subscriptions that went from paying to canceled or unpaid in the last 30 days, of those paying in them.

    Who was paying at the window's start or began within it either pays now or has stopped since; so only the
    window's changes are read. A trial that ends is no churn, nor the cancellation of what was unpaid before.
    """
    ((_, churned, gone, oldest),) = _STOPPED.rows(start=now - CHURN_WINDOW)
    return Churn(churned, paying_now + gone, oldest + CHURN_WINDOW if oldest else None)


_STANDING: Final = {
    **dict.fromkeys((*PAYING, Status.TRIALING), 2),
    **dict.fromkeys((Status.UNPAID, Status.PAUSED), 1),
}


@shared
def current(owners: tuple[int, ...]) -> Mapping[int, Subscription]:
    """Each tenant's current subscription with its plan; a tenant without one is left out."""
    found: dict[int, Subscription] = {}
    for subscription in _NOT_ENDED.objects(owners=owners):
        known = found.get(subscription.user_id)
        if known is None or _standing(subscription) >= _standing(known):  # of equals the newer
            found[subscription.user_id] = subscription
    return found


def _standing(subscription: Subscription) -> int:
    return _STANDING.get(Status(subscription.status), 0)


@shared
def minutes_used(owners: tuple[int, ...]) -> Mapping[int, int]:
    """Begun minutes of talk in the current subscription's period, of the calls that ended in it."""
    periods = {
        owner: (subscription.current_period_start, subscription.current_period_end)
        for owner, subscription in current(owners).items()
    }
    # Whole days (UTC) are summed already; the rest of the first day and of the last is read from the calls.
    days = {owner: (_day_from(start), _day_until(end)) for owner, (start, end) in periods.items()}
    whole = tuple(Subject(owner, owner, cuts) for owner, cuts in days.items() if cuts[0] < cuts[1])
    summed = counts(CALLS, Level.OWNER, whole).of("ended")
    seconds = {subject.id: summed.of(subject.id).between(*subject.cuts).talk_s for subject in whole}
    edges = []
    for owner, (start, end) in periods.items():
        first, last = days[owner] if owner in seconds else (end, end)
        edges += [Stretch(owner, start, first), Stretch(owner, last, end)]
    for owner, talked in talked_s([edge for edge in edges if edge.since < edge.until]).items():
        seconds[owner] = seconds.get(owner, 0) + talked
    return {owner: -(-seconds.get(owner, 0) // 60) for owner in periods}


def _day_from(at: datetime) -> datetime:
    """The first midnight (UTC) not before ``at``."""
    midnight = _day_until(at)
    return midnight if midnight == at else midnight + timedelta(days=1)


def _day_until(at: datetime) -> datetime:
    """The last midnight (UTC) not after ``at``."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
