"""What the figures about users are counted from. One query each."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Q

from dashboard.queries.counting import count_timeline
from dashboard.queries.timelines import Timeline
from domain.models import Subscription, User
from realtime.sections import shared


class Joined(NamedTuple):
    """Users of any role by when they were created; ``active`` are those not disabled."""

    total: int
    active: int


@shared
def joined(cuts: tuple[datetime, ...]) -> Timeline[Joined]:
    """Everybody who has an account, dated by created_at."""
    return count_timeline(
        Joined,
        User.objects.all(),
        dated_by="created_at",
        cuts=cuts,
        counters={"total": Count("pk"), "active": Count("pk", filter=Q(is_active=True))},
    )


@shared
def newest(count: int) -> Sequence[User]:
    """The ``count`` newest users, newest first."""
    return list(User.objects.order_by("-created_at", "-pk")[:count])


@shared
def newest_subscriptions(count: int) -> Sequence[Subscription]:
    """The ``count`` newest subscriptions with user and plan, newest first."""
    newest_first = Subscription.objects.select_related("user", "plan").order_by("-created_at", "-pk")
    return list(newest_first[:count])
