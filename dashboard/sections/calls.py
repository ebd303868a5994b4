"""``call_statistics`` of the platform and of each tenant."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard import call_figures as figures
from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows, tenants_of, windows_of
from dashboard.figures import iso, percent
from dashboard.queries import calls as queries
from dashboard.queries.queue import waiting_since
from dashboard.rollups.cells import Subject
from dashboard.rollups.shape import Level
from domain.models import AIAgent, Call, QueueEntry, User
from realtime.sections import Document, Json, Piece, section

RECENT: Final = 5
NOTES_SHOWN: Final = 200  # characters; documents stay small, the call's own page has the rest


@section("call_statistics", audience=ADMIN_ROLE, reads=[Call, QueueEntry])
def platform_calls(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The calls of all tenants, in the platform's zone."""
    windows = platform_windows(now)
    started = queries.started_on_platform(windows)
    offered = queries.offered_on_platform(windows)
    ended = queries.ended_on_platform(windows)
    counted = queries.by_status_and_outcome().items()
    statuses = _added_up((status, n) for (status, _), n in counted)
    outcomes = _added_up((outcome, n) for (_, outcome), n in counted)
    ever = started.all
    value: Document = {
        "total_calls": ever.calls,
        **figures.volume(started, windows),
        "successful_calls": ever.successful,
        "converted_calls": ever.converted,
        "active_calls": sum(statuses.get(status, 0) for status in Call.ACTIVE),
        "queued_calls": statuses.get(Call.Status.QUEUED, 0),
        "calls_by_type": [
            {"call_type": Call.Direction.INBOUND.value, "count": ever.inbound},
            {"call_type": Call.Direction.OUTBOUND.value, "count": ever.calls - ever.inbound},
        ],
        "calls_by_status": [{"status": name, "count": statuses.get(name, 0)} for name in Call.Status.values],
        "calls_by_outcome": [
            {"outcome": name, "count": outcomes.get(name, 0)} for name in Call.Outcome.values
        ],
        "hourly": figures.hourly(queries.started_today_on_platform(windows), windows),
        **figures.rates(offered, ended, windows),
        "oldest_waiting_since": iso(waiting_since()),
    }
    return {role: Piece(value, windows.next_midnight) for role in roles}


@section("call_statistics", audience=TENANTS, reads=[Call, User, AIAgent])
def tenant_calls(owners: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The calls of each tenant, in the tenant's zone."""
    windows = windows_of(owners, now)
    tenants = tenants_of(windows)
    started = queries.started(Level.OWNER, tenants)
    offered = queries.offered(Level.OWNER, tenants)
    ended = queries.ended(Level.OWNER, tenants)
    days = tuple(Subject(id_, id_, (each.today, each.next_midnight)) for id_, each in windows.items())
    quarters = queries.started_today(Level.OWNER, days)
    recent = queries.recent(tuple(windows), RECENT)
    pieces = {}
    for id_, window in windows.items():
        calls = started.of(id_)
        ever = calls.all
        value: Document = {
            "total_calls": ever.calls,
            "inbound_calls": ever.inbound,
            "outbound_calls": ever.calls - ever.inbound,
            **figures.volume(calls, window),
            "successful_calls": ever.successful,
            "converted_calls": ever.converted,
            "success_rate": figures.success_rate(ever),
            "conversion_rate": figures.conversion_rate(ever),
            "call_breakdown": {
                "inbound_percentage": percent(ever.inbound, ever.calls),
                "outbound_percentage": percent(ever.calls - ever.inbound, ever.calls),
            },
            "hourly": figures.hourly(quarters.get(id_, ()), window),
            **figures.rates(offered.of(id_), ended.of(id_), window),
            "recent_calls": [_recent_call(call) for call in recent.get(id_, ())],
        }
        pieces[id_] = Piece(value, window.next_midnight)
    return pieces


def _added_up(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name, count in rows:
        counts[name] = counts.get(name, 0) + count
    return counts


def _recent_call(call: Call) -> Json:
    """A call as its tenant reads it; ``duration`` in seconds once it is over, until then ``answered_at``."""
    return {
        "id": call.pk,
        "phone_number": call.phone_number,
        "call_type": call.direction,
        "status": call.status,
        "outcome": call.outcome or None,
        "duration": None if call.ended_at is None else call.talk_s + call.hold_s,
        "started_at": iso(call.started_at),
        "answered_at": iso(call.answered_at),
        "notes": call.notes[:NOTES_SHOWN],
    }
