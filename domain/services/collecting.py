"""Payments that a provider collects for us."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from domain.errors import Conflict, NotConfigured
from domain.gateways import payment_gateway
from domain.models import Payment
from domain.services.base import locked
from domain.services.payments import mark_failed, mark_paid


def retry_payment(*, payment: Payment, at: datetime | None = None) -> Payment:
    """Try once more to collect a failed payment; afterwards it is paid, or failed with one more attempt.

    The provider is asked outside any transaction, and charges at most once per attempt, however many ask at
    the same time; the first to come back records it. Conflict: not failed, or somebody else recorded this
    attempt. NotConfigured, GatewayFailed: nothing has changed.
    """
    gateway = payment_gateway()
    if gateway is None:
        raise NotConfigured("No payment provider is set up to charge cards.")
    with transaction.atomic():
        before = locked(payment)
        _check_failed(before)
    charge = gateway.charge(
        invoice_id=before.invoice_id,
        stripe_customer_id=before.user.stripe_customer_id,
        amount=before.amount,
        currency=settings.PLATFORM_CURRENCY,
        idempotency_key=f"{before.invoice_id}:{before.attempt_count + 1}",
    )
    with transaction.atomic():
        now = locked(payment)
        if now.attempt_count != before.attempt_count:
            raise Conflict("This payment was settled by somebody else at the same time.")
        _check_failed(now)
        return mark_paid(payment=now, at=at) if charge.paid else mark_failed(payment=now, at=at)


def _check_failed(payment: Payment) -> None:
    if payment.status != Payment.Status.FAILED:
        raise Conflict(
            f"Only a failed payment is retried; this one is {payment.get_status_display().lower()}."
        )
