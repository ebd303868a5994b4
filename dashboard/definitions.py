"""The text behind every figure: what exactly is counted, for the tooltips beside it.

The keys are paths into the merged document. A figure with windows or a trend has one text for all of them.
"""

from typing import Final

_TODAY: Final = "since local midnight"
_WEEK: Final = "in the last 7 local days, today included"
_MONTH: Final = "in this calendar month so far"
_ANSWERED: Final = "Answered means picked up, and not by voicemail."
_EVER: Final = "All time."

_SUMMARY: Final = {
    "total_users": "Everybody with an account: admins, tenants and agents.",
    "active_users": "Accounts that are not disabled.",
    "new_users_today": f"Accounts created {_TODAY}.",
    "new_users_this_week": f"Accounts created {_WEEK}.",
    "new_users_this_month": f"Accounts created {_MONTH}.",
    "active_subscriptions": "Subscriptions whose status is active; trials and past-due ones are not counted.",
    "total_revenue": f"Amounts paid, less refunds. {_EVER}",
    "active_calls": "Calls being talked on or forwarded right now.",
    "calls_today": f"Calls that started {_TODAY}; on an agent's dashboard, those of this agent.",
    "pending_callbacks": "Callbacks that are scheduled, overdue ones included.",
    "conversion_rate": f"Converted calls as a share of answered calls. {_EVER} {_ANSWERED}",
    "my_queue": "Calls that ring at you.",
    "in_progress": "Calls you are talking on, or that are being forwarded.",
    "overdue_callbacks": "Your scheduled callbacks whose time has passed.",
}

_GLANCE: Final = {
    "account_status": "Whether the account is active or disabled.",
    "agent_ready": "Whether an AI agent can make calls: in service, and trained to at least 20 %.",
    **{name: _SUMMARY[name] for name in ("calls_today", "pending_callbacks", "conversion_rate")},
}

# Of all tenants for admins, of the own business for tenants, of one's own calls for agents.
_CALLS: Final = {
    "total_calls": f"Calls made and received, whatever became of them. {_EVER}",
    "inbound_calls": f"Calls received. {_EVER}",
    "outbound_calls": f"Calls made. {_EVER}",
    "calls_today": f"Calls that started {_TODAY}.",
    "calls_this_week": f"Calls that started {_WEEK}.",
    "calls_this_month": f"Calls that started {_MONTH}.",
    "successful_calls": f"Answered calls that ended interested, converted or with a callback. {_EVER}",
    "converted_calls": f"Answered calls that converted. {_EVER}",
    "active_calls": "Calls being talked on or forwarded right now.",
    "queued_calls": "Calls that wait: inbound ones for an agent, outbound ones for a line.",
    "success_rate": f"Successful calls as a share of answered calls. {_EVER} {_ANSWERED}",
    "conversion_rate": f"Converted calls as a share of answered calls. {_EVER} {_ANSWERED}",
    "call_breakdown.inbound_percentage": f"Inbound calls as a share of all calls. {_EVER}",
    "call_breakdown.outbound_percentage": f"Outbound calls as a share of all calls. {_EVER}",
    "calls_by_type": f"Calls by direction. {_EVER}",
    "calls_by_status": f"Calls by how far they got. {_EVER}",
    "calls_by_outcome": f"Calls by what came of them; a call may have no outcome. {_EVER}",
    "hourly": "Today's calls by the hour in which they started, in local time.",
    "service_level": (
        "Inbound calls answered within 20 seconds, as a share of those answered or abandoned after at least"
        f" 5 seconds. Dated by when the call was queued. {_ANSWERED}"
    ),
    "asa_seconds": (
        "Average speed of answer: how long answered inbound calls waited in the queue, in seconds. Dated"
        " by when"
        " the call was queued."
    ),
    "aht_seconds": (
        "Average handling time: talk, hold and after-call work of answered calls, in seconds. Dated by"
        " when the"
        " call ended."
    ),
    "abandonment_rate": (
        "Callers who hung up in the queue, as a share of all who were queued. Callers who asked for a"
        " callback did"
        " not abandon. Dated by when the call was queued."
    ),
    "oldest_waiting_since": (
        "Since when the caller waits who has waited longest and was not offered to an agent."
    ),
    "recent_calls": "The last five calls by start.",
}

