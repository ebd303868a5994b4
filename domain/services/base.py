"""What the services share: locking, instants, ownership, validation.

The rules of every service: one transaction; keyword arguments only; ``at`` is when it happened (default:
now), where that is kept; a DomainError means that nothing has changed. A service reads its row afresh under
a lock, so the instance it was given may be stale; the one it returns is not. Locks are taken in the order
call, queue entry, person, so that two services never wait for each other.
"""

from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from domain.errors import Conflict, InvalidInput, LimitReached, NotFound
from domain.models import AIAgent, Callback, Customer, User
from domain.selectors import current_subscription

M = TypeVar("M", bound=Model)


def locked(row: M) -> M:
    """The present state of ``row``, which nobody else changes until this transaction ends; or NotFound."""
    # no_key: rows that merely point here can still be inserted. SQLite needs no lock: its writers take turns.
    model = type(row)
    try:
        return model._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    except ObjectDoesNotExist:
        raise NotFound(str(model._meta.verbose_name), row.pk) from None


def instant(at: datetime | None, *, not_before: datetime | None = None) -> datetime:
    """``at`` or now, moved up to ``not_before``: clocks differ, and an effect never precedes its cause."""
    if at is None:
        at = timezone.now()
    elif timezone.is_naive(at):
        raise InvalidInput("at", "An instant needs a time zone.")
    return at if not_before is None else max(at, not_before)


def aware(field: str, value: datetime) -> datetime:
    """``value``, or InvalidInput when it has no time zone."""
    if timezone.is_naive(value):
        raise InvalidInput(field, "An instant needs a time zone.")
    return value


def clean(row: Model, fields: tuple[str, ...] | None = None) -> None:
    """InvalidInput names the first of ``fields`` (default: all) whose value is not valid."""
    # A relation would cost a query each, and the database checks it anyway.
    skipped = {
        field.name
        for field in row._meta.concrete_fields
        if field.is_relation or (fields is not None and field.name not in fields)
    }
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(field, messages[0]) from None


def insert(row: M, *, taken: str) -> M:
    """Validate and insert; Conflict with the text ``taken`` when something unique is there already."""
    _write(row, taken, None)
    return row


def update(row: M, *fields: str, taken: str = "That value is taken.") -> M:
    """Validate and write ``fields`` of a locked row."""
    _write(row, taken, fields)
    return row


def _write(row: Model, taken: str, fields: tuple[str, ...] | None) -> None:
    clean(row, fields)
    try:
        with transaction.atomic():
            row.save(force_insert=fields is None, update_fields=fields)
    except IntegrityError as error:
        if _is_taken(error):
            raise Conflict(taken) from error
        raise


def _is_taken(error: IntegrityError) -> bool:
    """Whether something unique is there already, as PostgreSQL (SQLSTATE) and SQLite name it."""
    cause = error.__cause__
    return (
        getattr(cause, "sqlstate", "") == "23505"
        or getattr(cause, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_UNIQUE"
    )


def check_currency(currency: str | None) -> None:
    """One platform, one currency: sums over payments would otherwise mean nothing."""
    if currency is not None and currency.upper() != settings.PLATFORM_CURRENCY:
        raise InvalidInput("currency", f"Only {settings.PLATFORM_CURRENCY} is accepted here, not {currency}.")


def check_tenant(owner: User) -> None:
    """Only tenants own calls, customers and the like."""
    if owner.role != User.Role.USER:
        raise InvalidInput("owner", f"{owner} is not a tenant.")


def check_agents_allowed(owner: User, *, allowed: int | None = None, more: int = 0) -> None:
    """LimitReached unless ``more`` agents of a locked tenant may work besides those whose accounts are open.

    ``allowed`` is by default what the plan of the current subscription says; it holds also after
    that has ended. A tenant who never subscribed has no limit: there is no plan that could set one.
    """
    if allowed is None:
        subscription = current_subscription(owner)
        if subscription is None:
            return
        allowed = subscription.plan.agents_allowed
    working = owner.agents.filter(is_active=True).count()
    if working + more > allowed:
        raise LimitReached(f"Agents with an open account: {working}; the plan allows {allowed}.")


def check_agent(owner_id: int, agent: User | None, field: str = "agent") -> None:
    """An agent works for one tenant only."""
    if agent is not None and (agent.role != User.Role.AGENT or agent.owner_id != owner_id):
        raise InvalidInput(field, f"{agent} is not an agent of this tenant.")


def check_owned(owner_id: int, field: str, row: AIAgent | Callback | Customer | None) -> None:
    """What belongs to one tenant never meets what belongs to another."""
    if row is not None and row.owner_id != owner_id:
        raise InvalidInput(field, f"The {row._meta.verbose_name} belongs to another tenant.")
