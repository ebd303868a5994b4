"""Plans and subscriptions; every change of a subscription's status leaves a row of history."""

from calendar import monthrange
from datetime import datetime
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import ProtectedError

from domain import transitions
from domain.errors import Conflict, InvalidInput
from domain.models import Plan, Subscription, SubscriptionChange, User
from domain.services.base import (
    aware,
    check_agents_allowed,
    check_currency,
    check_tenant,
    insert,
    instant,
    locked,
    update,
)

Status = Subscription.Status

STARTS = (Status.INCOMPLETE, Status.TRIALING, Status.ACTIVE)


class PlanDetails(TypedDict, total=False):
    """What a plan offers; what is left out stays as it is. A null limit is unlimited."""

    name: str
    price: Decimal
    interval: str
    call_minutes_limit: int | None
    call_limit: int | None
    agents_allowed: int
    features: list[str]
    stripe_price_id: str


@transaction.atomic
def create_plan(
    *, currency: str | None = None, at: datetime | None = None, **details: Unpack[PlanDetails]
) -> Plan:
    """A new offer. Conflict: the provider's price id is another plan's."""
    check_currency(currency)
    plan = Plan(created_at=instant(at), **details)
    _check_features(plan)
    return insert(plan, taken="The provider's price is another plan's.")


@transaction.atomic
def change_plan_details(*, plan: Plan, **details: Unpack[PlanDetails]) -> Plan:
    """Change an offer, for everybody who has it. Conflict: the provider's price id is another plan's."""
    plan = locked(plan)
    for field, value in details.items():
        setattr(plan, field, value)
    _check_features(plan)
    return update(plan, *details, taken="The provider's price is another plan's.") if details else plan


@transaction.atomic
def delete_plan(*, plan: Plan) -> None:
    """Delete an offer that nobody took. Conflict: somebody did."""
    try:
        locked(plan).delete()
    except ProtectedError:
        raise Conflict("This plan has subscriptions.") from None


@transaction.atomic
def start_subscription(
    *,
    user: User,
    plan: Plan,
    status: str = Status.INCOMPLETE,
    current_period_start: datetime | None = None,
    current_period_end: datetime | None = None,
    stripe_subscription_id: str = "",
    at: datetime | None = None,
) -> Subscription:
    """A tenant subscribes: incomplete, on trial or active; the first period is one interval from ``at``.

    Conflict: the tenant has a subscription that has not ended, or the provider's id is another one's.
    """
    at = instant(at)
    user = locked(user)  # so that two requests cannot both find none
    check_tenant(user)
    if status not in STARTS:
        raise InvalidInput("status", f"A subscription does not start as {status}.")
    if user.subscriptions.exclude(status__in=Subscription.ENDED).exists():
        raise Conflict(f"{user} has a subscription already.")
    return _insert(user, plan, status, current_period_start, current_period_end, stripe_subscription_id, at)


@transaction.atomic
def change_status(*, subscription: Subscription, status: str, at: datetime | None = None) -> Subscription:
    """Move to another status, as ``transitions.SUBSCRIPTION`` allows."""
    subscription = locked(subscription)
    at = instant(at, not_before=subscription.created_at)
    transitions.check("subscription", subscription.status, status)
    _set_status(subscription, status, at)
    return update(subscription, "status")


@transaction.atomic
def cancel_at_period_end(*, subscription: Subscription, cancel: bool = True) -> Subscription:
    """Let the subscription run out, or (``cancel=False``) go on after all. Conflict: it has ended."""
    subscription = _going_on(subscription)
    subscription.cancel_at_period_end = cancel
    return update(subscription, "cancel_at_period_end")


@transaction.atomic
def change_plan(*, subscription: Subscription, plan: Plan) -> Subscription:
    """Take another plan from now on; its price and interval count from the next period on.

    Conflict: the subscription has ended. LimitReached: more agents work for the tenant than the plan allows.
    """
    check_plan_fits(locked(subscription.user), plan)
    subscription = _going_on(subscription)
    subscription.plan = plan
    return update(subscription, "plan")


def check_plan_fits(tenant: User, plan: Plan) -> None:
    """LimitReached when more agents work for a locked tenant than ``plan`` allows."""
    check_agents_allowed(tenant, allowed=plan.agents_allowed)


