"""The table of alerts: each rule is asked for its alert with the least that raises it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from dashboard import alert_rules as rules
from dashboard.alert_facts import (
    AdminFacts,
    AgentFacts,
    Alert,
    SilentProvider,
    SubscriptionFacts,
    Tally,
    UserFacts,
)

_AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
_ONE: Final = Tally(1, _AT)
_PLAN: Final = SubscriptionFacts(
    days_remaining=30, ends=False, on_trial=False, minutes_used=0, minutes_limit=100
)
_SILENT_FOR: Final = f"{rules.SILENCE.seconds // 60} minutes"
_WAIT: Final = f"{rules.LONG_WAIT.seconds} seconds"
_USED_UP: Final = "all minutes of the period are used"
_USED: Final = f"{rules.MINUTES_LOW_AT} % of the period's minutes are used"
_ENDS: Final = "a trial, or a subscription that was cancelled, ends within"


def _admin(**facts: object) -> Callable[[], Sequence[Alert]]:
    return lambda: rules.admin_alerts(AdminFacts(**facts))  # type: ignore[arg-type]  # each its own fact


def _user(**facts: object) -> Callable[[], Sequence[Alert]]:
    calm = {"subscription": _PLAN, "training_level": 100}
    return lambda: rules.user_alerts(UserFacts(**(calm | facts)))  # type: ignore[arg-type]


def _plan(**facts: object) -> Callable[[], Sequence[Alert]]:
    known = {name: getattr(_PLAN, name) for name in SubscriptionFacts.__slots__}
    return _user(subscription=SubscriptionFacts(**(known | facts)))


def _agent(**facts: object) -> Callable[[], Sequence[Alert]]:
    return lambda: rules.agent_alerts(AgentFacts(**facts))  # type: ignore[arg-type]


# By role, in the order of the screen: while what, and the facts that raise this alert alone.
_CASES: Final[dict[str, list[tuple[str, Callable[[], Sequence[Alert]]]]]] = {
    "admin": [
        ("payments failed and were not paid since", _admin(failed_payments=_ONE)),
        (
            f"a provider with live calls has been silent for {_SILENT_FOR}, after it sent something in the"
            " last 24 hours; one alert for each",
            _admin(silent_providers=[SilentProvider("twilio", _AT)]),
        ),
        ("callbacks of any tenant are overdue", _admin(overdue_callbacks=_ONE)),
        (
            f"today's service level is below {rules.SERVICE_LEVEL_TARGET:g} %, of at least"
            f" {rules.SERVICE_LEVEL_MIN_OFFERED} calls offered",
            _admin(service_level_today=50.0, offered_today=rules.SERVICE_LEVEL_MIN_OFFERED),
        ),
        ("subscriptions are past due", _admin(past_due_subscriptions=_ONE)),
        ("more AI agents are in training than active", _admin(training_agents=1)),
    ],
    "user": [
        ("own callbacks are overdue", _user(overdue_callbacks=_ONE)),
        ("own payments failed and were not paid since", _user(failed_payments=_ONE)),
        (_USED_UP, _plan(minutes_used=100)),
        ("there is no subscription", _user(subscription=None)),
        (f"the AI agent is trained to less than {rules.LOW_TRAINING} %", _user(training_level=0)),
        (
            f"{_ENDS} {rules.EXPIRING_SOON_DAYS} days",
            _plan(ends=True, days_remaining=rules.EXPIRING_SOON_DAYS),
        ),
        (_USED, _plan(minutes_used=rules.MINUTES_LOW_AT)),
        (f"{_ENDS} {rules.EXPIRING_DAYS} days", _plan(ends=True, days_remaining=rules.EXPIRING_DAYS)),
        ("there is no AI agent", _user(training_level=None)),
    ],
    "agent": [
        ("own callbacks are more than 15 minutes overdue", _agent(late_callbacks=_ONE)),
        ("own callbacks are overdue by less", _agent(overdue_callbacks=_ONE)),
        (f"callers in the own queue have waited more than {_WAIT}", _agent(long_waits=_ONE)),
    ],
}


def rows(role: str) -> list[tuple[str, ...]]:
    """One row per rule: severity, id, title, while what it stands, where it leads."""
    found: list[tuple[str, ...]] = []
    for reason, alerts_of in _CASES[role]:
        (alert,) = alerts_of()
        found.append((alert.type.value, f"`{alert.id}`", alert.title, reason, f"`{alert.action_url}`"))
    return found
