"""The summary cards: ``summary_stats`` of every role, and the tenants' ``summary``."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dashboard import call_figures as figures
from dashboard.audiences import (
    ADMIN_ROLE,
    AGENTS,
    TENANTS,
    agents_of,
    platform_windows,
    tenants_of,
    windows_of,
)
from dashboard.figures import money
from dashboard.queries import ai_agents, billing, callbacks, calls, people, queue, subscriptions
from dashboard.rollups.shape import Level
from domain.models import AIAgent, Call, Callback, Customer, Payment, QueueEntry, Subscription, User
from realtime.sections import Piece, earliest, section


@section("summary_stats", audience=ADMIN_ROLE, reads=[User, Subscription, Payment, Call])
def platform_summary(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The platform in seven numbers."""
    windows = platform_windows(now)
    joined = people.joined(windows.cuts)
    end = windows.next_midnight
    piece = Piece(
        {
            "total_users": joined.all.total,
            "active_users": joined.all.active,
            "new_users_today": joined.between(windows.today, end).total,
            "new_users_this_week": joined.between(windows.week, end).total,
            "new_users_this_month": joined.between(windows.month, end).total,
            "active_subscriptions": subscriptions.subscribed(windows.cuts).all.active,
            "total_revenue": money(billing.amount_of(billing.revenue(windows).all.cents)),
            "active_calls": queue.active_calls_on_platform(),
        },
        end,
    )
    return dict.fromkeys(roles, piece)


@section("summary_stats", audience=TENANTS, reads=[User, Call, Callback])
def tenant_summary_stats(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant in four numbers; pending callbacks are the scheduled ones."""
    windows = windows_of(owners, now)
    ids, subjects = tuple(windows), tenants_of(windows)
    started = calls.started(Level.OWNER, subjects)
    active = queue.active_calls(ids)
    due = callbacks.due(subjects)
    return {
        id_: Piece(
            {
                "calls_today": started.of(id_).between(window.today, window.next_midnight).calls,
                "active_calls": active.get(id_, 0),
                "pending_callbacks": due.of(id_).all.scheduled,
                "conversion_rate": figures.conversion_rate(started.of(id_).all),
            },
            window.next_midnight,
        )
        for id_, window in windows.items()
    }


@section("summary", audience=TENANTS, reads=[User, Call, Callback, AIAgent])
def tenant_summary(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant's state at a glance; ready means that the AI agent may call."""
    windows = windows_of(owners, now)
    ids, subjects = tuple(windows), tenants_of(windows)
    started = calls.started(Level.OWNER, subjects)
    due = callbacks.due(subjects)
    main = ai_agents.main(ids)
    return {
        owner.pk: Piece(
            {
                "account_status": owner.account_status,
                "agent_ready": owner.pk in main and main[owner.pk].is_ready_for_calls,
                "calls_today": started.of(owner.pk)
                .between(windows[owner.pk].today, windows[owner.pk].next_midnight)
                .calls,
                "pending_callbacks": due.of(owner.pk).all.scheduled,
                "conversion_rate": figures.conversion_rate(started.of(owner.pk).all),
            },
            windows[owner.pk].next_midnight,
        )
        for owner in owners
    }


@section("summary_stats", audience=AGENTS, reads=[User, Call, QueueEntry, Customer, Callback])
def agent_summary_stats(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each agent's work at a glance."""
    windows = windows_of(agents, now)
    ids = tuple(windows)
    started = calls.started(Level.AGENT, agents_of(agents, windows))
    offered = queue.offered_to(ids)
    active = queue.active_calls_of_agents(ids)
    overdue = callbacks.overdue_of_agents(ids, now)
    pieces = {}
    for id_, window in windows.items():
        late = overdue.get(id_, callbacks.AgentOverdue())
        pieces[id_] = Piece(
            {
                "calls_today": started.of(id_).between(window.today, window.next_midnight).calls,
                "my_queue": len(offered.get(id_, ())),
                "in_progress": active.get(id_, 0),
                "overdue_callbacks": late.count,
            },
            earliest(window.next_midnight, late.until),
        )
    return pieces