_AGENT: Final = {
    "agent_info.status": "What the agent is doing right now.",
    "performance_metrics.agent_status": "What the agent is doing right now.",
    "performance_metrics.customer_satisfaction": f"The mean rating of your calls, 1 to 5. {_EVER}",
    "performance_metrics.avg_call_duration": (
        f"Talk and hold of your answered calls, mean, in seconds. {_EVER}"
    ),
    "performance_metrics.occupancy": (
        "Today's time on calls and in wrap-up, as a share of that and of the time spent waiting for calls."
        " Breaks and"
        " offline time do not count. Updated every minute."
    ),
    **{
        f"performance_metrics.{name}": _CALLS[name]
        for name in (
            *("calls_today", "calls_this_week", "calls_this_month", "success_rate"),
            *("service_level", "asa_seconds", "aht_seconds", "abandonment_rate"),
        )
    },
    "queue_information.total_queue": (
        "Callers of your tenant who wait and have not been offered to any agent."
    ),
    "queue_information.waiting_calls": (
        "The first ten callers in the queue: by priority, then by how long they wait."
    ),
    "queue_information.oldest_waiting_since": _CALLS["oldest_waiting_since"],
    "queue_information.my_queue": _SUMMARY["my_queue"],
    "queue_information.in_progress": _SUMMARY["in_progress"],
    "queue_information.assigned_tasks": (
        "Calls that ring at you, then your open callbacks by due time; at most ten."
    ),
}

_PEOPLE_AND_MONEY: Final = {
    "billing_revenue.total_revenue": f"Amounts paid, less refunds. {_EVER}",
    "billing_revenue.revenue_today": f"Amounts paid {_TODAY}, less refunds.",
    "billing_revenue.revenue_this_week": f"Amounts paid {_WEEK}, less refunds.",
    "billing_revenue.revenue_this_month": f"Amounts paid {_MONTH}, less refunds.",
    "billing_revenue.pending_payments": "Payments that were asked for and are neither paid nor failed.",
    "billing_revenue.failed_payments": "Payments that failed and have not been paid since.",
    "billing_revenue.daily": "Amounts paid on each of the last 30 local days, less refunds.",
    "billing_info.next_billing_date": "When the next payment is due; none while the subscription is ending.",
    "billing_info.next_amount": "What the plan costs at the next payment.",
    "billing_info.total_spent": f"What you have paid, less refunds. {_EVER}",
    "billing_info.recent_payments": "The last three payments.",
    "subscription_metrics.total_subscriptions": "Subscriptions of any status.",
    "subscription_metrics.active_subscriptions": _SUMMARY["active_subscriptions"],
    "subscription_metrics.inactive_subscriptions": (
        "Subscriptions that are incomplete, expired, unpaid or paused."
    ),
    "subscription_metrics.cancelled_subscriptions": "Subscriptions that were canceled.",
    "subscription_metrics.new_subscriptions_today": f"Subscriptions created {_TODAY}.",
    "subscription_metrics.new_subscriptions_this_week": f"Subscriptions created {_WEEK}.",
    "subscription_metrics.new_subscriptions_this_month": f"Subscriptions created {_MONTH}.",
    "subscription_metrics.subscription_by_plans": "Active subscriptions of each plan.",
    "subscription_metrics.trialing": "Subscriptions on trial.",
    "subscription_metrics.past_due": "Subscriptions whose last payment is past due.",
    "subscription_metrics.mrr": (
        "Monthly recurring revenue: the prices of active and past-due subscriptions, yearly ones as a"
        " twelfth. Trials"
        " do not count."
    ),
    "subscription_metrics.churn_rate": (
        "Subscriptions that went from paying to canceled or unpaid in the last 30 days, as a share of all"
        " that were"
        " paying at any time in them."
    ),
    "subscription_info.status": "Where the subscription stands.",
    "subscription_info.plan_name": "The plan you have.",
    "subscription_info.plan_price": "What the plan costs for each of its periods.",
    "subscription_info.days_remaining": "Local calendar days until the current period ends.",
    "subscription_info.current_period_start": "When the current period, or the trial, began.",
    "subscription_info.current_period_end": "When the current period, or the trial, ends.",
    "subscription_info.cancel_at_period_end": "Whether the subscription ends with the current period.",
    "subscription_info.features": "What the plan includes.",
    "subscription_info.limits.call_limit": "Calls included in a period; none means unlimited.",
    "subscription_info.limits.agent_limit": "Agents with an open account that the plan allows.",
    "subscription_info.limits.max_minutes": "Minutes of talk included in a period; none means unlimited.",
    "subscription_info.minutes_used": (
        "Minutes of talk of the calls that ended in the current period, rounded up."
    ),
}

