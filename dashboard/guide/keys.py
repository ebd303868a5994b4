"""Every key of every document, with its type, its unit and the clock that it follows.

Keys are paths into the merged document; ``[]`` stands for each item of a list. What a figure means is in
``dashboard.definitions``; here are the texts of what is no figure.
"""

from typing import Final

from dashboard.guide.kinds import (
    COUNT,
    COUNTS,
    DATE,
    DAYS,
    FLAG,
    ID,
    INSTANT,
    LEVEL,
    LIST,
    MEANS,
    MINUTES,
    MONEY,
    MONEY_TREND,
    PERCENT,
    PRIORITY,
    RATES,
    RATING,
    SECONDS,
    TEXT,
    TEXT_ID,
    TEXTS,
    TREND,
    WALL_CLOCK,
    WHOLE_SECONDS,
    Key,
    one_of,
)
from domain.models import (
    AgentState,
    AIAgent,
    Call,
    Payment,
    Plan,
    Subscription,
    SystemAlert,
    User,
    WebhookEvent,
)

MIDNIGHT: Final = "at local midnight"
DUE: Final = "when a callback's time passes"
MINUTE: Final = "every full minute"

_CALL_STATUS: Final = one_of(*Call.Status.values)
_OUTCOME: Final = one_of(*Call.Outcome.values)
_DIRECTION: Final = one_of(*Call.Direction.values)
_ROLE: Final = one_of(*User.Role.values)
_SEVERITY: Final = one_of(*SystemAlert.Severity.values)
_AI_AGENT_STATUS: Final = one_of(*AIAgent.Status.values)
_AGENT_STATE: Final = one_of(*AgentState.State.values)
_PAYMENT_STATUS: Final = one_of(*Payment.Status.values)
_SUBSCRIPTION_STATUS: Final = one_of(*Subscription.Status.values)
_PLAN: Final = one_of(*Plan.Name.values)
_ACCOUNT: Final = one_of("active", "disabled")
_PHONE: Final = TEXT.means("E.164; empty if withheld.")


def _of(path: str, **keys: Key) -> dict[str, Key]:
    """Keys below ``path``."""
    return {f"{path}.{name}": key for name, key in keys.items()}


_ENVELOPE: Final = {
    "dashboard_type": one_of(*(f"{role}_comprehensive" for role in User.Role.values)).means(
        "Which of the three documents this is."
    ),
    **_of(
        "user_info",
        id=ID.means("The user."),
        email=TEXT.means("The sign-in name."),
        role=_ROLE.means("The role, which decides about everything else here."),
        full_name=TEXT.means("First and last name."),
    ),
    "time_zone": TEXT,
    "currency": TEXT,
    "generated_at": INSTANT,
    "data_freshness": one_of("real_time"),
    **{
        path: key
        for scope in ("role", "team", "user")
        for path, key in _of(
            f"positions.{scope}",
            epoch=TEXT.means("Which life of the document; a new one whenever continuity cannot be proven."),
            version=COUNT.means("How many changes this life has seen."),
        ).items()
    },
}

_NOTICES: Final = {
    "alerts": LIST.at("see the table of alerts"),
    **_of(
        "alerts[]",
        id=TEXT_ID.means("The rule, and where it is about one thing of several its name: stable."),
        type=_SEVERITY.means("How serious."),
        title=TEXT.means("A few words."),
        message=TEXT.means("One sentence with the figures."),
        count=COUNT.or_null.means("How many, where something is counted."),
        since=INSTANT.or_null.means("Since when the oldest of them."),
        action_text=TEXT.means("The words of the link."),
        action_url=TEXT.means("The path of the page, with the filters, where it is resolved."),
    ),
    "system_alerts": LIST.at("when a broadcast starts or expires"),
    **_of(
        "system_alerts[]",
        id=ID.means("The broadcast."),
        severity=_SEVERITY.means("How serious."),
        title=TEXT.means("A few words, plain text."),
        message=TEXT.means("The text, plain; may be empty."),
        url=TEXT.or_null.means("Where to read more."),
        starts_at=INSTANT.means("Since when it is shown."),
        expires_at=INSTANT.or_null.means("Until when; null: until it is withdrawn."),
    ),
    "quick_actions": LIST,
    **_of(
        "quick_actions[]",
        id=TEXT_ID.means("See the table of quick actions."),
        title=TEXT.means("A few words."),
        description=TEXT.means("What is found there."),
        icon=TEXT.means("A name for an icon."),
        color=one_of("primary", "success", "warning", "info", "danger", "secondary", "dark").means(
            "A role in the palette."
        ),
        url=TEXT.means("The path of the page."),
        enabled=FLAG.means("Whether it can be done now."),
        count=COUNT.means("How many wait there; left out where nothing is counted."),
    ),
}

