"""Payments: asked for, tried, paid, given back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.errors import Conflict, InvalidInput
from domain.services import payments
from tests.factories import PaymentFactory, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_payment_that_fails_twice_and_is_paid_then():
    subscription = SubscriptionFactory()
    payment = payments.create_payment(
        user=subscription.user,
        subscription=subscription,
        invoice_id="in_1",
        amount=Decimal("49.00"),
        description="Pro",
        currency="usd",
        at=NOON,
    )
    assert (payment.status, payment.attempt_count, payment.paid_at) == ("pending", 0, None)
    payments.mark_failed(payment=payment, at=NOON + HOUR)
    payment = payments.mark_failed(payment=payment, at=NOON + 2 * HOUR)
    assert (payment.status, payment.attempt_count, payment.failed_at) == ("failed", 2, NOON + 2 * HOUR)
    payment = payments.mark_paid(payment=payment, at=NOON + 3 * HOUR)
    payment.refresh_from_db()
    assert (payment.status, payment.attempt_count, payment.paid_at) == ("paid", 3, NOON + 3 * HOUR)


def test_another_currency_is_refused(refused):
    tenant = TenantFactory()
    with refused(InvalidInput) as refusal:
        payments.create_payment(user=tenant, invoice_id="in_1", amount=Decimal(1), currency="EUR")
    assert refusal.value.field == "currency"


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "12345678901"])
def test_an_amount_is_not_negative_and_in_whole_cents(amount, refused):
    tenant = TenantFactory()
    with refused(InvalidInput) as refusal:
        payments.create_payment(user=tenant, invoice_id="in_1", amount=Decimal(amount))
    assert refusal.value.field == "amount"


def test_one_payment_for_each_invoice(refused):
    known = PaymentFactory()
    with refused(Conflict):
        payments.create_payment(user=known.user, invoice_id=known.invoice_id, amount=Decimal(1))


def test_somebody_elses_subscription_is_refused(refused):
    tenant, subscription = TenantFactory(), SubscriptionFactory()
    with refused(InvalidInput) as refusal:
        payments.create_payment(user=tenant, invoice_id="in_1", amount=Decimal(1), subscription=subscription)
    assert refusal.value.field == "subscription"


class TestRefunding:
    def test_in_parts_until_nothing_is_left(self):
        payment = PaymentFactory(amount=Decimal("49.00"))
        payment = payments.refund(payment=payment, amount=Decimal("9.00"))
        assert (payment.status, payment.refunded) == ("partially_refunded", Decimal("9.00"))
        payment = payments.refund(payment=payment, amount=Decimal("10.00"))
        assert (payment.status, payment.refunded) == ("partially_refunded", Decimal("19.00"))
        payment = payments.refund(payment=payment)
        payment.refresh_from_db()
        assert (payment.status, payment.refunded) == ("refunded", Decimal("49.00"))

    @pytest.mark.parametrize("amount", ["0", "-1", "49.01", "0.001"])
    def test_nothing_or_more_than_was_paid_is_refused(self, amount, refused):
        payment = PaymentFactory(amount=Decimal("49.00"))
        with refused(InvalidInput):
            payments.refund(payment=payment, amount=Decimal(amount))

    def test_more_than_is_left_is_refused(self, refused):
        payment = PaymentFactory(amount=Decimal("49.00"), status="partially_refunded", refunded=Decimal(40))
        with refused(InvalidInput):
            payments.refund(payment=payment, amount=Decimal("9.01"))

    def test_the_providers_total_counts_once_and_never_backwards(self):
        payment = PaymentFactory(amount=Decimal("49.00"))
        for total, status, refunded in (
            (0, "paid", 0),
            (20, "partially_refunded", 20),
            (20, "partially_refunded", 20),
            (10, "partially_refunded", 20),
            (49, "refunded", 49),
            (20, "refunded", 49),
        ):
            payment = payments.record_refunded(payment=payment, total=Decimal(total))
            assert (payment.status, payment.refunded) == (status, refunded)

    def test_an_impossible_total_is_refused(self, refused):
        payment = PaymentFactory(amount=Decimal("49.00"))
        for total in (Decimal("-1"), Decimal("49.01")):
            with refused(InvalidInput):
                payments.record_refunded(payment=payment, total=total)
