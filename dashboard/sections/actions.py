"""``quick_actions`` of every role: where to go, and how much waits there."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard.audiences import ADMIN_ROLE, AGENTS, TENANTS, platform_windows, tenants_of, windows_of
from dashboard.queries import ai_agents, billing, callbacks, customers, people, queue, subscriptions
from domain.gateways import call_gateway
from domain.models import AIAgent, Call, Callback, Customer, Payment, QueueEntry, Subscription, User
from realtime.sections import Document, Json, Piece, section


def _action(
    id_: str,
    title: str,
    description: str,
    *,
    icon: str,
    color: str,
    url: str,
    count: int | None = None,
    enabled: bool = True,
) -> Json:
    """One card; ``count`` is there only where something is counted."""
    action: Document = {
        "id": id_,
        "title": title,
        "description": description,
        "icon": icon,
        "color": color,
        "url": url,
        "enabled": enabled,
    }
    return action if count is None else {**action, "count": count}


@section("quick_actions", audience=ADMIN_ROLE, reads=[User, Subscription, AIAgent, Call, Payment])
def admin_actions(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The admins' lists, with how many users, active subscriptions, AI agents, calls, open bills."""
    cuts = platform_windows(now).cuts
    actions = [
        _action(
            "view_all_users",
            "Manage Users",
            "See every account, and who may sign in",
            icon="users",
            color="primary",
            url="/users",
            count=people.joined(cuts).all.total,
        ),
        _action(
            "manage_subscriptions",
            "Subscriptions",
            "See who has which plan",
            icon="layers",
            color="success",
            url="/subscriptions",
            count=subscriptions.subscribed(cuts).all.active,
        ),
        _action(
            "view_agents",
            "AI Agents",
            "See all AI agents and their training",
            icon="bot",
            color="info",
            url="/ai-agents",
            count=ai_agents.fleet().total,
        ),
        _action(
            "call_monitoring",
            "Call Monitoring",
            "Follow the calls in progress",
            icon="monitor",
            color="warning",
            url="/calls?live=1",
            count=queue.active_calls_on_platform(),
        ),
        _action(
            "billing_management",
            "Billing",
            "See all payments, and how many are open",
            icon="card",
            color="danger",
            url="/payments",
            count=billing.payment_states().pending,
        ),
        _action(
            "system_settings",
            "System Settings",
            "See how the platform is set up",
            icon="settings",
            color="dark",
            url="/settings",
        ),
    ]
    return {role: Piece(list(actions)) for role in roles}


@section("quick_actions", audience=TENANTS, reads=[User, AIAgent, Customer, Callback])
def tenant_actions(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """A tenant's actions; calls can be started once an AI agent is ready, if anybody places them."""
    windows = windows_of(tenants, now)
    ids, subjects = tuple(windows), tenants_of(windows)
    main = ai_agents.main(ids)
    leads = customers.leads(subjects)
    due = callbacks.due(subjects)
    return {
        id_: Piece(_of_tenant(main.get(id_), leads.of(id_).all.total, due.of(id_).all.scheduled))
        for id_ in ids
    }


def _of_tenant(ai_agent: AIAgent | None, leads: int, scheduled: int) -> list[Json]:
    if ai_agent is None:
        first = _action(
            "create_agent",
            "Create AI Agent",
            "Set up the AI agent that makes your calls",
            icon="bot",
            color="primary",
            url="/ai-agents",
        )
    else:
        first = _action(
            "manage_agent",
            "Manage AI Agent",
            "Train your AI agent and set its hours",
            icon="bot",
            color="primary",
            url="/ai-agents",
        )
    return [
        first,
        _action(
            "start_call",
            "Start a Call",
            "Let your AI agent call a customer",
            icon="phone",
            color="success",
            url="/customers",  # where each customer can be called
            enabled=ai_agent is not None and ai_agent.is_ready_for_calls and call_gateway() is not None,
        ),
        _action(
            "view_customers",
            "Customers",
            "See your customers and leads",
            icon="users",
            color="info",
            url="/customers",
            count=leads,
        ),
        _action(
            "manage_callbacks",
            "Callbacks",
            "Make and move promised calls",
            icon="callback",
            color="warning",
            url="/callbacks",
            count=scheduled,
        ),
        _action(
            "subscription_management",
            "Subscription",
            "See your plan and your bills",
            icon="layers",
            color="secondary",
            url="/billing",
        ),
        _action(
            "account_settings",
            "Account",
            "Change your profile and your time zone",
            icon="user",
            color="dark",
            url="/profile",
        ),
    ]


@section("quick_actions", audience=AGENTS, reads=[QueueEntry, Call, Customer, User])
def agent_actions(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """An agent's actions; answering counts the calls that ring at the agent (clients add the team's)."""
    offered = queue.offered_to(tuple(agent.pk for agent in agents))
    return {agent.pk: Piece(_of_agent(len(offered.get(agent.pk, ())))) for agent in agents}


def _of_agent(my_queue: int) -> list[Json]:
    return [
        _action(
            "answer_call",
            "Answer a Call",
            "Take the next waiting caller",
            icon="answer",
            color="success",
            url="/queue",
            count=my_queue,
            enabled=my_queue > 0,
        ),
        _action(
            "call_history",
            "Call History",
            "See the calls you answered",
            icon="history",
            color="info",
            url="/calls",
        ),
        _action(
            "performance",
            "My Performance",
            "See your figures and your day",
            icon="chart",
            color="primary",
            url="/profile",
        ),
    ]