_SUMMARIES: Final = {
    **_of(
        "summary_stats",
        total_users=COUNT,
        active_users=COUNT,
        new_users_today=COUNT.at(MIDNIGHT),
        new_users_this_week=COUNT.at(MIDNIGHT),
        new_users_this_month=COUNT.at(MIDNIGHT),
        active_subscriptions=COUNT,
        total_revenue=MONEY,
        active_calls=COUNT,
        calls_today=COUNT.at(MIDNIGHT),
        pending_callbacks=COUNT,
        conversion_rate=PERCENT,
        my_queue=COUNT,
        in_progress=COUNT,
        overdue_callbacks=COUNT.at(DUE),
    ),
    **_of(
        "summary",
        account_status=_ACCOUNT,
        agent_ready=FLAG,
        calls_today=COUNT.at(MIDNIGHT),
        pending_callbacks=COUNT,
        conversion_rate=PERCENT,
    ),
    **_of(
        "performance_trends",
        user_growth=TREND.at(MIDNIGHT),
        revenue_growth=MONEY_TREND.at(MIDNIGHT),
        call_volume=TREND.at(MIDNIGHT),
        conversions=TREND.at(MIDNIGHT),
    ),
}

_VOLUME: Final = {name: COUNT.at(MIDNIGHT) for name in ("calls_today", "calls_this_week", "calls_this_month")}
_WINDOWED: Final = {
    "service_level": RATES.at(MIDNIGHT),
    "asa_seconds": MEANS.at(MIDNIGHT),
    "aht_seconds": MEANS.at(MIDNIGHT),
    "abandonment_rate": RATES.at(MIDNIGHT),
}

_CALLS: Final = {
    **_of(
        "call_statistics",
        total_calls=COUNT,
        inbound_calls=COUNT,
        outbound_calls=COUNT,
        **_VOLUME,
        successful_calls=COUNT,
        converted_calls=COUNT,
        active_calls=COUNT,
        queued_calls=COUNT,
        success_rate=PERCENT,
        conversion_rate=PERCENT,
        calls_by_type=LIST,
        calls_by_status=LIST,
        calls_by_outcome=LIST,
        hourly=COUNTS.at(MIDNIGHT),
        **_WINDOWED,
        oldest_waiting_since=INSTANT.or_null,
        recent_calls=LIST,
    ),
    **_of("call_statistics.call_breakdown", inbound_percentage=PERCENT, outbound_percentage=PERCENT),
    **_of("call_statistics.calls_by_type[]", call_type=_DIRECTION.means("The direction."), count=COUNT),
    **_of("call_statistics.calls_by_status[]", status=_CALL_STATUS.means("The status."), count=COUNT),
    **_of("call_statistics.calls_by_outcome[]", outcome=_OUTCOME.means("What came of it."), count=COUNT),
    **_of(
        "call_statistics.recent_calls[]",
        id=ID.means("The call."),
        phone_number=_PHONE,
        call_type=_DIRECTION.means("The direction."),
        status=_CALL_STATUS.means("How far it got."),
        outcome=_OUTCOME.or_null.means("What came of it."),
        duration=WHOLE_SECONDS.or_null.means("Talk and hold, once it is over."),
        started_at=INSTANT.means("When it was made or came in."),
        answered_at=INSTANT.or_null.means("When it was picked up: a client ticks from here."),
        notes=TEXT.means("The first 200 characters of what was noted."),
    ),
}

_AGENT: Final = {
    **_of(
        "agent_info",
        id=ID.means("The agent's user."),
        user_email=TEXT.means("The agent's sign-in name."),
        status=_AGENT_STATE,
        employee_id=TEXT.or_null.means("The tenant's own number; null without a profile."),
    ),
    **_of(
        "performance_metrics",
        agent_status=_AGENT_STATE,
        **_VOLUME,
        success_rate=PERCENT,
        customer_satisfaction=RATING,
        avg_call_duration=SECONDS,
        **_WINDOWED,
        occupancy=PERCENT.at(MINUTE),
    ),
    **_of(
        "queue_information",
        total_queue=COUNT,
        waiting_calls=LIST,
        oldest_waiting_since=INSTANT.or_null,
        my_queue=COUNT,
        in_progress=COUNT,
        assigned_tasks=LIST,
    ),
    **_of(
        "queue_information.waiting_calls[]",
        id=ID.means("The call."),
        customer_name=TEXT.or_null.means("Who calls, if known."),
        phone_number=_PHONE,
        priority=PRIORITY.means("1 goes first, 5 last."),
        queued_at=INSTANT.means("Since when it waits: a client ticks from here."),
    ),
    **_of(
        "queue_information.assigned_tasks[]",
        id=TEXT_ID.means("`call-<id>` or `callback-<id>`."),
        kind=one_of("call", "callback").means("What is to be done."),
        title=TEXT.means("The customer's name, else the number."),
        due_at=INSTANT.means("When it was queued, or is due."),
        priority=PRIORITY.means("1 goes first, 5 last."),
        url=TEXT.means("The path of the page where it is done."),
    ),
}

