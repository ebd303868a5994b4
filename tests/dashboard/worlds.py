"""A small call centre in which every model has rows of every status: for tests that hold for all sections."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from dashboard.access import follows
from domain.models import Call, Payment, Subscription, User
from realtime.scopes import Scope
from realtime.sections import compute
from tests import factories as make

# A Wednesday afternoon in UTC, late evening in Kathmandu.
NOW: Final = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)
AGES: Final = [
    timedelta(minutes=20),
    timedelta(hours=9),
    timedelta(days=2),
    timedelta(days=9),
    timedelta(days=90),
]


@dataclass(frozen=True, slots=True)
class TenantWorld:
    tenant: User
    agents: list[User]


def tenant_world(time_zone: str = "Asia/Kathmandu", now: datetime = NOW) -> TenantWorld:
    """One tenant with two agents (one without a profile), and a row of everything."""
    tenant = make.TenantFactory(timezone=time_zone, created_at=now - timedelta(days=3))
    busy = make.AgentFactory(owner=tenant, created_at=now - timedelta(days=8))
    new = make.AgentFactory(owner=tenant, profile=False, created_at=now - timedelta(hours=1))
    _states(busy, now)
    ai_agents = [
        make.AIAgentFactory(owner=tenant, status=status, training_level=level)
        for status, level in [("training", 10), ("active", 80), ("learning", 15), ("paused", 90)]
    ]
    customers = [
        make.CustomerFactory(
            owner=tenant, interest=interest, is_do_not_call=interest == "cold", created_at=now - age
        )
        for interest, age in zip(["cold", "warm", "hot", "converted"], AGES, strict=False)
    ]
    _calls(tenant, busy, ai_agents[1], customers, now)
    _callbacks(tenant, busy, customers, now)
    subscriptions = [
        make.SubscriptionFactory(
            user=tenant,
            plan=make.PlanFactory(),
            status=status,
            current_period_start=now - timedelta(days=20 + n),
            cancel_at_period_end=status == "active",
        )
        for n, status in enumerate(Subscription.Status.values)
    ]
    make.SubscriptionChangeFactory(
        subscription=subscriptions[-1], from_status="active", to_status="canceled", at=now - timedelta(days=2)
    )
    for age in AGES:
        for status in Payment.Status.values:
            make.PaymentFactory(user=tenant, status=status, created_at=now - age)
    return TenantWorld(tenant, [busy, new])


def whole_world(now: datetime = NOW) -> list[TenantWorld]:
    """Two tenants in different zones, an admin, broadcasts, events of providers."""
    make.AdminFactory(created_at=now - timedelta(days=30))
    worlds = [tenant_world("Asia/Kathmandu", now), tenant_world("America/New_York", now)]
    make.SystemAlertFactory(starts_at=now - timedelta(hours=1), expires_at=now + timedelta(hours=1))
    make.SystemAlertFactory(starts_at=now + timedelta(hours=2), target_roles=["agent"])
    for provider, minutes in [("twilio", 20), ("vapi", 5), ("stripe", 60 * 30)]:
        make.WebhookEventFactory(provider=provider, created_at=now - timedelta(minutes=minutes))
    make.WebhookEventFactory(status="failed", created_at=now - timedelta(hours=3))
    return worlds


def every_scope() -> list[Scope]:
    """The scopes of everybody who has an account."""
    found = {scope for user in User.objects.all() for scope in follows(user)}
    return sorted(found | {Scope("role", role) for role in User.Role.values})


def documents(scopes: list[Scope] | None = None, now: datetime = NOW) -> dict[Scope, Any]:
    """The documents as they are in the database now."""
    return {scope: each.data for scope, each in compute(scopes or every_scope(), now).items()}


def _states(agent: User, now: datetime) -> None:
    since = now - timedelta(hours=6)
    for state, minutes in [("available", 60), ("on_call", 30), ("wrap_up", 10), ("break", 20)]:
        until = since + timedelta(minutes=minutes)
        make.AgentStateFactory(agent=agent, state=state, since=since, until=until)
        since = until
    make.AgentStateFactory(agent=agent, state="available", since=since)


def _calls(tenant: User, agent: User, ai_agent: Any, customers: list[Any], now: datetime) -> None:
    for age in AGES:
        for status in ("completed", "canceled", "busy", "no_answer", "failed"):
            answered = status == "completed"
            make.CallFactory(
                owner=tenant,
                agent=agent if answered else None,
                ai_agent=ai_agent,
                customer=customers[0],
                status=status,
                started_at=now - age,
                offered=True,
                outcome="converted" if answered else "",
                satisfaction=4 if answered else None,
                acw_s=20 if answered else 0,
            )
        for outcome in Call.Outcome.values:
            make.CallFactory(
                owner=tenant,
                ai_agent=ai_agent,
                direction="outbound",
                started_at=now - age,
                outcome=outcome,
            )
    make.CallFactory(owner=tenant, agent=agent, status="in_progress", started_at=now - timedelta(minutes=3))
    for n, customer in enumerate([customers[1], None]):
        waiting = make.CallFactory(
            owner=tenant,
            customer=customer,
            status="queued",
            started_at=now - timedelta(seconds=40 - 10 * n),
            offered=True,
            queue_entry__priority=3 - n,
        )
        assert waiting.queue_entry.status == "waiting"
    make.CallFactory(
        owner=tenant,
        customer=customers[2],
        status="ringing",
        started_at=now - timedelta(seconds=50),
        offered=True,
        queue_entry__assigned_agent=agent,
    )


def _callbacks(tenant: User, agent: User, customers: list[Any], now: datetime) -> None:
    for status in ("scheduled", "in_progress", "completed", "cancelled"):
        for n, hours in enumerate((-50, -1, 2, 30)):
            make.CallbackFactory(
                owner=tenant,
                customer=customers[n],
                assigned_agent=agent if n % 2 else None,
                status=status,
                due_at=now + timedelta(hours=hours),
            )
