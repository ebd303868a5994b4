"""Money: ``billing_revenue`` of the platform, ``billing_info`` of each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows
from dashboard.figures import iso, money
from dashboard.queries import billing, subscriptions
from dashboard.queries.billing import REVENUE_DAYS, amount_of
from domain.models import Payment, Plan, Subscription, User
from realtime.sections import Document, Json, Piece, section

RECENT_PAYMENTS: Final = 3
# With these a period's end brings the next bill, unless the subscription is cancelling.
_RENEWING: Final = (Subscription.Status.TRIALING, *subscriptions.PAYING)


@section("billing_revenue", audience=ADMIN_ROLE, reads=[Payment])
def billing_revenue(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """Revenue in the platform's zone, for each of the last 30 local days too, and what is not paid yet."""
    windows = platform_windows(now)
    timeline = billing.revenue(windows)
    states = billing.payment_states()

    def revenue(start: datetime, end: datetime) -> float:
        return money(amount_of(timeline.between(start, end).cents))

    days = windows.days(REVENUE_DAYS)
    ends = [*(start for _, start in days[1:]), windows.next_midnight]
    daily: list[Json] = [
        {"date": day.isoformat(), "amount": revenue(start, end)}
        for (day, start), end in zip(days, ends, strict=True)
    ]
    value: Document = {
        "total_revenue": money(amount_of(timeline.all.cents)),
        "revenue_today": revenue(windows.today, windows.next_midnight),
        "revenue_this_week": revenue(windows.week, windows.next_midnight),
        "revenue_this_month": revenue(windows.month, windows.next_midnight),
        "pending_payments": states.pending,
        "failed_payments": states.failed.count,
        "daily": daily,
    }
    return {role: Piece(value, windows.next_midnight) for role in roles}


@section("billing_info", audience=TENANTS, reads=[Payment, Plan, Subscription, User])
def billing_info(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant's next bill (none while the subscription is cancelling or suspended), and the last ones."""
    ids = tuple(tenant.pk for tenant in tenants)
    current = subscriptions.current(ids)
    accounts = billing.accounts(ids)
    recent = billing.recent_payments(ids, RECENT_PAYMENTS)
    pieces = {}
    for id_ in ids:
        next_bill = _next_bill(current.get(id_))
        value: Document = {
            "next_billing_date": iso(next_bill.current_period_end) if next_bill else None,
            "next_amount": money(next_bill.plan.price) if next_bill else None,
            "total_spent": money(amount_of(accounts[id_].spent_cents)),
            "recent_payments": [payment_item(payment) for payment in recent.get(id_, ())],
        }
        pieces[id_] = Piece(value)
    return pieces


def _next_bill(subscription: Subscription | None) -> Subscription | None:
    """The subscription, if its period's end brings a bill."""
    if subscription is None or subscription.cancel_at_period_end or subscription.status not in _RENEWING:
        return None
    return subscription


def payment_item(payment: Payment) -> Json:
    """A payment as its tenant reads it in a list."""
    return {
        "id": payment.pk,
        "amount": money(payment.amount),
        "status": payment.status,
        "created_at": iso(payment.created_at),
        "description": payment.description,
    }
