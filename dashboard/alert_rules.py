"""Which alerts a dashboard shows: pure rules over a few figures, no database and no clock.

The order of the rules is the order on the screen within one severity. Each alert leads to the page that
resolves it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from dashboard.alert_facts import (
    AdminFacts,
    AgentFacts,
    Alert,
    Severity,
    SilentProvider,
    SubscriptionFacts,
    Tally,
    UserFacts,
)

SERVICE_LEVEL_TARGET: Final = 80.0  # percent answered within 20 s: the trade's usual "80/20"
SERVICE_LEVEL_MIN_OFFERED: Final = 10  # below that, one abandoned call would raise the alarm
SILENCE: Final = timedelta(minutes=15)  # of a provider that has live calls
SILENCE_HORIZON: Final = timedelta(hours=24)  # a provider that sent nothing for longer is not in use
LONG_WAIT: Final = timedelta(seconds=60)  # in an agent's own queue
LOW_TRAINING: Final = 20  # percent; the domain's READY_TRAINING_LEVEL, which a pure module cannot import
MINUTES_LOW_AT: Final = 80  # percent of the plan's minutes used
EXPIRING_SOON_DAYS: Final = 3
EXPIRING_DAYS: Final = 7

_RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}


def silent_providers(
    last_seen: Mapping[str, datetime | None], with_live_calls: Iterable[str], now: datetime
) -> tuple[list[SilentProvider], datetime | None]:
    """The providers that have live calls, sent something within 24 h but nothing for 15 min; sorted by name.

    Also the next instant at which the answer changes by time alone.
    """
    silent: list[SilentProvider] = []
    changes: list[datetime] = []
    for provider in sorted(with_live_calls):
        last = last_seen.get(provider)
        if last is None or now >= last + SILENCE_HORIZON:
            continue
        if now >= last + SILENCE:
            silent.append(SilentProvider(provider, last))
            changes.append(last + SILENCE_HORIZON)
        else:
            changes.append(last + SILENCE)
    return silent, min(changes, default=None)


def admin_alerts(facts: AdminFacts) -> list[Alert]:
    """The alerts of the platform's admins, errors first."""
    alerts: list[Alert] = []
    if count := facts.failed_payments.count:
        alerts.append(
            Alert(
                "failed_payments",
                Severity.ERROR,
                "Failed Payments",
                f"{_many(count, 'payment')} failed and {_have(count)} not been paid since.",
                "View failed payments",
                "/payments?status=failed",
                count,
                facts.failed_payments.since,
            )
        )
    alerts.extend(_silence(each) for each in facts.silent_providers)
    alerts.extend(_overdue(facts.overdue_callbacks, Severity.WARNING))
    level = facts.service_level_today
    if (
        level is not None
        and level < SERVICE_LEVEL_TARGET
        and facts.offered_today >= SERVICE_LEVEL_MIN_OFFERED
    ):
        alerts.append(
            Alert(
                "service_level",
                Severity.WARNING,
                "Low Service Level",
                f"{level:g} % of today's callers were answered within 20 seconds; the target is"
                f" {SERVICE_LEVEL_TARGET:g} %.",
                "View waiting calls",
                "/calls?status=queued",
            )
        )
    if count := facts.past_due_subscriptions.count:
        alerts.append(
            Alert(
                "past_due_subscriptions",
                Severity.WARNING,
                "Past-Due Subscriptions",
                f"{_many(count, 'subscription')} {_have(count)} a payment past due.",
                "View past-due subscriptions",
                "/subscriptions?status=past_due",
                count,
                facts.past_due_subscriptions.since,
            )
        )
    if facts.training_agents > facts.active_agents:
        alerts.append(
            Alert(
                "agents_need_training",
                Severity.INFO,
                "Agents Need Training",
                f"{_many(facts.training_agents, 'AI agent')} in training, {facts.active_agents} active.",
                "View AI agents in training",
                "/ai-agents?status=training",
                facts.training_agents,
            )
        )
    return _ordered(alerts)


