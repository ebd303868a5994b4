"""The keys of the business: money, subscriptions, customers, AI agents, what happened lately."""

from typing import Final

from dashboard.guide.kinds import (
    COUNT,
    DATE,
    DAYS,
    FLAG,
    ID,
    INSTANT,
    LEVEL,
    LIST,
    MINUTES,
    MONEY,
    PERCENT,
    PRIORITY,
    RATING,
    TEXT,
    TEXT_ID,
    TEXTS,
    WALL_CLOCK,
    Key,
    one_of,
)
from dashboard.guide.words import (
    ACCOUNT,
    AI_AGENT_STATUS,
    CALL_STATUS,
    DIRECTION,
    DUE,
    MIDNIGHT,
    PAYMENT_STATUS,
    PHONE,
    PLAN,
    ROLE,
    SUBSCRIPTION_STATUS,
    keys_below,
)
from domain.models import AIAgent, Subscription, WebhookEvent

_MONEY: Final = {
    **keys_below(
        "billing_revenue",
        total_revenue=MONEY,
        revenue_today=MONEY.at(MIDNIGHT),
        revenue_this_week=MONEY.at(MIDNIGHT),
        revenue_this_month=MONEY.at(MIDNIGHT),
        pending_payments=COUNT,
        failed_payments=COUNT,
        daily=LIST.at(MIDNIGHT),
    ),
    **keys_below(
        "billing_revenue.daily[]", date=DATE.means("The local day."), amount=MONEY.means("Its revenue.")
    ),
    **keys_below(
        "billing_info",
        next_billing_date=INSTANT.or_null,
        next_amount=MONEY.or_null,
        total_spent=MONEY,
        recent_payments=LIST,
    ),
    **{
        path: key
        for section in ("billing_info", "recent_activities")
        for path, key in keys_below(
            f"{section}.recent_payments[]",
            id=ID.means("The payment."),
            amount=MONEY.means("What was asked for; refunds are not taken off."),
            status=PAYMENT_STATUS.means("Where it stands."),
            created_at=INSTANT.means("When it was asked for."),
            description=TEXT.means("What for."),
        ).items()
    },
    **keys_below(
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
    **keys_below(
        "subscription_metrics.subscription_by_plans[]",
        id=ID.means("The plan."),
        plan__name=PLAN.means("Its name."),
        plan__price=MONEY.means("Its price."),
        count=COUNT.means("Active subscriptions of it."),
    ),
    **keys_below(
        "subscription_info",
        id=ID.means("The subscription."),
        plan_name=PLAN,
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
    **keys_below(
        "subscription_info.limits",
        call_limit=COUNT.or_null,
        agent_limit=COUNT.or_null,
        max_minutes=MINUTES.or_null,
    ),
}

_CUSTOMERS: Final = {
    **keys_below(
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
    **keys_below(
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
    **keys_below(
        "callback_management.upcoming_callbacks[]",
        id=ID.means("The callback."),
        customer_phone=TEXT.means("E.164."),
        customer_name=TEXT.means("May be empty."),
        scheduled_datetime=INSTANT.means("When it is due."),
        reason=TEXT.means("What about."),
        priority_level=PRIORITY.means("1 goes first, 5 last."),
    ),
    **keys_below(
        "user_profile",
        id=ID.means("The tenant."),
        email=TEXT.means("The sign-in name."),
        full_name=TEXT.means("First and last name."),
        user_name=TEXT.means("What the tenant wants to be called; may be empty."),
        phone=TEXT.means("E.164; may be empty."),
        avatar=TEXT.or_null.means("The address of a picture."),
        is_verified=FLAG.means("Whether the account was verified."),
        date_joined=INSTANT.means("When the account was made."),
        account_status=ACCOUNT.means("A disabled account gets no dashboard."),
    ),
}

_AI_AGENTS: Final = {
    **keys_below(
        "ai_agent_metrics",
        total_agents=COUNT,
        active_agents=COUNT,
        training_agents=COUNT,
        learning_agents=COUNT,
        paused_agents=COUNT,
        agents_ready_for_calls=COUNT,
        agents=LIST.at("at the platform's midnight that begins a month"),
    ),
    **keys_below(
        "ai_agent_metrics.performance",
        total_calls_handled=COUNT,
        total_conversions=COUNT,
        avg_conversion_rate=PERCENT,
        avg_customer_satisfaction=RATING,
    ),
    **keys_below(
        "ai_agent_metrics.agents[]",
        id=ID.means("The AI agent."),
        name=TEXT.means("Its name."),
        owner_email=TEXT.means("Its tenant."),
        status=AI_AGENT_STATUS.means("What it is doing."),
        training_level=LEVEL.means("How far it is trained."),
        calls=COUNT.means("Its calls in this calendar month so far."),
        conversion_rate=PERCENT.means("Converted calls as a share of its answered calls. All time."),
    ),
    **keys_below(
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
    **keys_below(
        "ai_agent_info.performance",
        calls_handled=COUNT,
        successful_conversions=COUNT,
        conversion_rate=PERCENT,
        customer_satisfaction=RATING,
    ),
    **keys_below("ai_agent_info.working_hours", start=WALL_CLOCK, end=WALL_CLOCK),
}

_HAPPENINGS: Final = {
    **keys_below(
        "recent_activities", new_users=LIST, new_subscriptions=LIST, recent_calls=LIST, recent_payments=LIST
    ),
    **keys_below(
        "recent_activities.new_users[]",
        id=ID.means("The user."),
        email=TEXT.means("The sign-in name."),
        full_name=TEXT.means("First and last name."),
        role=ROLE.means("The role."),
        date_joined=INSTANT.means("When the account was made."),
    ),
    **keys_below(
        "recent_activities.new_subscriptions[]",
        id=ID.means("The subscription."),
        user_email=TEXT.means("Whose."),
        plan_name=PLAN.means("Which plan."),
        status=SUBSCRIPTION_STATUS.means("Where it stands."),
        amount=MONEY.means("The plan's price."),
        created_at=INSTANT.means("When it began."),
    ),
    **keys_below(
        "recent_activities.recent_calls[]",
        id=ID.means("The call."),
        phone_number=PHONE,
        call_type=DIRECTION.means("The direction."),
        status=CALL_STATUS.means("How far it got."),
        agent_name=TEXT.or_null.means("Who had it: the agent, else the AI agent."),
        started_at=INSTANT.means("When it was made or came in."),
    ),
    **keys_below(
        "system_health",
        status=one_of("ok", "degraded", "idle").at("when a failure turns 24 hours old"),
        providers=LIST.at("when a failure turns 24 hours old"),
    ),
    **keys_below(
        "system_health.providers[]",
        id=TEXT_ID.means("The provider's name again, as the item's id."),
        provider=one_of(*WebhookEvent.Provider.values).means("Who sends the events."),
        last_webhook_at=INSTANT.or_null.means("When the last event arrived."),
        failures_24h=COUNT.means("Events of the last 24 hours that could not be applied."),
    ),
}

BUSINESS: Final[dict[str, Key]] = {**_MONEY, **_CUSTOMERS, **_AI_AGENTS, **_HAPPENINGS}
