"""``recent_activities``: what happened last on the platform, and at each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import ADMIN_ROLE, TENANTS
from dashboard.figures import iso, money
from dashboard.queries import billing, calls, people
from dashboard.sections.billing import payment_item
from domain.models import AIAgent, Call, Payment, Plan, Subscription, User
from realtime.sections import Json, Piece, section

RECENT: Final = 5
RECENT_PAYMENTS: Final = 3


@section("recent_activities", audience=ADMIN_ROLE, reads=[User, Subscription, Plan, Call, AIAgent])
def platform_activities(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The newest users, subscriptions and calls of all tenants."""
    value: Json = {
        "new_users": [
            {
                "id": user.pk,
                "email": user.email,
                "full_name": user.full_name,
                "role": user.role,
                "date_joined": iso(user.created_at),
            }
            for user in people.newest()
        ],
        "new_subscriptions": [
            {
                "id": subscription.pk,
                "user_email": subscription.user.email,
                "plan_name": subscription.plan.name,
                "status": subscription.status,
                "amount": money(subscription.plan.price),
                "created_at": iso(subscription.created_at),
            }
            for subscription in people.newest_subscriptions()
        ],
        "recent_calls": [_recent_call(call) for call in calls.recent_on_platform()],
    }
    return {role: Piece(value) for role in roles}


@section("recent_activities", audience=TENANTS, reads=[User, Call, AIAgent, Payment])
def tenant_activities(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The newest calls and payments of each tenant."""
    ids = tuple(owner.pk for owner in owners)
    recent_calls = calls.recent(ids, RECENT)
    recent_payments = billing.recent_payments(ids, RECENT_PAYMENTS)
    return {
        id_: Piece(
            {
                "recent_calls": [_recent_call(call) for call in recent_calls.get(id_, ())],
                "recent_payments": [payment_item(payment) for payment in recent_payments.get(id_, ())],
            }
        )
        for id_ in ids
    }


def _recent_call(call: Call) -> Json:
    """A call with who had it: the agent who answered, else the AI agent."""
    return {
        "id": call.pk,
        "phone_number": call.phone_number,
        "call_type": call.direction,
        "status": call.status,
        "agent_name": call.agent.full_name if call.agent else call.ai_agent.name if call.ai_agent else None,
        "started_at": iso(call.started_at),
    }