def user_alerts(facts: UserFacts) -> list[Alert]:
    """The alerts of one tenant, errors first."""
    alerts: list[Alert] = []
    alerts.extend(_overdue(facts.overdue_callbacks, Severity.ERROR))
    if count := facts.failed_payments.count:
        alerts.append(
            Alert(
                "failed_payments",
                Severity.ERROR,
                "Failed Payment",
                f"{_many(count, 'payment')} failed and {_have(count)} not been paid since.",
                "View failed payments",
                "/payments?status=failed",
                count,
                facts.failed_payments.since,
            )
        )
    subscription = facts.subscription
    if subscription is None:
        alerts.append(
            Alert(
                "no_subscription",
                Severity.WARNING,
                "No Subscription",
                "You have no subscription. Choose a plan to make calls.",
                "Choose a plan",
                "/billing",
            )
        )
    if facts.training_level is not None and facts.training_level < LOW_TRAINING:
        alerts.append(
            Alert(
                "training_incomplete",
                Severity.WARNING,
                "Agent Training Incomplete",
                f"Your AI agent is trained to {facts.training_level} %;"
                f" it can make calls from {LOW_TRAINING} % on.",
                "Continue training",
                "/ai-agents",
            )
        )
    if subscription is not None and subscription.ends and subscription.days_remaining <= EXPIRING_DAYS:
        alerts.append(_expiring(subscription))
    if subscription is not None:
        alerts.extend(_minutes(subscription))
    if facts.training_level is None:
        alerts.append(
            Alert(
                "create_agent",
                Severity.INFO,
                "Create AI Agent",
                "You have no AI agent yet. Create one to start calling.",
                "Create AI agent",
                "/ai-agents",
            )
        )
    return _ordered(alerts)


def agent_alerts(facts: AgentFacts) -> list[Alert]:
    """The alerts of one agent, errors first."""
    alerts: list[Alert] = []
    if count := facts.late_callbacks.count:
        alerts.append(
            Alert(
                "late_callbacks",
                Severity.ERROR,
                "Callbacks Long Overdue",
                f"{_many(count, 'callback')} of yours {_are(count)} more than 15 minutes overdue.",
                "View overdue callbacks",
                "/callbacks?overdue=1",
                count,
                facts.late_callbacks.since,
            )
        )
    alerts.extend(_overdue(facts.overdue_callbacks, Severity.WARNING))
    if count := facts.long_waits.count:
        alerts.append(
            Alert(
                "long_waits",
                Severity.WARNING,
                "Caller Waiting",
                f"{_many(count, 'caller')} in your queue {_have(count)} waited more than a minute.",
                "Open the queue",
                "/queue",
                count,
                facts.long_waits.since,
            )
        )
    return _ordered(alerts)


def _ordered(alerts: Iterable[Alert]) -> list[Alert]:
    return sorted(
        alerts, key=lambda alert: _RANK[alert.type]
    )  # stable: the rules' own order within a severity


def _silence(silent: SilentProvider) -> Alert:
    name = silent.provider.capitalize()
    return Alert(
        f"provider_silent:{silent.provider}",
        Severity.ERROR,
        "Provider Silent",
        f"{name} has live calls, but its events stopped.",
        f"View live calls of {name}",
        f"/calls?live=1&provider={silent.provider}",
        since=silent.last_at,
    )


def _overdue(overdue: Tally, severity: Severity) -> list[Alert]:
    if not overdue.count:
        return []
    return [
        Alert(
            "overdue_callbacks",
            severity,
            "Overdue Callbacks",
            f"{_many(overdue.count, 'callback')} {_are(overdue.count)} overdue.",
            "View overdue callbacks",
            "/callbacks?overdue=1",
            overdue.count,
            overdue.since,
        )
    ]


def _minutes(subscription: SubscriptionFacts) -> list[Alert]:
    used, limit = subscription.minutes_used, subscription.minutes_limit
    if limit is None or used == 0 or used * 100 < limit * MINUTES_LOW_AT:
        return []
    used_up = used >= limit
    return [
        Alert(
            "call_minutes",
            Severity.ERROR if used_up else Severity.WARNING,
            "Call Minutes Used Up" if used_up else "Call Minutes Running Out",
            f"{used:,} of {limit:,} minutes of this period are used.",
            "View your plan",
            "/billing",
        )
    ]


def _expiring(subscription: SubscriptionFacts) -> Alert:
    days = subscription.days_remaining
    what = "trial" if subscription.on_trial else "subscription"
    when = "today" if days == 0 else f"in {_many(days, 'day')}"
    return Alert(
        "subscription_expiring",
        Severity.WARNING if days <= EXPIRING_SOON_DAYS else Severity.INFO,
        "Subscription Expiring",
        f"Your {what} ends {when}.",
        "View your plan",
        "/billing",
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
