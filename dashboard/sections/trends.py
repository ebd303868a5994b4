"""``performance_trends``: the last seven complete days against the seven before."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from dashboard.audiences import (
    ADMIN_ROLE,
    AGENTS,
    TENANTS,
    agents_of,
    platform_windows,
    tenants_of,
    windows_of,
)
from dashboard.call_figures import Started
from dashboard.figures import Windows, trend
from dashboard.queries import billing, calls, people
from dashboard.queries.timelines import Counters, Timeline
from dashboard.rollups.shape import Level
from domain.models import Call, Payment, User
from realtime.sections import Document, Piece, section


@section("performance_trends", audience=ADMIN_ROLE, reads=[User, Payment, Call])
def platform_trends(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """New users, revenue and calls of all tenants."""
    windows = platform_windows(now)
    joined = people.joined(windows.cuts)
    revenue = billing.revenue(windows)
    started = calls.started_on_platform(windows)
    value: Document = {
        "user_growth": _trend(joined, windows, lambda users: users.total),
        "revenue_growth": _trend(revenue, windows, lambda paid: billing.amount_of(paid.cents)),
        "call_volume": _trend(started, windows, _calls),
    }
    return {role: Piece(value, windows.next_midnight) for role in roles}


@section("performance_trends", audience=TENANTS, reads=[User, Call])
def tenant_trends(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant's calls, and those that converted."""
    windows = windows_of(owners, now)
    started = calls.started(Level.OWNER, tenants_of(windows))
    return {
        id_: Piece(
            {
                "call_volume": _trend(started.of(id_), window, _calls),
                "conversions": _trend(started.of(id_), window, _converted),
            },
            window.next_midnight,
        )
        for id_, window in windows.items()
    }


@section("performance_trends", audience=AGENTS, reads=[User, Call])
def agent_trends(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each agent's own calls."""
    windows = windows_of(agents, now)
    started = calls.started(Level.AGENT, agents_of(agents, windows))
    return {
        id_: Piece({"call_volume": _trend(started.of(id_), window, _calls)}, window.next_midnight)
        for id_, window in windows.items()
    }


def _calls(started: Started) -> int:
    return started.calls


def _converted(started: Started) -> int:
    return started.converted


def _trend(
    timeline: Timeline[Counters], windows: Windows, figure: Callable[[Counters], int | Decimal]
) -> Document:
    end = windows.next_midnight
    return trend(
        today=figure(timeline.between(windows.today, end)),
        week=figure(timeline.between(windows.week, end)),
        month=figure(timeline.between(windows.month, end)),
        current=figure(timeline.between(windows.current, windows.today)),
        previous=figure(timeline.between(windows.previous, windows.current)),
    )
