"""Payments: asked for, tried, paid, given back. Amounts are in PLATFORM_CURRENCY."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from domain import transitions
from domain.errors import InvalidInput
from domain.models import Payment, Subscription, User
from domain.services.base import check_currency, insert, instant, locked, update

Status = Payment.Status


@transaction.atomic
def create_payment(
    *,
    user: User,
    invoice_id: str,
    amount: Decimal,
    subscription: Subscription | None = None,
    description: str = "",
    currency: str | None = None,
    at: datetime | None = None,
) -> Payment:
    """Ask for an amount; it is pending. Conflict: there is a payment for this invoice already."""
    check_currency(currency)
    if subscription is not None and subscription.user_id != user.pk:
        raise InvalidInput("subscription", "The subscription is somebody else's.")
    payment = Payment(
        user=user,
        invoice_id=invoice_id,
        amount=amount,
        subscription=subscription,
        description=description,
        created_at=instant(at),
    )
    return insert(payment, taken=f"There is a payment for the invoice {invoice_id} already.")


@transaction.atomic
def mark_paid(*, payment: Payment, at: datetime | None = None) -> Payment:
    """An attempt to collect succeeded, perhaps after others failed."""
    payment = locked(payment)
    transitions.check("payment", payment.status, Status.PAID)
    payment.status = Status.PAID
    payment.paid_at = instant(at, not_before=payment.created_at)
    payment.attempt_count += 1
    return update(payment, "status", "paid_at", "attempt_count")


@transaction.atomic
def mark_failed(*, payment: Payment, at: datetime | None = None) -> Payment:
    """An attempt to collect failed; there may be more."""
    payment = locked(payment)
    transitions.check("payment", payment.status, Status.FAILED)
    payment.status = Status.FAILED
    payment.failed_at = instant(at, not_before=payment.created_at)
    payment.attempt_count += 1
    return update(payment, "status", "failed_at", "attempt_count")


@transaction.atomic
def cancel_payment(*, payment: Payment) -> Payment:
    """Nobody asks for this amount any more."""
    payment = locked(payment)
    transitions.check("payment", payment.status, Status.CANCELED)
    payment.status = Status.CANCELED
    return update(payment, "status")


@transaction.atomic
def refund(*, payment: Payment, amount: Decimal | None = None) -> Payment:
    """Give back ``amount``, by default all that is left. InvalidInput: nothing, or more than is left."""
    payment = locked(payment)
    left = payment.amount - payment.refunded
    return _refund_to(payment, payment.refunded + (left if amount is None else amount))


@transaction.atomic
def record_refunded(*, payment: Payment, total: Decimal) -> Payment:
    """The provider says how much it has given back in all; hearing it twice, or late, changes nothing."""
    payment = locked(payment)
    return payment if 0 <= total <= payment.refunded else _refund_to(payment, total)


def _refund_to(payment: Payment, total: Decimal) -> Payment:
    wanted = Status.REFUNDED if total == payment.amount else Status.PARTIALLY_REFUNDED
    transitions.check("payment", payment.status, wanted)
    if not payment.refunded < total <= payment.amount:
        left = payment.amount - payment.refunded
        raise InvalidInput("amount", f"A refund is more than 0 and at most {left}.")
    payment.refunded = total
    payment.status = wanted
    return update(payment, "refunded", "status")