_MONEY: Final = {
    **_of(
        "billing_revenue",
        total_revenue=MONEY,
        revenue_today=MONEY.at(MIDNIGHT),
        revenue_this_week=MONEY.at(MIDNIGHT),
        revenue_this_month=MONEY.at(MIDNIGHT),
        pending_payments=COUNT,
        failed_payments=COUNT,
        daily=LIST.at(MIDNIGHT),
    ),
    **_of("billing_revenue.daily[]", date=DATE.means("The local day."), amount=MONEY.means("Its revenue.")),
    **_of(
        "billing_info",
        next_billing_date=INSTANT.or_null,
        next_amount=MONEY.or_null,
        total_spent=MONEY,
        recent_payments=LIST,
    ),
    **{
        path: key
        for section in ("billing_info", "recent_activities")
        for path, key in _of(
            f"{section}.recent_payments[]",
            id=ID.means("The payment."),
            amount=MONEY.means("What was asked for; refunds are not taken off."),
            status=_PAYMENT_STATUS.means("Where it stands."),
            created_at=INSTANT.means("When it was asked for."),
            description=TEXT.means("What for."),
        ).items()
    },
    **_of(
        "subscription_metrics",
        total_subscriptions=COUNT,
        active_subscriptions=COUNT,
        inactive_subscriptions=COUNT,
        cancelled_subscriptions=COUNT,
        new_subscriptions_today=COUNT.at(MIDNIGHT),
        new_subscriptions_this_week=COUNT.at(MIDNIGHT),
        new_subscriptions_this_month=COUNT.at(MIDNIGHT),
        subscription_by_plans=LIST,
        trialing=COUNT,
        past_due=COUNT,
        mrr=MONEY,
        churn_rate=PERCENT.at("when a change turns 30 days old"),
    ),
    **_of(
        "subscription_metrics.subscription_by_plans[]",
        id=ID.means("The plan."),
        plan__name=_PLAN.means("Its name."),
        plan__price=MONEY.means("Its price."),
        count=COUNT.means("Active subscriptions of it."),
    ),
    **_of(
        "subscription_info",
        id=ID.means("The subscription."),
        plan_name=_PLAN,
        plan_price=MONEY,
        status=one_of(*Subscription.Status.values, "no_subscription"),
        message=TEXT.means("What to do. Only with `no_subscription`, and then alone beside `status`."),
        days_remaining=DAYS.at(MIDNIGHT),
        current_period_start=INSTANT,
        current_period_end=INSTANT,
        cancel_at_period_end=FLAG,
        features=TEXTS,
        minutes_used=MINUTES,
    ),
    **_of(
        "subscription_info.limits",
        call_limit=COUNT.or_null,
        agent_limit=COUNT.or_null,
        max_minutes=MINUTES.or_null,
    ),
}

_CUSTOMERS: Final = {
    **_of(
        "customer_management",
        total_customers=COUNT,
        hot_leads=COUNT,
        warm_leads=COUNT,
        cold_leads=COUNT,
        converted_customers=COUNT,
        do_not_call_list=COUNT,
        new_customers_today=COUNT.at(MIDNIGHT),
        new_customers_this_week=COUNT.at(MIDNIGHT),
        conversion_rate=PERCENT,
    ),
    **_of(
        "callback_management",
        total_callbacks=COUNT,
        scheduled_callbacks=COUNT,
        completed_callbacks=COUNT,
        overdue_callbacks=COUNT.at(DUE),
        callbacks_today=COUNT.at(MIDNIGHT),
        callbacks_this_week=COUNT.at(MIDNIGHT),
        callback_sla=PERCENT.at("when a callback is due, is 15 minutes late, or turns 30 days old"),
        upcoming_callbacks=LIST.at(DUE),
    ),
    **_of(
        "callback_management.upcoming_callbacks[]",
        id=ID.means("The callback."),
        customer_phone=TEXT.means("E.164."),
        customer_name=TEXT.means("May be empty."),
        scheduled_datetime=INSTANT.means("When it is due."),
        reason=TEXT.means("What about."),
        priority_level=PRIORITY.means("1 goes first, 5 last."),
    ),
    **_of(
        "user_profile",
        id=ID.means("The tenant."),
        email=TEXT.means("The sign-in name."),
        full_name=TEXT.means("First and last name."),
        user_name=TEXT.means("What the tenant wants to be called; may be empty."),
        phone=TEXT.means("E.164; may be empty."),
        avatar=TEXT.or_null.means("The address of a picture."),
        is_verified=FLAG.means("Whether the account was verified."),
        date_joined=INSTANT.means("When the account was made."),
        account_status=_ACCOUNT.means("A disabled account gets no dashboard."),
    ),
}

