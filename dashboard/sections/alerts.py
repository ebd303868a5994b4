"""``alerts`` of every role: the facts are gathered here, the rules are in ``dashboard.alert_rules``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard import alert_rules as rules
from dashboard import call_figures
from dashboard.alert_facts import AdminFacts, AgentFacts, Alert, SubscriptionFacts, Tally, UserFacts
from dashboard.audiences import ADMIN_ROLE, AGENTS, TENANTS, platform_windows, windows_of
from dashboard.figures import Windows, days_remaining, iso, just_after
from dashboard.queries import ai_agents, billing, callbacks, calls, queue, subscriptions, webhooks
from domain.models import (
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    SubscriptionChange,
    User,
    WebhookEvent,
)
from realtime.sections import Json, Piece, earliest, section

_NONE_OVERDUE: Final = callbacks.Overdue()
_AGENT_HAS_NONE_OVERDUE: Final = callbacks.AgentOverdue()


@section(
    "alerts",
    audience=ADMIN_ROLE,
    reads=[AIAgent, Call, Callback, Payment, Subscription, SubscriptionChange, WebhookEvent],
)
def admin_alerts(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """What the platform's admins should look into."""
    windows = platform_windows(now)
    today = calls.offered_on_platform(windows).between(windows.today, windows.next_midnight)
    silent, silence_until = rules.silent_providers(webhooks.last_seen(), calls.live_providers(), now)
    overdue = callbacks.overdue_of_platform(now)
    fleet = ai_agents.fleet()
    facts = AdminFacts(
        failed_payments=billing.payment_states().failed,
        silent_providers=silent,
        overdue_callbacks=Tally(overdue.count, overdue.since),
        service_level_today=call_figures.service_level(today),
        offered_today=today.offered,
        past_due_subscriptions=subscriptions.past_due(),
        training_agents=fleet.by_status.get(AIAgent.Status.TRAINING, 0),
        active_agents=fleet.by_status.get(AIAgent.Status.ACTIVE, 0),
    )
    until = earliest(windows.next_midnight, silence_until, overdue.until)
    return {role: _piece(rules.admin_alerts(facts), until) for role in roles}


@section("alerts", audience=TENANTS, reads=[AIAgent, Call, Callback, Payment, Plan, Subscription, User])
def tenant_alerts(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """What each tenant should look into."""
    windows = windows_of(tenants, now)
    ids = tuple(windows)
    overdue = callbacks.overdue(ids, now)
    accounts = billing.accounts(ids)
    current = subscriptions.current(ids)
    minutes = subscriptions.minutes_used(ids)
    main = ai_agents.main(ids)
    pieces = {}
    for id_, window in windows.items():
        late = overdue.get(id_, _NONE_OVERDUE)
        subscription = _subscription(current.get(id_), minutes.get(id_, 0), window)
        facts = UserFacts(
            overdue_callbacks=Tally(late.count, late.since),
            failed_payments=accounts[id_].failed,
            subscription=subscription,
            training_level=main[id_].training_level if id_ in main else None,
        )
        ending = subscription is not None and subscription.ends and subscription.days_remaining > 0
        until = earliest(late.until, window.next_midnight if ending else None)
        pieces[id_] = _piece(rules.user_alerts(facts), until)
    return pieces


def _subscription(
    subscription: Subscription | None, minutes_used: int, windows: Windows
) -> SubscriptionFacts | None:
    if subscription is None:
        return None
    on_trial = subscription.status == Subscription.Status.TRIALING
    return SubscriptionFacts(
        days_remaining=days_remaining(windows.now, subscription.current_period_end, windows.zone),
        ends=on_trial or subscription.cancel_at_period_end,
        on_trial=on_trial,
        minutes_used=minutes_used,
        minutes_limit=subscription.plan.call_minutes_limit,
    )


@section("alerts", audience=AGENTS, reads=[Call, Callback, Customer, QueueEntry, User])
def agent_alerts(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """What each agent should see to: promises broken, and callers kept waiting."""
    ids = tuple(agent.pk for agent in agents)
    overdue = callbacks.overdue_of_agents(ids, now)
    offered = queue.offered_to(ids)
    pieces = {}
    for id_ in ids:
        due = overdue.get(id_, _AGENT_HAS_NONE_OVERDUE)
        waits, waits_until = _long_waits((call.queued_at for call in offered.get(id_, ())), now)
        facts = AgentFacts(
            late_callbacks=Tally(due.late, due.late_since),
            overdue_callbacks=Tally(due.recent, due.recent_since),
            long_waits=waits,
        )
        pieces[id_] = _piece(rules.agent_alerts(facts), earliest(due.until, waits_until))
    return pieces


def _long_waits(queued: Iterable[datetime], now: datetime) -> tuple[Tally, datetime | None]:
    """The callers who have waited more than a minute, and when the next one will have."""
    waits = sorted(queued)
    long = [since for since in waits if now - since > rules.LONG_WAIT]
    following = waits[len(long) :]
    return (
        Tally(len(long), long[0] if long else None),
        just_after(following[0] + rules.LONG_WAIT) if following else None,
    )


def _piece(alerts: Iterable[Alert], until: datetime | None) -> Piece:
    return Piece([_item(alert) for alert in alerts], until)


def _item(alert: Alert) -> Json:
    return {
        "id": alert.id,
        "type": alert.type.value,
        "title": alert.title,
        "message": alert.message,
        "count": alert.count,
        "since": iso(alert.since),
        "action_text": alert.action_text,
        "action_url": alert.action_url,
    }
