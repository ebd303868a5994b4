"""Subscriptions that a provider keeps for us: begun, moved to another plan, ended, kept after all.

The provider is asked outside any transaction, so that a slow one locks nobody out; what it has done is then
written by ``subscriptions``. NotConfigured, GatewayFailed: nothing has changed.
"""

from datetime import datetime

from django.db import transaction

from domain.errors import Conflict, NotConfigured
from domain.gateways import PaymentGateway, payment_gateway
from domain.models import Plan, Subscription, User
from domain.services import subscriptions
from domain.services.base import check_tenant, locked


def subscribe(*, user: User, plan: Plan, at: datetime | None = None) -> Subscription:
    """A tenant takes a plan; it is paid for from now on.

    Conflict: there is a subscription that has not ended. LimitReached: more agents work for the tenant than
    the plan allows. However many ask at the same time, the provider begins one subscription.
    """
    gateway = _gateway()
    with transaction.atomic():
        user = locked(user)
        check_tenant(user)
        subscriptions.check_plan_fits(user, plan)
        if user.subscriptions.exclude(status__in=Subscription.ENDED).exists():
            raise Conflict(f"{user} has a subscription already.")
        ended = user.subscriptions.count()
    started = gateway.start_subscription(
        stripe_customer_id=user.stripe_customer_id,
        stripe_price_id=plan.stripe_price_id,
        idempotency_key=f"subscribe:{user.pk}:{ended}",
    )
    try:
        return subscriptions.start_subscription(
            user=user,
            plan=plan,
            status=started.status,
            stripe_subscription_id=started.stripe_subscription_id,
            at=at,
        )
    except Conflict:  # an event of the provider was faster, or somebody who chose another plan
        same = user.subscriptions.filter(
            stripe_subscription_id=started.stripe_subscription_id or None, plan=plan
        ).first()
        if same is None:
            raise
        return same


def switch_plan(*, subscription: Subscription, plan: Plan) -> Subscription:
    """Move to another plan: its limits hold at once, its price from the next period on; nothing is prorated.

    Conflict: the subscription has ended, or somebody chose another plan at the same time. LimitReached: more
    agents work for the tenant than the plan allows.
    """
    gateway = _gateway()
    with transaction.atomic():
        subscriptions.check_plan_fits(locked(subscription.user), plan)
        before = _going_on(subscription)
    if before.plan_id == plan.pk:
        return before
    _tell(gateway, before, plan, before.cancel_at_period_end)
    with transaction.atomic():
        locked(subscription.user)
        if locked(subscription).plan_id not in (before.plan_id, plan.pk):
            raise Conflict("Somebody chose another plan at the same time.")
        return subscriptions.change_plan(subscription=subscription, plan=plan)


def set_cancellation(*, subscription: Subscription, cancel: bool) -> Subscription:
    """Let a subscription run out at the end of its period, or go on after all. Conflict: it has ended."""
    gateway = _gateway()
    with transaction.atomic():
        before = _going_on(subscription)
    if before.cancel_at_period_end == cancel:
        return before
    _tell(gateway, before, before.plan, cancel)
    return subscriptions.cancel_at_period_end(subscription=subscription, cancel=cancel)


def _gateway() -> PaymentGateway:
    gateway = payment_gateway()
    if gateway is None:
        raise NotConfigured("No payment provider is set up to keep subscriptions.")
    return gateway


def _going_on(subscription: Subscription) -> Subscription:
    subscription = locked(subscription)
    if subscription.status in Subscription.ENDED:
        raise Conflict("This subscription has ended.")
    return subscription


def _tell(gateway: PaymentGateway, subscription: Subscription, plan: Plan, cancel: bool) -> None:
    gateway.change_subscription(
        stripe_subscription_id=subscription.stripe_subscription_id,
        stripe_price_id=plan.stripe_price_id,
        cancel_at_period_end=cancel,
    )