_AI_AGENTS: Final = {
    **_of(
        "ai_agent_metrics",
        total_agents=COUNT,
        active_agents=COUNT,
        training_agents=COUNT,
        learning_agents=COUNT,
        paused_agents=COUNT,
        agents_ready_for_calls=COUNT,
        agents=LIST.at("at the platform's midnight that begins a month"),
    ),
    **_of(
        "ai_agent_metrics.performance",
        total_calls_handled=COUNT,
        total_conversions=COUNT,
        avg_conversion_rate=PERCENT,
        avg_customer_satisfaction=RATING,
    ),
    **_of(
        "ai_agent_metrics.agents[]",
        id=ID.means("The AI agent."),
        name=TEXT.means("Its name."),
        owner_email=TEXT.means("Its tenant."),
        status=_AI_AGENT_STATUS.means("What it is doing."),
        training_level=LEVEL.means("How far it is trained."),
        calls=COUNT.means("Its calls in this calendar month so far."),
        conversion_rate=PERCENT.means("Converted calls as a share of its answered calls. All time."),
    ),
    **_of(
        "ai_agent_info",
        id=ID.means("The AI agent."),
        name=TEXT.means("Its name."),
        status=one_of(*AIAgent.Status.values, "no_agent"),
        message=TEXT.means("What to do. Only with `no_agent`, beside `status` and `setup_required` alone."),
        setup_required=FLAG.means("Only with `no_agent`: true."),
        training_level=LEVEL,
        personality_type=one_of(*AIAgent.Personality.values).means("How it talks."),
        is_ready_for_calls=FLAG,
    ),
    **_of(
        "ai_agent_info.performance",
        calls_handled=COUNT,
        successful_conversions=COUNT,
        conversion_rate=PERCENT,
        customer_satisfaction=RATING,
    ),
    **_of("ai_agent_info.working_hours", start=WALL_CLOCK, end=WALL_CLOCK),
}

_HAPPENINGS: Final = {
    **_of(
        "recent_activities", new_users=LIST, new_subscriptions=LIST, recent_calls=LIST, recent_payments=LIST
    ),
    **_of(
        "recent_activities.new_users[]",
        id=ID.means("The user."),
        email=TEXT.means("The sign-in name."),
        full_name=TEXT.means("First and last name."),
        role=_ROLE.means("The role."),
        date_joined=INSTANT.means("When the account was made."),
    ),
    **_of(
        "recent_activities.new_subscriptions[]",
        id=ID.means("The subscription."),
        user_email=TEXT.means("Whose."),
        plan_name=_PLAN.means("Which plan."),
        status=_SUBSCRIPTION_STATUS.means("Where it stands."),
        amount=MONEY.means("The plan's price."),
        created_at=INSTANT.means("When it began."),
    ),
    **_of(
        "recent_activities.recent_calls[]",
        id=ID.means("The call."),
        phone_number=_PHONE,
        call_type=_DIRECTION.means("The direction."),
        status=_CALL_STATUS.means("How far it got."),
        agent_name=TEXT.or_null.means("Who had it: the agent, else the AI agent."),
        started_at=INSTANT.means("When it was made or came in."),
    ),
    **_of(
        "system_health",
        status=one_of("ok", "degraded", "idle").at("when a failure turns 24 hours old"),
        providers=LIST.at("when a failure turns 24 hours old"),
    ),
    **_of(
        "system_health.providers[]",
        id=TEXT_ID.means("The provider's name again, as the item's id."),
        provider=one_of(*WebhookEvent.Provider.values).means("Who sends the events."),
        last_webhook_at=INSTANT.or_null.means("When the last event arrived."),
        failures_24h=COUNT.means("Events of the last 24 hours that could not be applied."),
    ),
}

KEYS: Final[dict[str, Key]] = {
    **_ENVELOPE,
    **_NOTICES,
    **_SUMMARIES,
    **_CALLS,
    **_AGENT,
    **_MONEY,
    **_CUSTOMERS,
    **_AI_AGENTS,
    **_HAPPENINGS,
}