_CUSTOMERS: Final = {
    "customer_management.total_customers": "Customers and leads.",
    "customer_management.hot_leads": "Customers whose interest is hot.",
    "customer_management.warm_leads": "Customers whose interest is warm.",
    "customer_management.cold_leads": "Customers whose interest is cold.",
    "customer_management.converted_customers": "Customers who have converted.",
    "customer_management.do_not_call_list": "Customers who asked not to be called.",
    "customer_management.new_customers_today": f"Customers first known {_TODAY}.",
    "customer_management.new_customers_this_week": f"Customers first known {_WEEK}.",
    "customer_management.conversion_rate": "Converted customers as a share of all customers.",
    "callback_management.total_callbacks": f"Callbacks of any status. {_EVER}",
    "callback_management.scheduled_callbacks": "Callbacks still to be made, overdue ones included.",
    "callback_management.completed_callbacks": f"Callbacks that were made. {_EVER}",
    "callback_management.overdue_callbacks": "Scheduled callbacks whose time has passed.",
    "callback_management.callbacks_today": "Callbacks due today, whatever became of them.",
    "callback_management.callbacks_this_week": f"Callbacks due {_WEEK}, whatever became of them.",
    "callback_management.callback_sla": (
        "Callbacks started at most 15 minutes after they were due, as a share of those due in the last 30"
        " days that"
        " were started or are more than 15 minutes overdue."
    ),
    "callback_management.upcoming_callbacks": "The next three callbacks that are not overdue.",
}

_AI_AGENTS: Final = {
    "ai_agent_metrics.total_agents": "AI agents of all tenants.",
    "ai_agent_metrics.active_agents": "AI agents whose status is active.",
    "ai_agent_metrics.training_agents": "AI agents in training.",
    "ai_agent_metrics.learning_agents": "AI agents that make calls and still learn.",
    "ai_agent_metrics.paused_agents": "AI agents that are paused.",
    "ai_agent_metrics.agents_ready_for_calls": (
        "AI agents that are active, learning or optimizing, and trained to at least 20 %."
    ),
    "ai_agent_metrics.performance.total_calls_handled": f"Answered calls of AI agents. {_EVER}",
    "ai_agent_metrics.performance.total_conversions": f"Converted calls of AI agents. {_EVER}",
    "ai_agent_metrics.performance.avg_conversion_rate": (
        f"Converted calls of all AI agents together, as a share of their answered calls. {_EVER}"
    ),
    "ai_agent_metrics.performance.avg_customer_satisfaction": (
        f"The mean rating of AI agents' calls, 1 to 5. {_EVER}"
    ),
    "ai_agent_metrics.agents": f"The ten AI agents with the most calls {_MONTH}.",
    "ai_agent_info.status": "What the AI agent is doing.",
    "ai_agent_info.training_level": "How far the AI agent is trained, in percent.",
    "ai_agent_info.is_ready_for_calls": _GLANCE["agent_ready"],
    "ai_agent_info.performance.calls_handled": f"Answered calls of the AI agent. {_EVER}",
    "ai_agent_info.performance.successful_conversions": f"Converted calls of the AI agent. {_EVER}",
    "ai_agent_info.performance.conversion_rate": (
        f"Converted calls of the AI agent as a share of its answered calls. {_EVER}"
    ),
    "ai_agent_info.performance.customer_satisfaction": (
        f"The mean rating of the AI agent's calls, 1 to 5. {_EVER}"
    ),
    "ai_agent_info.working_hours.start": "When the AI agent's working day begins, in your time zone.",
    "ai_agent_info.working_hours.end": "When the AI agent's working day ends, in your time zone.",
}

_AND_MORE: Final = {
    "performance_trends.user_growth": "New accounts in the last 7 complete days, against the 7 before.",
    "performance_trends.revenue_growth": "Revenue of the last 7 complete days, against the 7 before.",
    "performance_trends.call_volume": "Calls started in the last 7 complete days, against the 7 before.",
    "performance_trends.conversions": "Calls converted in the last 7 complete days, against the 7 before.",
    "recent_activities.new_users": "The five newest accounts.",
    "recent_activities.new_subscriptions": "The five newest subscriptions.",
    "recent_activities.recent_calls": _CALLS["recent_calls"],
    "recent_activities.recent_payments": "The last three payments.",
    "system_health.status": "Whether the providers' events arrive and can be applied.",
    "system_health.providers": "For each provider, its last event and the failures of the last 24 hours.",
    "alerts": (
        "What needs somebody's attention, the most serious first. Each leads to where it can be resolved."
    ),
    "system_alerts": "What the admins announce to everybody of your role.",
    "quick_actions": "Where to go next.",
    "generated_at": "The instant for which these figures were computed.",
    "data_freshness": "Figures are computed from the database when they change, not on a schedule.",
    "time_zone": "The zone of the days, weeks and months on this dashboard.",
    "currency": "What amounts of money are in.",
}

DEFINITIONS: Final[dict[str, str]] = {
    **{f"summary_stats.{name}": text for name, text in _SUMMARY.items()},
    **{f"summary.{name}": text for name, text in _GLANCE.items()},
    **{f"call_statistics.{name}": text for name, text in _CALLS.items()},
    **_AGENT,
    **_PEOPLE_AND_MONEY,
    **_CUSTOMERS,
    **_AI_AGENTS,
    **_AND_MORE,
}
