"""The figures about people, money, subscriptions, AI agents, customers and callbacks once more, the slow way.

Plain loops over all rows and local calendar dates, written from the definitions alone: no aggregate, no
window and no helper of the product. What the sections answer must equal this on any data.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from domain.models import AIAgent, Call, Callback, Customer, Payment, Subscription, SubscriptionChange, User


@dataclass(frozen=True)
class Calendar:
    """The local days of one viewer."""

    now: datetime
    zone: ZoneInfo

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        return self.day(self.now)

    def is_today(self, at: datetime) -> bool:
        return self.day(at) == self.today

    def is_week(self, at: datetime) -> bool:
        return 0 <= (self.today - self.day(at)).days <= 6

    def is_month(self, at: datetime) -> bool:
        day = self.day(at)
        return day <= self.today and (day.year, day.month) == (self.today.year, self.today.month)


def rate(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def total(amounts: Iterable[Decimal]) -> float:
    return float(sum(amounts, Decimal(0)))


def callbacks(rows: list[Callback], calendar: Calendar) -> dict[str, Any]:
    """What tenants and admins both read."""
    return {
        "total_callbacks": len(rows),
        "scheduled_callbacks": sum(row.status == "scheduled" for row in rows),
        "completed_callbacks": sum(row.status == "completed" for row in rows),
        "overdue_callbacks": sum(row.status == "scheduled" and row.due_at < calendar.now for row in rows),
        "callbacks_today": sum(calendar.is_today(row.due_at) for row in rows),
    }


def callbacks_of_platform(calendar: Calendar) -> dict[str, Any]:
    rows = list(Callback.objects.all())
    now, quarter = calendar.now, timedelta(minutes=15)
    kept = missed = 0
    for row in rows:
        if not now - timedelta(days=30) < row.due_at <= now:
            continue
        if row.started_at is not None:
            kept += row.started_at - row.due_at <= quarter
            missed += row.started_at - row.due_at > quarter
        elif row.status == "scheduled" and now - row.due_at > quarter:
            missed += 1
    return {
        **callbacks(rows, calendar),
        "callbacks_this_week": sum(calendar.is_week(row.due_at) for row in rows),
        "callback_sla": rate(kept, kept + missed),
    }


def callbacks_of(tenant: User, calendar: Calendar) -> dict[str, Any]:
    rows = [row for row in Callback.objects.select_related("customer") if row.owner_id == tenant.pk]
    coming = [row for row in rows if row.status == "scheduled" and row.due_at >= calendar.now]
    coming.sort(key=lambda row: (row.due_at, row.pk))
    return {
        **callbacks(rows, calendar),
        "upcoming_callbacks": [row.pk for row in coming[:3]],
    }


def customers(rows: list[Customer], calendar: Calendar) -> dict[str, Any]:
    return {
        "total_customers": len(rows),
        "hot_leads": sum(row.interest == "hot" for row in rows),
        "warm_leads": sum(row.interest == "warm" for row in rows),
        "cold_leads": sum(row.interest == "cold" for row in rows),
        "converted_customers": sum(row.interest == "converted" for row in rows),
        "new_customers_today": sum(calendar.is_today(row.created_at) for row in rows),
    }


def customers_of_platform(calendar: Calendar) -> dict[str, Any]:
    rows = list(Customer.objects.all())
    return {
        **customers(rows, calendar),
        "do_not_call_list": sum(row.is_do_not_call for row in rows),
        "new_customers_this_week": sum(calendar.is_week(row.created_at) for row in rows),
    }


def customers_of(tenant: User, calendar: Calendar) -> dict[str, Any]:
    rows = [row for row in Customer.objects.all() if row.owner_id == tenant.pk]
    converted = sum(row.interest == "converted" for row in rows)
    return {**customers(rows, calendar), "conversion_rate": rate(converted, len(rows))}


def revenue_of_platform(calendar: Calendar) -> dict[str, Any]:
    rows = list(Payment.objects.all())
    paid = [(row.paid_at, row.amount - row.refunded) for row in rows if row.paid_at is not None]
    days = [calendar.today - timedelta(days=back) for back in range(29, -1, -1)]
    return {
        "total_revenue": total(net for _, net in paid),
        "revenue_today": total(net for at, net in paid if calendar.is_today(at)),
        "revenue_this_week": total(net for at, net in paid if calendar.is_week(at)),
        "revenue_this_month": total(net for at, net in paid if calendar.is_month(at)),
        "pending_payments": sum(row.status == "pending" for row in rows),
        "failed_payments": sum(row.status == "failed" for row in rows),
        "daily": [
            {"date": day.isoformat(), "amount": total(net for at, net in paid if calendar.day(at) == day)}
            for day in days
        ],
    }


def billing_of(tenant: User) -> dict[str, Any]:
    rows = [row for row in Payment.objects.all() if row.user_id == tenant.pk]
    rows.sort(key=lambda row: (row.created_at, row.pk), reverse=True)
    return {
        "total_spent": total(row.amount - row.refunded for row in rows if row.paid_at is not None),
        "recent_payments": [row.pk for row in rows[:3]],
    }


def subscriptions_of_platform(calendar: Calendar) -> dict[str, Any]:
    rows = list(Subscription.objects.select_related("plan"))

    def having(*statuses: str) -> list[Subscription]:
        return [row for row in rows if row.status in statuses]

    shares: dict[int, int] = {}
    for row in having("active"):
        shares[row.plan_id] = shares.get(row.plan_id, 0) + 1
    mrr = sum(
        (row.plan.price / (12 if row.plan.interval == "year" else 1) for row in having("active", "past_due")),
        Decimal(0),
    )
    return {
        "total_subscriptions": len(rows),
        "active_subscriptions": len(having("active")),
        "inactive_subscriptions": len(having("incomplete", "incomplete_expired", "unpaid", "paused")),
        "cancelled_subscriptions": len(having("canceled")),
        "new_subscriptions_today": sum(calendar.is_today(row.created_at) for row in rows),
        "new_subscriptions_this_week": sum(calendar.is_week(row.created_at) for row in rows),
        "new_subscriptions_this_month": sum(calendar.is_month(row.created_at) for row in rows),
        "subscription_by_plans": [
            (plan, count) for plan, count in sorted(shares.items(), key=lambda item: (-item[1], item[0]))
        ],
        "trialing": len(having("trialing")),
        "past_due": len(having("past_due")),
        "mrr": float(round(mrr, 2)),
        "churn_rate": churn_rate(rows, calendar.now),
    }


def churn_rate(rows: list[Subscription], now: datetime) -> float | None:
    """By replaying every subscription's whole history."""
    churned = base = 0
    for row in rows:
        pays_at_start = began = stopped = False
        for change in SubscriptionChange.objects.filter(subscription=row).order_by("at", "pk"):
            pays = change.to_status in ("active", "past_due")
            if change.at <= now - timedelta(days=30):
                pays_at_start = pays
                continue
            began |= pays
            paid_before = change.from_status in ("active", "past_due")
            stopped |= paid_before and change.to_status in ("canceled", "unpaid")
        base += pays_at_start or began
        churned += stopped
    return rate(churned, base)


