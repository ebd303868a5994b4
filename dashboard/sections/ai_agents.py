"""AI agents: ``ai_agent_metrics`` of the platform, ``ai_agent_info`` of each tenant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dashboard.audiences import ADMIN_ROLE, TENANTS, platform_windows
from dashboard.call_figures import Started, conversion_rate, satisfaction
from dashboard.queries import ai_agents as queries
from domain.models import AIAgent, Call, User
from realtime.sections import Document, Json, Piece, section

BUSIEST: Final = 10
NO_AGENT: Document = {
    "status": "no_agent",
    "message": "You have no AI agent yet.",
    "setup_required": True,
}


@section("ai_agent_metrics", audience=ADMIN_ROLE, reads=[AIAgent, Call, User])
def ai_agent_metrics(roles: Sequence[str], now: datetime) -> Mapping[str, Piece]:
    """The AI agents of all tenants; those with the most calls this month by name."""
    windows = platform_windows(now)
    fleet = queries.fleet()
    done = queries.performance_of_all()
    busiest = queries.busiest(windows.month, windows.next_midnight, BUSIEST)
    each = queries.performance(tuple(ai_agent.pk for ai_agent, _ in busiest))
    agents: list[Json] = [
        {
            "id": ai_agent.pk,
            "name": ai_agent.name,
            "owner_email": ai_agent.owner.email,
            "status": ai_agent.status,
            "training_level": ai_agent.training_level,
            "calls": calls,
            "conversion_rate": conversion_rate(each[ai_agent.pk]),
        }
        for ai_agent, calls in busiest
    ]
    status = AIAgent.Status
    value: Document = {
        "total_agents": fleet.total,
        "active_agents": fleet.by_status.get(status.ACTIVE, 0),
        "training_agents": fleet.by_status.get(status.TRAINING, 0),
        "learning_agents": fleet.by_status.get(status.LEARNING, 0),
        "paused_agents": fleet.by_status.get(status.PAUSED, 0),
        "agents_ready_for_calls": fleet.ready,
        "performance": {
            "total_calls_handled": done.answered,
            "total_conversions": done.converted,
            "avg_conversion_rate": conversion_rate(done),
            "avg_customer_satisfaction": satisfaction(done),
        },
        "agents": agents,
    }
    return {role: Piece(value, windows.next_midnight) for role in roles}


@section("ai_agent_info", audience=TENANTS, reads=[AIAgent, Call])
def ai_agent_info(tenants: Sequence[User], now: datetime) -> Mapping[int, Piece]:
    """Each tenant's main AI agent, and what it has done so far."""
    ids = tuple(tenant.pk for tenant in tenants)
    main = queries.main(ids)
    done = queries.performance(tuple(ai_agent.pk for ai_agent in main.values()))
    return {id_: Piece(_info(main[id_], done[main[id_].pk]) if id_ in main else {**NO_AGENT}) for id_ in ids}


def _info(ai_agent: AIAgent, done: Started) -> Document:
    return {
        "id": ai_agent.pk,
        "name": ai_agent.name,
        "status": ai_agent.status,
        "training_level": ai_agent.training_level,
        "personality_type": ai_agent.personality_type,
        "is_ready_for_calls": ai_agent.is_ready_for_calls,
        "performance": {
            "calls_handled": done.answered,
            "successful_conversions": done.converted,
            "conversion_rate": conversion_rate(done),
            "customer_satisfaction": satisfaction(done),
        },
        "working_hours": {
            "start": ai_agent.working_hours_start.strftime("%H:%M"),
            "end": ai_agent.working_hours_end.strftime("%H:%M"),
        },
    }
