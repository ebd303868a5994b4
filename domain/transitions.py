"""Which status may follow which, as data; the services ask here before every change of status."""

from collections.abc import Mapping
from typing import Final, TypeAlias

from domain.errors import IllegalTransition
from domain.models import (
    AgentState,
    AIAgent,
    Call,
    Callback,
    Payment,
    QueueEntry,
    Subscription,
    SystemAlert,
    WebhookEvent,
)

Table: TypeAlias = Mapping[str, frozenset[str]]


def _table(**ways: str) -> Table:
    """``active="past_due canceled"`` as a mapping of every status to those that may follow."""
    return {current: frozenset(wanted.split()) for current, wanted in ways.items()}


CALL: Final = _table(
    queued="ringing busy no_answer failed canceled",
    ringing="queued in_progress busy no_answer failed canceled",  # queued: the agent did not pick up
    in_progress="forwarding completed failed",
    forwarding="in_progress completed failed",
    completed="",
    busy="",
    no_answer="",
    failed="",
    canceled="",
)

QUEUE_ENTRY: Final = _table(
    waiting="assigned abandoned callback",
    assigned="waiting completed abandoned callback",
    completed="",
    abandoned="",
    callback="",
)

CALLBACK: Final = _table(
    scheduled="scheduled in_progress cancelled",  # to itself: rescheduled
    in_progress="scheduled completed cancelled",
    completed="",
    cancelled="",
)

PAYMENT: Final = _table(
    pending="paid failed canceled",
    failed="failed paid canceled",  # to itself: another attempt
    paid="partially_refunded refunded",
    partially_refunded="partially_refunded refunded",
    refunded="",
    canceled="",
)

# As Stripe's, https://docs.stripe.com/billing/subscriptions/overview
SUBSCRIPTION: Final = _table(
    incomplete="active incomplete_expired canceled",
    trialing="active past_due paused canceled",
    active="past_due canceled",
    past_due="active unpaid canceled",
    unpaid="active canceled",
    paused="active canceled",
    incomplete_expired="",
    canceled="",
)

AI_AGENT: Final = _table(
    training="learning paused",
    learning="active paused",
    active="optimizing paused",
    optimizing="active paused",
    paused="training learning active optimizing",
)

# What an agent may choose. Calls move agents to on_call and wrap_up and out of on_call, whatever they chose.
AGENT_STATE: Final = _table(
    available="break offline",
    on_call="",
    wrap_up="available break offline",
    **{"break": "available offline"},
    offline="available break",
)

SYSTEM_ALERT: Final = _table(
    scheduled="scheduled live expired withdrawn",  # to itself: changed
    live="scheduled live expired withdrawn",
    expired="",
    withdrawn="",
)

WEBHOOK_EVENT: Final = _table(
    received="applied ignored failed",
    failed="applied ignored failed",  # tried again
    applied="",
    ignored="",
)

# Every table with the statuses it must cover; the tests walk over these.
TABLES: Final[Mapping[str, tuple[Table, tuple[str, ...]]]] = {
    "call": (CALL, tuple(Call.Status.values)),
    "queue entry": (QUEUE_ENTRY, tuple(QueueEntry.Status.values)),
    "callback": (CALLBACK, tuple(Callback.Status.values)),
    "payment": (PAYMENT, tuple(Payment.Status.values)),
    "subscription": (SUBSCRIPTION, tuple(Subscription.Status.values)),
    "AI agent": (AI_AGENT, tuple(AIAgent.Status.values)),
    "agent": (AGENT_STATE, tuple(AgentState.State.values)),
    "system alert": (SYSTEM_ALERT, tuple(SystemAlert.Status.values)),
    "webhook event": (WEBHOOK_EVENT, tuple(WebhookEvent.Status.values)),
}


def check(what: str, current: str, wanted: str) -> None:
    """IllegalTransition unless ``wanted`` may follow ``current``; ``what`` names one of ``TABLES``."""
    table, _ = TABLES[what]
    if wanted not in table[current]:
        raise IllegalTransition(what, current, wanted)
