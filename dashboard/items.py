"""Shapes of list items that several sections show."""

from dashboard.figures import iso, money
from domain.models import Payment
from realtime.sections import Json


def recent_payment(payment: Payment) -> Json:
    """A payment as its tenant reads it; the amount is what was asked for, refunds included."""
    return {
        "id": payment.pk,
        "amount": money(payment.amount),
        "status": payment.status,
        "created_at": iso(payment.created_at),
        "description": payment.description,
    }
