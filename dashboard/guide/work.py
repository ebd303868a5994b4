"""The keys of what everybody has, and of the work: summaries, trends, calls, agents."""

from typing import Final

from dashboard.guide.kinds import (
    COUNT,
    COUNTS,
    FLAG,
    ID,
    INSTANT,
    LIST,
    MEANS,
    MONEY,
    MONEY_TREND,
    PERCENT,
    PRIORITY,
    RATES,
    RATING,
    SECONDS,
    TEXT,
    TEXT_ID,
    TREND,
    WHOLE_SECONDS,
    Key,
    one_of,
)
from dashboard.guide.words import (
    ACCOUNT,
    AGENT_STATE,
    CALL_STATUS,
    DIRECTION,
    DUE,
    MIDNIGHT,
    MINUTE,
    OUTCOME,
    PHONE,
    ROLE,
    SEVERITY,
    keys_below,
)
from domain.models import User

_ENVELOPE: Final = {
    "dashboard_type": one_of(*(f"{role}_comprehensive" for role in User.Role.values)).means(
        "Which of the three documents this is."
    ),
    **keys_below(
        "user_info",
        id=ID.means("The user."),
        email=TEXT.means("The sign-in name."),
        role=ROLE.means("The role, which decides about everything else here."),
        full_name=TEXT.means("First and last name."),
    ),
    "time_zone": TEXT,
    "currency": TEXT,
    "generated_at": INSTANT,
    "data_freshness": one_of("real_time"),
    **{
        path: key
        for scope in ("role", "team", "user")
        for path, key in keys_below(
            f"positions.{scope}",
            epoch=TEXT.means("Which life of the document; a new one whenever continuity cannot be proven."),
            version=COUNT.means("How many changes this life has seen."),
        ).items()
    },
}

_NOTICES: Final = {
    "alerts": LIST.at("see the table of alerts"),
    **keys_below(
        "alerts[]",
        id=TEXT_ID.means("The rule, and where it is about one thing of several its name: stable."),
        type=SEVERITY.means("How serious."),
        title=TEXT.means("A few words."),
        message=TEXT.means("One sentence with the figures."),
        count=COUNT.or_null.means("How many, where something is counted."),
        since=INSTANT.or_null.means("Since when the oldest of them."),
        action_text=TEXT.means("The words of the link."),
        action_url=TEXT.means("The path of the page, with the filters, where it is resolved."),
    ),
    "system_alerts": LIST.at("when a broadcast starts or expires"),
    **keys_below(
        "system_alerts[]",
        id=ID.means("The broadcast."),
        severity=SEVERITY.means("How serious."),
        title=TEXT.means("A few words, plain text."),
        message=TEXT.means("The text, plain; may be empty."),
        url=TEXT.or_null.means("Where to read more."),
        starts_at=INSTANT.means("Since when it is shown."),
        expires_at=INSTANT.or_null.means("Until when; null: until it is withdrawn."),
    ),
    "quick_actions": LIST,
    **keys_below(
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
    **keys_below(
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
    **keys_below(
        "summary",
        account_status=ACCOUNT,
        agent_ready=FLAG,
        calls_today=COUNT.at(MIDNIGHT),
        pending_callbacks=COUNT,
        conversion_rate=PERCENT,
    ),
    **keys_below(
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
    **keys_below(
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
    **keys_below("call_statistics.call_breakdown", inbound_percentage=PERCENT, outbound_percentage=PERCENT),
    **keys_below("call_statistics.calls_by_type[]", call_type=DIRECTION.means("The direction."), count=COUNT),
    **keys_below("call_statistics.calls_by_status[]", status=CALL_STATUS.means("The status."), count=COUNT),
    **keys_below(
        "call_statistics.calls_by_outcome[]", outcome=OUTCOME.means("What came of it."), count=COUNT
    ),
    **keys_below(
        "call_statistics.recent_calls[]",
        id=ID.means("The call."),
        phone_number=PHONE,
        call_type=DIRECTION.means("The direction."),
        status=CALL_STATUS.means("How far it got."),
        outcome=OUTCOME.or_null.means("What came of it."),
        duration=WHOLE_SECONDS.or_null.means("Talk and hold, once it is over."),
        started_at=INSTANT.means("When it was made or came in."),
        answered_at=INSTANT.or_null.means("When it was picked up: a client ticks from here."),
        notes=TEXT.means("The first 200 characters of what was noted."),
    ),
}

_AGENT: Final = {
    **keys_below(
        "agent_info",
        id=ID.means("The agent's user."),
        user_email=TEXT.means("The agent's sign-in name."),
        status=AGENT_STATE,
        employee_id=TEXT.or_null.means("The tenant's own number; null without a profile."),
    ),
    **keys_below(
        "performance_metrics",
        agent_status=AGENT_STATE,
        **_VOLUME,
        success_rate=PERCENT,
        customer_satisfaction=RATING,
        avg_call_duration=SECONDS,
        **_WINDOWED,
        occupancy=PERCENT.at(MINUTE),
    ),
    **keys_below(
        "queue_information",
        total_queue=COUNT,
        waiting_calls=LIST,
        oldest_waiting_since=INSTANT.or_null,
        my_queue=COUNT,
        in_progress=COUNT,
        assigned_tasks=LIST,
    ),
    **keys_below(
        "queue_information.waiting_calls[]",
        id=ID.means("The call."),
        customer_name=TEXT.or_null.means("Who calls, if known."),
        phone_number=PHONE,
        priority=PRIORITY.means("1 goes first, 5 last."),
        queued_at=INSTANT.means("Since when it waits: a client ticks from here."),
    ),
    **keys_below(
        "queue_information.assigned_tasks[]",
        id=TEXT_ID.means("`call-<id>` or `callback-<id>`."),
        kind=one_of("call", "callback").means("What is to be done."),
        title=TEXT.means("The customer's name, else the number."),
        due_at=INSTANT.means("When it was queued, or is due."),
        priority=PRIORITY.means("1 goes first, 5 last."),
        url=TEXT.means("The path of the page where it is done."),
    ),
}

WORK: Final[dict[str, Key]] = {**_ENVELOPE, **_NOTICES, **_SUMMARIES, **_CALLS, **_AGENT}
