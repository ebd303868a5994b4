"""Subscriptions: ``subscription_metrics`` of the platform, ``subscription_info`` of each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows, windows_of
from dashboard.figures import days_remaining, iso, money, percent
from dashboard.queries import subscriptions as queries
from domain.models import Call, Plan, Subscription, SubscriptionChange, User
from realtime.sections import Document, Piece, earliest, section

NO_SUBSCRIPTION: Document = {"status": "no_subscription", "message": "You have no subscription yet."}


@section("subscription_metrics", audience=ADMIN_ROLE, reads=[Plan, Subscription, SubscriptionChange])
def subscription_metrics(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """All subscriptions; the active, inactive, cancelled, past due and those on trial make up the total."""
    windows = platform_windows(now)
    timeline = queries.subscribed(windows.cuts)
    ever = timeline.all
    shares = queries.plan_shares()
    churn = queries.churn(ever.active + ever.past_due, now)
    value: Document = {
        "total_subscriptions": ever.total,
        "active_subscriptions": ever.active,
        "inactive_subscriptions": ever.inactive,
        "cancelled_subscriptions": ever.cancelled,
        "new_subscriptions_today": timeline.between(windows.today, windows.next_midnight).total,
        "new_subscriptions_this_week": timeline.between(windows.week, windows.next_midnight).total,
        "new_subscriptions_this_month": timeline.between(windows.month, windows.next_midnight).total,
        "subscription_by_plans": [
            {
                "id": share.plan_id,
                "plan__name": share.name,
                "plan__price": money(share.price),
                "count": share.active,
            }
            for share in shares
            if share.active
        ],
        "trialing": ever.trialing,
        "past_due": ever.past_due,
        "mrr": money(queries.monthly_revenue(shares)),
        "churn_rate": percent(churn.churned, churn.base),
    }
    return {role: Piece(value, earliest(windows.next_midnight, churn.until)) for role in roles}


@section("subscription_info", audience=TENANTS, reads=[Call, Plan, Subscription, User])
def subscription_info(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant's current subscription: the plan's limits, the minutes used, how long it still runs."""
    windows = windows_of(tenants, now)
    ids = tuple(windows)
    current = queries.current(ids)
    minutes = queries.minutes_used(ids)
    pieces = {}
    for id_, window in windows.items():
        subscription = current.get(id_)
        if subscription is None:
            pieces[id_] = Piece({**NO_SUBSCRIPTION})
            continue
        plan = subscription.plan
        days = days_remaining(now, subscription.current_period_end, window.zone)
        value: Document = {
            "id": subscription.pk,
            "plan_name": plan.name,
            "plan_price": money(plan.price),
            "status": subscription.status,
            "days_remaining": days,
            "current_period_start": iso(subscription.current_period_start),
            "current_period_end": iso(subscription.current_period_end),
            "cancel_at_period_end": subscription.cancel_at_period_end,
            "features": list(plan.features),
            "limits": {
                "call_limit": plan.call_limit,
                "agent_limit": plan.agents_allowed,
                "max_minutes": plan.call_minutes_limit,
            },
            "minutes_used": minutes.get(id_, 0),
        }
        pieces[id_] = Piece(value, window.next_midnight if days else None)
    return pieces
