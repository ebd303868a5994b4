"""What the figures about users are counted from. One query each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db.models import Count, Q

from dashboard.queries.counting import CountedTimeline
from dashboard.queries.prepared import Prepared
from dashboard.queries.timelines import Timeline
from domain.models import Subscription, User
from realtime.sections import shared

RECENT: Final = 5  # of each list


class Joined(NamedTuple):
    """Users of any role by when they were created; ``active`` are those not disabled."""

    total: int
    active: int


_JOINED: Final = CountedTimeline(
    Joined,
    User.objects.all,
    "created_at",
    {"total": Count("pk"), "active": Count("pk", filter=Q(is_active=True))},
)
_NEWEST: Final = Prepared(
    lambda: User.objects.order_by("-created_at", "-pk")[:RECENT],
)
_NEWEST_SUBSCRIPTIONS: Final = Prepared(
    lambda: Subscription.objects.select_related("user", "plan").order_by("-created_at", "-pk")[:RECENT]
)


@shared
def joined(cuts: tuple[datetime, ...]) -> Timeline[Joined]:
    """Everybody who has an account, dated by created_at."""
    return _JOINED.count(cuts)


@shared
def newest() -> Sequence[User]:
    """The newest users, newest first."""
    return _NEWEST.objects()


@shared
def newest_subscriptions() -> Sequence[Subscription]:
    """The newest subscriptions with user and plan, newest first."""
    return _NEWEST_SUBSCRIPTIONS.objects()
