"""A tenant's AI agents: set up, trained, put to work, paused."""

from datetime import datetime, time
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import RestrictedError

from domain import transitions
from domain.errors import Conflict
from domain.models import AIAgent, User
from domain.services.base import check_tenant, insert, instant, locked, update


class Details(TypedDict, total=False):
    """What its owner decides about an AI agent; what is left out stays as it is."""

    name: str
    provider_agent_id: str
    training_level: int
    personality_type: str
    working_hours_start: time
    working_hours_end: time


@transaction.atomic
def create_ai_agent(*, owner: User, at: datetime | None = None, **details: Unpack[Details]) -> AIAgent:
    """A new AI agent, in training. Conflict: the provider's id is another one's."""
    check_tenant(owner)
    ai_agent = AIAgent(owner=owner, created_at=instant(at), **details)
    return insert(ai_agent, taken="The provider's agent is in use already.")


@transaction.atomic
def change_ai_agent(*, ai_agent: AIAgent, **details: Unpack[Details]) -> AIAgent:
    """Rename, train, change the personality or the hours. Conflict: the provider's id is another one's."""
    ai_agent = locked(ai_agent)
    for field, value in details.items():
        setattr(ai_agent, field, value)
    if not details:
        return ai_agent
    return update(ai_agent, *details, taken="The provider's agent is in use already.")


@transaction.atomic
def change_status(*, ai_agent: AIAgent, status: str) -> AIAgent:
    """Move on from training to learning to active, optimize, pause, resume. IllegalTransition otherwise."""
    ai_agent = locked(ai_agent)
    transitions.check("AI agent", ai_agent.status, status)
    ai_agent.status = status
    return update(ai_agent, "status")


@transaction.atomic
def delete_ai_agent(*, ai_agent: AIAgent) -> None:
    """Delete an AI agent that never called anybody. Conflict: it has calls, which are history."""
    try:
        locked(ai_agent).delete()
    except RestrictedError:
        raise Conflict("This AI agent has calls. Pause it instead.") from None
