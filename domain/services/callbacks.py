"""Promises to call back: made, moved, kept, broken off."""

from datetime import datetime

from django.db import transaction

from domain import transitions
from domain.errors import Conflict, InvalidInput
from domain.models import Callback, CallbackRescheduling, Customer, User
from domain.services.base import (
    aware,
    check_agent,
    check_owned,
    check_tenant,
    insert,
    instant,
    locked,
    update,
)

Status = Callback.Status


@transaction.atomic
def schedule_callback(
    *,
    owner: User,
    customer: Customer,
    due_at: datetime,
    priority: int = 3,
    assigned_agent: User | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Callback:
    """Promise a call for ``due_at``, not before ``at``. Priority 1 is the most urgent, 5 the least."""
    at = instant(at)
    check_tenant(owner)
    check_owned(owner.pk, "customer", customer)
    check_agent(owner.pk, assigned_agent, "assigned_agent")
    callback = Callback(
        owner=owner,
        customer=customer,
        due_at=_due(due_at, at),
        priority=priority,
        assigned_agent=assigned_agent,
        reason=reason,
        created_at=at,
    )
    return insert(callback, taken="This callback is scheduled already.")


@transaction.atomic
def start_callback(*, callback: Callback, at: datetime | None = None) -> Callback:
    """Somebody is calling back now."""
    callback = locked(callback)
    transitions.check("callback", callback.status, Status.IN_PROGRESS)
    callback.status = Status.IN_PROGRESS
    callback.started_at = instant(at, not_before=callback.created_at)
    return update(callback, "status", "started_at")


@transaction.atomic
def complete_callback(*, callback: Callback, at: datetime | None = None) -> Callback:
    """The promise is kept; it must have been started."""
    callback = locked(callback)
    transitions.check("callback", callback.status, Status.COMPLETED)
    callback.status = Status.COMPLETED
    callback.completed_at = instant(at, not_before=callback.started_at)
    return update(callback, "status", "completed_at")


@transaction.atomic
def cancel_callback(*, callback: Callback) -> Callback:
    """Nobody will call back any more."""
    callback = locked(callback)
    transitions.check("callback", callback.status, Status.CANCELLED)
    callback.status = Status.CANCELLED
    return update(callback, "status")


@transaction.atomic
def reschedule_callback(
    *, callback: Callback, due_at: datetime, reason: str = "", at: datetime | None = None
) -> Callback:
    """Move the promise to another instant, also after a vain attempt; the move is kept as history."""
    callback = locked(callback)
    transitions.check("callback", callback.status, Status.SCHEDULED)
    at = instant(at, not_before=callback.created_at)
    move = CallbackRescheduling(
        callback=callback,
        from_due_at=callback.due_at,
        to_due_at=_due(due_at, at),
        at=at,
        reason=reason,
        created_at=at,
    )
    insert(move, taken="This callback is moved already.")
    callback.status = Status.SCHEDULED
    callback.due_at = due_at
    callback.started_at = None
    return update(callback, "status", "due_at", "started_at")


@transaction.atomic
def assign_callback(*, callback: Callback, agent: User | None) -> Callback:
    """Give an open callback to an agent of the tenant, or to nobody in particular."""
    callback = locked(callback)
    check_agent(callback.owner_id, agent)
    _check_open(callback)
    callback.assigned_agent = agent
    return update(callback, "assigned_agent")


@transaction.atomic
def change_priority(*, callback: Callback, priority: int) -> Callback:
    """Make an open callback more (1) or less (5) urgent."""
    callback = locked(callback)
    _check_open(callback)
    callback.priority = priority
    return update(callback, "priority")


def _check_open(callback: Callback) -> None:
    if callback.status not in Callback.OPEN:
        raise Conflict(f"This callback is {callback.get_status_display().lower()}.")


def _due(due_at: datetime, at: datetime) -> datetime:
    if aware("due_at", due_at) < at:
        raise InvalidInput("due_at", "A callback cannot be promised for the past.")
    return due_at