def current_subscription(tenant: User) -> Subscription | None:
    ranks = {"active": 0, "past_due": 0, "trialing": 0, "unpaid": 1, "paused": 1, "incomplete": 2}
    rows = [row for row in Subscription.objects.all() if row.user_id == tenant.pk and row.status in ranks]
    rows.sort(key=lambda row: (row.created_at, row.pk), reverse=True)
    rows.sort(key=lambda row: ranks[row.status])
    return rows[0] if rows else None


def subscription_of(tenant: User, calendar: Calendar) -> dict[str, Any]:
    row = current_subscription(tenant)
    if row is None:
        return {"status": "no_subscription"}
    talked = sum(
        call.talk_s
        for call in Call.objects.all()
        if call.owner_id == tenant.pk
        and call.ended_at is not None
        and row.current_period_start <= call.ended_at < row.current_period_end
    )
    return {
        "id": row.pk,
        "status": row.status,
        "days_remaining": max(0, (calendar.day(row.current_period_end) - calendar.today).days),
        "minutes_used": ceil(talked / 60),
    }


def ai_agents_of_platform(calendar: Calendar) -> dict[str, Any]:
    rows = list(AIAgent.objects.all())
    calls = [call for call in Call.objects.all() if call.ai_agent_id is not None]
    month = {
        row.pk: sum(call.ai_agent_id == row.pk and calendar.is_month(call.started_at) for call in calls)
        for row in rows
    }
    busiest = sorted(rows, key=lambda row: (-month[row.pk], row.pk))[:10]
    return {
        "total_agents": len(rows),
        "active_agents": sum(row.status == "active" for row in rows),
        "training_agents": sum(row.status == "training" for row in rows),
        "learning_agents": sum(row.status == "learning" for row in rows),
        "paused_agents": sum(row.status == "paused" for row in rows),
        "agents_ready_for_calls": sum(
            row.status in ("active", "learning", "optimizing") and row.training_level >= 20 for row in rows
        ),
        "performance": {
            "total_calls_handled": sum(answered(call) for call in calls),
            "total_conversions": sum(converted(call) for call in calls),
            "avg_conversion_rate": rate(
                sum(converted(call) for call in calls), sum(answered(call) for call in calls)
            ),
            "avg_customer_satisfaction": average([call.satisfaction for call in calls]),
        },
        "agents": [(row.pk, month[row.pk]) for row in busiest],
    }


def answered(call: Call) -> bool:
    return call.answered_at is not None and call.outcome != "voicemail"


def converted(call: Call) -> bool:
    return answered(call) and call.outcome == "converted"


def average(ratings: Iterable[int | None]) -> float | None:
    given = [rating for rating in ratings if rating is not None]
    return round(sum(given) / len(given), 1) if given else None