@transaction.atomic
def renew(*, subscription: Subscription, until: datetime | None = None) -> Subscription:
    """The next period begins where the present one ends, and lasts one interval. Conflict: it has ended."""
    subscription = _going_on(subscription)
    start = subscription.current_period_end
    _set_period(subscription, start, until or one_interval_after(start, subscription.plan.interval))
    return update(subscription, "current_period_start", "current_period_end")


@transaction.atomic
def record_provider_state(
    *,
    user: User,
    plan: Plan,
    stripe_subscription_id: str,
    status: str,
    current_period_start: datetime,
    current_period_end: datetime,
    cancel_at_period_end: bool = False,
    at: datetime,
) -> tuple[Subscription, bool]:
    """Store what the provider says a subscription is at ``at``; whether that was news.

    Events arrive late, twice and in any order, and some never: so the newest one is the truth, whatever the
    status was before. One older than what is known changes nothing; a subscription that has ended stays so.
    """
    aware("at", at)
    if status not in Status.values:
        raise InvalidInput("status", f"{status} is not a status of a subscription.")
    user = locked(user)  # so that the first two events cannot both create it
    found = Subscription.objects.filter(stripe_subscription_id=stripe_subscription_id).first()
    if found is None:
        check_tenant(user)
        made = _insert(
            user, plan, status, current_period_start, current_period_end, stripe_subscription_id, at
        )
        made.cancel_at_period_end = cancel_at_period_end
        made.last_event_at = at
        return update(made, "cancel_at_period_end", "last_event_at"), True
    subscription = locked(found)
    if subscription.user_id != user.pk:
        raise InvalidInput("user", "The subscription is somebody else's.")
    if subscription.status in Subscription.ENDED or (
        subscription.last_event_at and at < subscription.last_event_at
    ):
        return subscription, False
    subscription.plan = plan
    _set_period(subscription, current_period_start, current_period_end)
    subscription.cancel_at_period_end = cancel_at_period_end
    subscription.last_event_at = at
    if subscription.status != status:
        _set_status(subscription, status, at)
    fields = ("status", "plan", "current_period_start", "current_period_end")
    return update(subscription, *fields, "cancel_at_period_end", "last_event_at"), True


def one_interval_after(start: datetime, interval: str) -> datetime:
    """The same day of the next month or year, or that month's last day if it has no such day."""
    months = start.year * 12 + start.month - 1 + (12 if interval == Plan.Interval.YEAR else 1)
    year, month = months // 12, months % 12 + 1
    return start.replace(year=year, month=month, day=min(start.day, monthrange(year, month)[1]))


def _insert(
    user: User,
    plan: Plan,
    status: str,
    start: datetime | None,
    end: datetime | None,
    stripe_subscription_id: str,
    at: datetime,
) -> Subscription:
    subscription = Subscription(
        user=user,
        plan=plan,
        status=status,
        stripe_subscription_id=stripe_subscription_id,
        created_at=at,
    )
    start = start or at
    _set_period(subscription, start, end or one_interval_after(start, plan.interval))
    insert(subscription, taken=f"The subscription {stripe_subscription_id} is known already.")
    SubscriptionChange.objects.create(subscription=subscription, to_status=status, at=at, created_at=at)
    return subscription


def _going_on(subscription: Subscription) -> Subscription:
    subscription = locked(subscription)
    if subscription.status in Subscription.ENDED:
        raise Conflict("This subscription has ended.")
    return subscription


def _set_status(subscription: Subscription, status: str, at: datetime) -> None:
    SubscriptionChange.objects.create(
        subscription=subscription, from_status=subscription.status, to_status=status, at=at, created_at=at
    )
    subscription.status = status


def _set_period(subscription: Subscription, start: datetime, end: datetime) -> None:
    if aware("current_period_end", end) < aware("current_period_start", start):
        raise InvalidInput("current_period_end", "A period does not end before it begins.")
    subscription.current_period_start, subscription.current_period_end = start, end


def _check_features(plan: Plan) -> None:
    if not isinstance(plan.features, list) or not all(isinstance(text, str) for text in plan.features):
        raise InvalidInput("features", "Features are a list of texts.")
