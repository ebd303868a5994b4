"""Who may see which rows, for every model in one place; everything else is 404.

Admins see all rows. A tenant sees its own. An agent sees what is theirs, and the queue of their tenant.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from domain.models import (
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    SystemAlert,
    User,
)
from domain.selectors import live_system_alerts

M = TypeVar("M", bound=Model)
Role = User.Role

_QUEUED: Final = Q(queue_entry__left_at=None, queue_entry__isnull=False)


def visible(model: type[M], viewer: User) -> QuerySet[M]:
    """The rows of ``model`` that ``viewer`` may see, with what their lists show."""
    rows = model._default_manager.all()
    if viewer.role != Role.ADMIN:
        rows = _NARROWED[model][viewer.role](rows, viewer)
    return rows.select_related(*_SHOWN.get(model, ()))


def answerable_calls(viewer: User) -> QuerySet[Call]:
    """The calls that are or were in the queue of an agent's tenant.

    Also those that somebody else has answered by now: the slower of two agents is told so, not "not found".
    """
    return Call.objects.filter(owner=viewer.owner_id, queue_entry__isnull=False).select_related(*_SHOWN[Call])


def assignable_agents(viewer: User) -> QuerySet[User]:
    """The agents to whom ``viewer`` may give work: all, the tenant's own, or for an agent only themselves."""
    agents = User.objects.filter(role=Role.AGENT)
    if viewer.role == Role.ADMIN:
        return agents
    return agents.filter(owner=viewer) if viewer.role == Role.USER else agents.filter(pk=viewer.pk)


def _of_owner(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    return rows.filter(owner=viewer)


def _of_user(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    return rows.filter(user=viewer)


def _none(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    return rows.none()


def _live_for_role(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    live = live_system_alerts(viewer.role, timezone.now())
    return rows.filter(pk__in=[alert.pk for alert in live])


def _calls_of_agent(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    return rows.filter(Q(agent=viewer) | _QUEUED, owner=viewer.owner_id)


def _customers_of_agent(rows: QuerySet[Any], viewer: User) -> QuerySet[Any]:
    """Those whom the agent has to do with: by a call that they may see, or a callback of theirs."""
    calls = _calls_of_agent(Call.objects.all(), viewer).filter(customer=OuterRef("pk"))
    callbacks = Callback.objects.filter(assigned_agent=viewer, customer=OuterRef("pk"))
    return rows.filter(Exists(calls) | Exists(callbacks), owner=viewer.owner_id)


_Narrow = Callable[[QuerySet[Any], User], QuerySet[Any]]

_NARROWED: Final[Mapping[type[Model], Mapping[str, _Narrow]]] = {
    Call: {Role.USER: _of_owner, Role.AGENT: _calls_of_agent},
    QueueEntry: {
        Role.USER: lambda rows, viewer: rows.filter(call__owner=viewer),
        Role.AGENT: lambda rows, viewer: rows.filter(call__owner=viewer.owner_id),
    },
    Callback: {
        Role.USER: _of_owner,
        Role.AGENT: lambda rows, viewer: rows.filter(assigned_agent=viewer, owner=viewer.owner_id),
    },
    Customer: {Role.USER: _of_owner, Role.AGENT: _customers_of_agent},
    Payment: {Role.USER: _of_user, Role.AGENT: _none},
    # Custom plans are made for one tenant; the others are on offer.
    Plan: {
        Role.USER: lambda rows, viewer: rows.filter(
            ~Q(name=Plan.Name.CUSTOM) | Exists(Subscription.objects.filter(user=viewer, plan=OuterRef("pk")))
        ),
        Role.AGENT: _none,
    },
    Subscription: {Role.USER: _of_user, Role.AGENT: _none},
    AIAgent: {Role.USER: _of_owner, Role.AGENT: _none},
    SystemAlert: {Role.USER: _live_for_role, Role.AGENT: _live_for_role},
    User: {Role.USER: lambda rows, viewer: rows.filter(owner=viewer, role=Role.AGENT), Role.AGENT: _none},
}

# What the lists show of other rows: joined, so that a list is the same few queries whatever its length.
_SHOWN: Final[Mapping[type[Model], tuple[str, ...]]] = {
    Call: ("owner", "agent", "ai_agent", "customer", "queue_entry__assigned_agent"),
    QueueEntry: ("call__owner", "call__customer", "assigned_agent"),
    Callback: ("owner", "customer", "assigned_agent"),
    Customer: ("owner",),
    Payment: ("user",),
    Subscription: ("user", "plan"),
    AIAgent: ("owner",),
    SystemAlert: ("created_by",),
    User: ("owner", "agent_profile"),
}
