"""What the alert rules look at, and what they say: plain values, no database and no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How bad; in the order on the screen."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of the alerts panel. ``id`` names the rule and its object: stable while the figures change."""

    id: str
    type: Severity
    title: str
    message: str
    action_text: str
    action_url: str
    count: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many, and since when the oldest of them."""

    count: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SilentProvider:
    """A telephony provider with live calls whose events stopped; ``last_at`` is its last one."""

    provider: str
    last_at: datetime


@dataclass(frozen=True, slots=True)
class AdminFacts:
    """What an admin is warned of. ``service_level_today`` is in percent, None when nothing was offered."""

    failed_payments: Tally = Tally()
    silent_providers: Sequence[SilentProvider] = ()
    overdue_callbacks: Tally = Tally()
    service_level_today: float | None = None
    offered_today: int = 0
    past_due_subscriptions: Tally = Tally()
    training_agents: int = 0
    active_agents: int = 0


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """A tenant's subscription. ``ends``: it is cancelling or on trial, so its period's end is its own."""

    days_remaining: int
    ends: bool
    on_trial: bool
    minutes_used: int
    minutes_limit: int | None


@dataclass(frozen=True, slots=True)
class UserFacts:
    """What a tenant is warned of; no subscription or AI agent is None. ``training_level`` is in percent."""

    overdue_callbacks: Tally = Tally()
    failed_payments: Tally = Tally()
    subscription: SubscriptionFacts | None = None
    training_level: int | None = None


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """What an agent is warned of. A late callback (over 15 min overdue) is not counted as overdue again."""

    late_callbacks: Tally = Tally()
    overdue_callbacks: Tally = Tally()
    long_waits: Tally = Tally()
