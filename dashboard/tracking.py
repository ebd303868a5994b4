"""Which documents a row of the call centre concerns: one rule per model, next to why.

A rule names every document that shows anything of the row, also inside other people's lists. Naming one too
many costs a refresh that changes nothing; one too few leaves a screen stale until the periodic full refresh.
Rules see the rows of a write as they were and as they are, so that an old and a new owner both learn of it.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from dashboard.audiences import ROLES
from domain.models import (
    AgentProfile,
    AgentState,
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    SubscriptionChange,
    SystemAlert,
    User,
    WebhookEvent,
)
from realtime.changes import track
from realtime.scopes import Scope
from realtime.tracked import Row

ADMINS: Final = Scope("role", User.Role.ADMIN.value)


def start_tracking() -> None:
    """Have every committed change mark the documents it concerns; call it once, at start-up."""
    track(User, fields=["pk", "role", "owner_id"], scopes=_of_users)
    track(AgentProfile, fields=["user_id"], scopes=_own_documents)
    track(AgentState, fields=["agent_id"], scopes=_own_documents)
    track(Plan, fields=["pk"], scopes=_of_plans)
    track(Subscription, fields=["user_id"], scopes=_own_documents_and_admins)
    track(SubscriptionChange, fields=["subscription__user_id"], scopes=_own_documents_and_admins)
    track(Payment, fields=["user_id"], scopes=_own_documents_and_admins)
    track(AIAgent, fields=["owner_id"], scopes=_own_documents_and_admins)
    track(Customer, fields=["pk", "owner_id"], scopes=_of_customers)
    track(Call, fields=["pk", "owner_id", "agent_id"], scopes=_of_calls)
    track(QueueEntry, fields=["call__owner_id", "assigned_agent_id"], scopes=_of_queue_entries)
    track(Callback, fields=["owner_id", "assigned_agent_id"], scopes=_own_documents_and_admins)
    track(SystemAlert, fields=["pk"], scopes=_every_role)
    track(WebhookEvent, fields=["pk"], scopes=_admins)


def _people(ids: Iterable[int | None]) -> Iterator[Scope]:
    return (Scope("user", str(id_)) for id_ in ids if id_ is not None)


def _teams(tenants: Iterable[int]) -> Iterator[Scope]:
    return (Scope("team", str(tenant)) for tenant in tenants)


def _own_documents(rows: Collection[Row]) -> Iterable[Scope]:
    """Those of everybody whom the rows name."""
    return _people({id_ for row in rows for id_ in row})


def _own_documents_and_admins(rows: Collection[Row]) -> Iterable[Scope]:
    yield ADMINS
    yield from _own_documents(rows)


def _admins(rows: Collection[Row]) -> Iterable[Scope]:
    """Events of providers are counted on the platform's dashboard alone."""
    return [ADMINS]


def _every_role(rows: Collection[Row]) -> Iterable[Scope]:
    """A broadcast may name any roles, before the write and after it."""
    return [Scope("role", role) for role in ROLES]


def _of_users(rows: Collection[Row]) -> Iterable[Scope]:
    """A tenant's zone makes its agents' windows; an agent's name stands in the tenant's list of calls."""
    yield ADMINS
    tenants = {pk for pk, role, _ in rows if role == User.Role.USER}
    yield from _teams(tenants)
    yield from _people({pk for pk, _, _ in rows} | {owner for _, _, owner in rows})
    if tenants:
        yield from _people(User.objects.filter(owner_id__in=tenants).order_by().values_list("pk", flat=True))


def _of_plans(rows: Collection[Row]) -> Iterable[Scope]:
    """A plan's price and limits stand on every subscriber's dashboard."""
    yield ADMINS
    subscriptions = Subscription.objects.filter(plan_id__in={pk for (pk,) in rows})
    yield from _people(subscriptions.order_by().values_list("user_id", flat=True).distinct())


def _of_customers(rows: Collection[Row]) -> Iterable[Scope]:
    """A customer's name stands in the team's queue, and among the tasks of agents who are to speak to it."""
    yield ADMINS
    yield from _people({owner for _, owner in rows})
    yield from _teams({owner for _, owner in rows})
    customers = {pk for pk, _ in rows}
    offered = QueueEntry.objects.filter(left_at__isnull=True, call__customer_id__in=customers)
    yield from _people(offered.order_by().values_list("assigned_agent_id", flat=True).distinct())
    callbacks = Callback.objects.filter(status__in=Callback.OPEN, customer_id__in=customers)
    yield from _people(callbacks.order_by().values_list("assigned_agent_id", flat=True).distinct())


def _of_calls(rows: Collection[Row]) -> Iterable[Scope]:
    """A call counts for its tenant and its agent, and for the agent it was offered to.

    The team's document shows calls only while they wait: most changes of a call do not concern it.
    """
    yield ADMINS
    yield from _people({id_ for _, *people in rows for id_ in people})
    owners = {pk: owner for pk, owner, _ in rows}
    entries = QueueEntry.objects.filter(call_id__in=owners)
    for call, status, assigned in entries.values_list("call_id", "status", "assigned_agent_id"):
        if status == QueueEntry.Status.WAITING:
            yield from _teams([owners[call]])
        yield from _people([assigned])


def _of_queue_entries(rows: Collection[Row]) -> Iterable[Scope]:
    """The queue is the team's document; of the agents, only the one it was given to has it on the own one."""
    yield ADMINS
    yield from _teams({owner for owner, _ in rows})
    yield from _people({assigned for _, assigned in rows})
