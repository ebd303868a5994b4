"""The people: taken on, renamed, moved to another role or time zone, disabled, deleted."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from domain.errors import Conflict, InvalidInput
from domain.models import AgentProfile, AgentState, Callback, User
from domain.services import agents, callbacks, queue
from domain.services.base import check_agents_allowed, check_tenant, clean, insert, instant, locked, update

Role = User.Role


class Details(TypedDict, total=False):
    """What may be said of anybody; what is left out stays as it is."""

    first_name: str
    last_name: str
    user_name: str
    phone: str
    avatar: str
    is_verified: bool
    timezone: str
    stripe_customer_id: str


@transaction.atomic
def create_admin(
    *, email: str, password: str | None = None, at: datetime | None = None, **details: Unpack[Details]
) -> User:
    """A new admin of the platform, with every permission. Conflict: the email is taken."""
    return _create(User(email=email, role=Role.ADMIN, is_superuser=True, **details), password, at)


@transaction.atomic
def create_tenant(
    *, email: str, password: str | None = None, at: datetime | None = None, **details: Unpack[Details]
) -> User:
    """A new tenant. Conflict: the email is taken."""
    return _create(User(email=email, role=Role.USER, **details), password, at)


@transaction.atomic
def create_agent(
    *,
    owner: User,
    email: str,
    employee_id: str,
    password: str | None = None,
    at: datetime | None = None,
    **details: Unpack[Details],
) -> User:
    """A new agent of a tenant, offline at first. Conflict: the email or the tenant's employee id is taken.

    LimitReached: the tenant's plan allows no more agents.
    """
    owner = locked(owner)  # so that two agents cannot get one employee id, nor the last place of a plan
    check_tenant(owner)
    check_agents_allowed(owner, more=1)
    agent = _create(User(email=email, role=Role.AGENT, owner=owner, **details), password, at)
    _employ(agent, owner, employee_id, agent.created_at)
    return agent


@transaction.atomic
def change_details(*, user: User, email: str | None = None, **details: Unpack[Details]) -> User:
    """Change names, phone, avatar, time zone and so on. Conflict: the email is taken."""
    user = locked(user)
    for field, value in details.items():
        setattr(user, field, value)
    if email is not None:
        user.email = email
    fields = [*details, *(["email"] if email is not None else [])]
    return update(user, *fields, taken=f"{user.email} is taken.") if fields else user


@transaction.atomic
def change_role(
    *,
    user: User,
    role: str,
    owner: User | None = None,
    employee_id: str = "",
    at: datetime | None = None,
) -> User:
    """Give another role; an agent needs an ``owner``, and an ``employee_id`` unless there is one already.

    Conflict: a tenant who still has agents; an agent who is on a call, or has calls of another tenant.
    LimitReached: the plan of ``owner`` allows no more agents.
    """
    if (owner is not None) != (role == Role.AGENT):
        raise InvalidInput("owner", "An agent needs a tenant to work for; nobody else has one.")
    if owner is not None:
        owner = locked(owner)
        check_tenant(owner)
        if owner.pk == user.pk:
            raise InvalidInput("owner", "Nobody is their own agent.")
        if user.owner_id != owner.pk and user.is_active:
            check_agents_allowed(owner, more=1)
    at = instant(at)
    if user.role == Role.AGENT:
        queue.return_calls_of(agent=user)
    user = locked(user)
    if user.role == Role.USER and role != Role.USER and user.agents.exists():
        raise Conflict(f"{user} still has agents.")
    if user.role == Role.AGENT:
        _leave_work(user, at)
    if owner is not None and user.answered_calls.exclude(owner=owner).exists():
        raise Conflict(f"{user} has answered another tenant's calls.")
    user.role = role
    user.owner = owner
    user.is_superuser = role == Role.ADMIN
    update(user, "role", "owner", "is_superuser")
    if owner is not None:
        _employ(user, owner, employee_id, at)
    return user


@transaction.atomic
def disable_user(*, user: User, at: datetime | None = None) -> User:
    """Lock the account. What is offered to an agent waits again; a call that goes on may be finished."""
    if user.role == Role.AGENT:
        queue.return_calls_of(agent=user)
    user = locked(user)
    if user.role == Role.AGENT and not agents.on_a_call(user):
        agents.move(user, AgentState.State.OFFLINE, instant(at))
    user.is_active = False
    return update(user, "is_active")


@transaction.atomic
def enable_user(*, user: User) -> User:
    """Open the account again. LimitReached: an agent, and the tenant's plan allows no more."""
    owner = user.owner and locked(user.owner)
    user = locked(user)
    if owner is not None and not user.is_active:
        check_agents_allowed(owner, more=1)
    user.is_active = True
    return update(user, "is_active")


@transaction.atomic
def change_password(*, user: User, current: str, new: str) -> User:
    """Somebody changes their own password. InvalidInput: ``current`` is wrong, or ``new`` easy to guess."""
    user = locked(user)
    if not user.check_password(current):
        raise InvalidInput("current_password", "This is not your present password.")
    try:
        validate_password(new, user)
    except ValidationError as error:
        raise InvalidInput("new_password", " ".join(error.messages)) from None
    user.set_password(new)
    return update(user, "password")


@transaction.atomic
def delete_user(*, user: User) -> None:
    """Delete somebody; a tenant goes with everything it owns.

    Conflict: an agent who has calls or callbacks, or an admin who has made announcements. Disable these.
    """
    try:
        locked(user).delete()
    except (RestrictedError, ProtectedError):
        raise Conflict(f"{user} is part of recorded history. Disable the account instead.") from None


def _create(user: User, password: str | None, at: datetime | None) -> User:
    user.created_at = instant(at)
    user.set_password(password)
    return insert(user, taken=f"{user.email} is taken.")


def _employ(agent: User, owner: User, employee_id: str, at: datetime) -> None:
    """Give the agent a profile and a first state; ids are unique within the tenant, which is locked."""
    profile = AgentProfile.objects.filter(user=agent).first() or AgentProfile(user=agent, created_at=at)
    profile.employee_id = employee_id or profile.employee_id
    clean(profile, ("employee_id",))
    others = AgentProfile.objects.filter(user__owner=owner, employee_id=profile.employee_id)
    if others.exclude(user=agent).exists():
        raise Conflict(f"This tenant has an agent {profile.employee_id} already.")
    profile.save()
    agents.move(agent, AgentState.State.OFFLINE, at)


def _leave_work(agent: User, at: datetime) -> None:
    if agents.on_a_call(agent):
        raise Conflict(f"{agent} is on a call.")
    for callback in agent.assigned_callbacks.filter(status__in=Callback.OPEN):
        callbacks.assign_callback(callback=callback, agent=None)
    agents.move(agent, AgentState.State.OFFLINE, at)
