"""``callback_management`` of the platform and of each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows, tenants_of, windows_of
from dashboard.figures import iso, percent
from dashboard.queries import callbacks as queries
from dashboard.queries.callbacks import Overdue
from dashboard.records import Due
from domain.models import Callback, Customer, User
from realtime.sections import Document, Json, Piece, earliest, section

UPCOMING: Final = 3
_NONE_OVERDUE: Final = Overdue()


@section("callback_management", audience=ADMIN_ROLE, reads=[Callback])
def platform_callbacks(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The callbacks of all tenants; those due today and this week are counted in the platform's zone."""
    windows = platform_windows(now)
    due = queries.due_on_platform(windows)
    overdue = queries.overdue_of_platform(now)
    sla = queries.sla(now)
    value: Document = {
        **_by_status(due.all, overdue),
        "callbacks_today": due.between(windows.today, windows.next_midnight).total,
        "callbacks_this_week": due.between(windows.week, windows.next_midnight).total,
        "callback_sla": percent(sla.kept, sla.judged),
    }
    return {role: Piece(value, earliest(windows.next_midnight, overdue.until, sla.until)) for role in roles}


@section("callback_management", audience=TENANTS, reads=[Callback, Customer, User])
def tenant_callbacks(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The callbacks of each tenant, and the next three that are not overdue."""
    windows = windows_of(tenants, now)
    ids = tuple(windows)
    due = queries.due(tenants_of(windows))
    overdue = queries.overdue(ids, now)
    upcoming = queries.upcoming(ids, now, UPCOMING)
    pieces = {}
    for id_, window in windows.items():
        own, late = due.of(id_), overdue.get(id_, _NONE_OVERDUE)
        value: Document = {
            **_by_status(own.all, late),
            "callbacks_today": own.between(window.today, window.next_midnight).total,
            "upcoming_callbacks": [_item(callback) for callback in upcoming.get(id_, ())],
        }
        pieces[id_] = Piece(value, earliest(window.next_midnight, late.until))
    return pieces


def _by_status(ever: Due, overdue: Overdue) -> Document:
    return {
        "total_callbacks": ever.total,
        "scheduled_callbacks": ever.scheduled,
        "completed_callbacks": ever.completed,
        "overdue_callbacks": overdue.count,
    }


def _item(callback: Callback) -> Json:
    return {
        "id": callback.pk,
        "customer_phone": callback.customer.phone,
        "customer_name": callback.customer.name,
        "scheduled_datetime": iso(callback.due_at),
        "reason": callback.reason,
        "priority_level": callback.priority,
    }
