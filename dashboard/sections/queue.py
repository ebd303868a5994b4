"""``queue_information``: of each team, who waits for anybody; of each agent, what waits for this one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import AGENTS, TEAM
from dashboard.figures import iso
from dashboard.queries import queue as queries
from dashboard.queries.queue import OpenCallback, QueuedCall, WaitingLine
from domain.models import Call, Callback, Customer, QueueEntry, User
from realtime.sections import Json, Piece, section

SHOWN: Final = 10


@section("queue_information", audience=TEAM, reads=[QueueEntry, Call, Customer])
def team_queue(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """The tenant's waiting calls, the most urgent first."""
    lines = queries.waiting(tuple(tenant.pk for tenant in tenants), SHOWN)
    pieces = {}
    for tenant in tenants:
        line = lines.get(tenant.pk, WaitingLine())
        pieces[tenant.pk] = Piece(
            {
                "total_queue": line.total,
                "waiting_calls": [_waiting_call(call) for call in line.first],
                "oldest_waiting_since": iso(line.since),
            }
        )
    return pieces


@section("queue_information", audience=AGENTS, reads=[QueueEntry, Call, Callback, Customer, User])
def agent_queue(agents: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """What was given to each agent: calls that ring, calls being talked on, callbacks to make."""
    ids = tuple(agent.pk for agent in agents)
    offered = queries.offered_to(ids)
    active = queries.active_calls_of_agents(ids)
    callbacks = queries.open_callbacks(ids, SHOWN)
    pieces = {}
    for id_ in ids:
        # Somebody on the line goes before anybody who expects to be called.
        tasks = [
            *(_call_task(call) for call in offered.get(id_, ())),
            *(_callback_task(callback) for callback in callbacks.get(id_, ())),
        ]
        pieces[id_] = Piece(
            {
                "my_queue": len(offered.get(id_, ())),
                "in_progress": active.get(id_, 0),
                "assigned_tasks": tasks[:SHOWN],
            }
        )
    return pieces


def _waiting_call(call: QueuedCall) -> Json:
    return {
        "id": call.id,
        "customer_name": call.customer_name or None,
        "phone_number": call.phone_number,
        "priority": call.priority,
        "queued_at": iso(call.queued_at),
    }


def _call_task(call: QueuedCall) -> Json:
    return {
        "id": f"call-{call.id}",  # a call and a callback may have the same number
        "kind": "call",
        "title": call.customer_name or call.phone_number,
        "due_at": iso(call.queued_at),
        "priority": call.priority,
        "url": f"/queue?call={call.id}",
    }


def _callback_task(callback: OpenCallback) -> Json:
    return {
        "id": f"callback-{callback.id}",
        "kind": "callback",
        "title": callback.customer_name or callback.phone_number,
        "due_at": iso(callback.due_at),
        "priority": callback.priority,
        "url": f"/callbacks?id={callback.id}",
    }
