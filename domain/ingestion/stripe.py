"""Events of Stripe, applied: invoices, refunds and subscriptions, in whatever order they arrive.

Only what is kept here is read of an event (https://docs.stripe.com/api/events/types); Stripe may add to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from domain.errors import IllegalTransition, InvalidInput
from domain.ingestion.verdicts import Ignored, NotYet, happened, read
from domain.models import Payment, Plan, User
from domain.services import payments, subscriptions
from domain.services.base import check_currency, locked

# Up to the end of the year 2199, as everywhere on the wire.
UnixTime = Annotated[int, Meta(ge=0, le=7_258_118_399)]
Amount = Annotated[int, Meta(ge=0, le=999_999_999_999)]
Key = Annotated[str, Meta(min_length=1, max_length=255)]

# How many of the units in which Stripe counts make one of the currency, where that is not 100
# (https://docs.stripe.com/currencies: zero-decimal, three-decimal; UGX and ISK are written with two).
_UNITS: Final = {
    **dict.fromkeys("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(), 1),  # noqa: SIM905
    **dict.fromkeys("BHD JOD KWD OMR TND".split(), 1000),  # noqa: SIM905
}
SETTLED: Final = (Payment.Status.PAID, Payment.Status.PARTIALLY_REFUNDED, Payment.Status.REFUNDED)


class Envelope(Struct, frozen=True):
    """What every event has."""

    id: Key
    type: str
    created: UnixTime
    data: dict[str, Any]


class _SubscriptionDetails(Struct, frozen=True):
    subscription: str | None = None


class _Parent(Struct, frozen=True):
    subscription_details: _SubscriptionDetails | None = None


class Invoice(Struct, frozen=True):
    """``subscription`` stands in ``parent`` since the API of 2025."""

    id: Key
    customer: Key
    currency: str
    amount_due: Amount
    attempt_count: Annotated[int, Meta(ge=0, le=1_000)] = 0
    subscription: str | None = None
    parent: _Parent | None = None
    description: str | None = None
    created: UnixTime | None = None

    @property
    def subscription_id(self) -> str:
        details = self.parent.subscription_details if self.parent else None
        return self.subscription or (details.subscription if details else None) or ""


class Charge(Struct, frozen=True):
    id: Key
    currency: str
    amount_refunded: Amount
    invoice: str | None = None


class _Price(Struct, frozen=True):
    id: Key


class _Item(Struct, frozen=True):
    price: _Price
    current_period_start: UnixTime | None = None
    current_period_end: UnixTime | None = None


class _Items(Struct, frozen=True):
    data: Annotated[list[_Item], Meta(min_length=1)]


class SubscriptionState(Struct, frozen=True):
    """The period stands in the items since the API of 2025."""

    id: Key
    customer: Key
    status: str
    items: _Items
    current_period_start: UnixTime | None = None
    current_period_end: UnixTime | None = None
    cancel_at_period_end: bool = False


@dataclass(frozen=True, slots=True)
class _Happened:
    """What an event speaks of, and when it happened."""

    object: dict[str, Any]
    at: datetime


def apply(provider: str, payload: dict[str, Any]) -> None:
    """Write down what Stripe reports. Raises Ignored, NotYet or DomainError; then nothing is written."""
    event = read(payload, Envelope)
    act = _APPLY.get(event.type)
    if act is None:
        raise Ignored(f"Nothing is kept of {event.type[:100]}.")
    act(_Happened(read(event.data, _Data).object, happened(_instant(event.created))))


class _Data(Struct, frozen=True):
    object: dict[str, Any]


def _open(event: _Happened) -> tuple[Invoice, Payment]:
    """The payment of an invoice, locked; asked for now if this is the first to be heard of it."""
    invoice = read(event.object, Invoice)
    check_currency(invoice.currency)
    found = Payment.objects.filter(invoice_id=invoice.id).first()
    if found is not None:
        return invoice, locked(found)
    user = locked(_customer(invoice.customer))  # so that the first two events cannot both create it
    found = Payment.objects.filter(invoice_id=invoice.id).first()
    if found is not None:
        return invoice, locked(found)
    # Money counts whether or not its subscription has been heard of.
    subscription = user.subscriptions.filter(stripe_subscription_id=invoice.subscription_id or None).first()
    made = payments.create_payment(
        user=user,
        invoice_id=invoice.id,
        amount=_money(invoice.amount_due, invoice.currency),
        subscription=subscription,
        description=(invoice.description or "")[:255],
        currency=invoice.currency,
        at=event.at if invoice.created is None else min(_instant(invoice.created), event.at),
    )
    return invoice, locked(made)


def _asked_for(event: _Happened) -> None:
    invoice = read(event.object, Invoice)
    if Payment.objects.filter(invoice_id=invoice.id).exists():
        raise Ignored("This invoice is known already.")
    _open(event)


def _paid(event: _Happened) -> None:
    _, payment = _open(event)
    if payment.status in SETTLED:
        raise Ignored("This invoice is paid already.")
    payments.mark_paid(payment=payment, at=event.at)


def _failed(event: _Happened) -> None:
    invoice, payment = _open(event)
    if payment.status in SETTLED or payment.status == Payment.Status.CANCELED:
        raise Ignored("This invoice is settled already.")
    # Stripe counts the attempts; each is heard of twice when we made it ourselves.
    if payment.status == Payment.Status.FAILED and invoice.attempt_count <= payment.attempt_count:
        raise Ignored("This attempt is known already.")
    payments.mark_failed(payment=payment, at=event.at)


def _voided(event: _Happened) -> None:
    _, payment = _open(event)
    if payment.status == Payment.Status.CANCELED:
        raise Ignored("This invoice is canceled already.")
    payments.cancel_payment(payment=payment)


def _refunded(event: _Happened) -> None:
    charge = read(event.object, Charge)
    check_currency(charge.currency)
    if not charge.invoice:
        raise Ignored("This charge belongs to no invoice.")
    payment = Payment.objects.filter(invoice_id=charge.invoice).first()
    if payment is None:
        raise NotYet(f"The invoice {charge.invoice} is not known yet.")
    total = _money(charge.amount_refunded, charge.currency)
    payment = locked(payment)
    if total <= payment.refunded:
        raise Ignored("This refund is known already.")
    try:
        payments.record_refunded(payment=payment, total=total)
    except IllegalTransition as refusal:
        if payment.status in (Payment.Status.PENDING, Payment.Status.FAILED):
            raise NotYet("The payment that is given back has not arrived yet.") from refusal
        raise


def _subscription_changed(event: _Happened) -> None:
    state = read(event.object, SubscriptionState)
    item = state.items.data[0]
    start = state.current_period_start if item.current_period_start is None else item.current_period_start
    end = state.current_period_end if item.current_period_end is None else item.current_period_end
    if start is None or end is None:
        raise InvalidInput("current_period_end", "The subscription has no period.")
    plan = Plan.objects.filter(stripe_price_id=item.price.id).first()
    if plan is None:
        raise NotYet(f"No plan has the price {item.price.id}.")
    _, new = subscriptions.record_provider_state(
        user=_customer(state.customer),
        plan=plan,
        stripe_subscription_id=state.id,
        status=state.status,
        current_period_start=_instant(start),
        current_period_end=_instant(end),
        cancel_at_period_end=state.cancel_at_period_end,
        at=event.at,
    )
    if not new:
        raise Ignored("Something newer is known of this subscription.")


def _customer(stripe_customer_id: str) -> User:
    user = User.objects.filter(stripe_customer_id=stripe_customer_id).first()
    if user is None:
        raise NotYet(f"Nobody here is the customer {stripe_customer_id}.")
    return user


def _money(minor_units: int, currency: str) -> Decimal:
    """In the currency itself. Amounts are kept with two decimals, and Stripe takes no finer ones."""
    return (Decimal(minor_units) / _UNITS.get(currency.upper(), 100)).quantize(Decimal("0.01"))


def _instant(unix_time: int) -> datetime:
    return datetime.fromtimestamp(unix_time, UTC)


_APPLY: Final[dict[str, Callable[[_Happened], None]]] = {
    # Not invoice.created: a draft's amount may still change.
    "invoice.finalized": _asked_for,
    "invoice.paid": _paid,
    "invoice.payment_succeeded": _paid,
    "invoice.payment_failed": _failed,
    "invoice.voided": _voided,
    "invoice.marked_uncollectible": _voided,
    "charge.refunded": _refunded,
    "customer.subscription.created": _subscription_changed,
    "customer.subscription.updated": _subscription_changed,
    "customer.subscription.deleted": _subscription_changed,
    "customer.subscription.paused": _subscription_changed,
    "customer.subscription.resumed": _subscription_changed,
}
