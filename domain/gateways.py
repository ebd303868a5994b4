"""The providers whom this service asks to act: one places calls, one charges cards.

Each is a class without arguments, named by a dotted path in the settings ``CALL_GATEWAY`` and
``PAYMENT_GATEWAY``; None (the default) says that there is none: the actions that need it are refused.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """What the provider calls a call that it has begun to place; ``provider`` is one of Call.Provider."""

    provider: str
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class Charge:
    """What became of an attempt to collect; ``reason`` says why it was declined."""

    paid: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StartedSubscription:
    """What the provider calls a subscription that has begun; ``status`` is incomplete, trialing or active."""

    stripe_subscription_id: str
    status: str


class CallGateway(Protocol):
    """Places outbound calls; what becomes of them arrives as the provider's events."""

    def place_call(self, *, phone_number: str, provider_agent_id: str) -> PlacedCall:
        """Have the provider's AI agent call an E.164 number; return as soon as the provider has agreed.

        Raises GatewayFailed: it has not.
        """


class PaymentGateway(Protocol):
    """Collects what is owed, and keeps the subscriptions."""

    def charge(
        self,
        *,
        invoice_id: str,
        stripe_customer_id: str,
        amount: Decimal,
        currency: str,
        idempotency_key: str,
    ) -> Charge:
        """Charge the customer's card for an invoice, at most once for one ``idempotency_key``.

        Raises GatewayFailed: there was no attempt, or nobody knows what became of it.
        """

    def start_subscription(
        self, *, stripe_customer_id: str, stripe_price_id: str, idempotency_key: str
    ) -> StartedSubscription:
        """Begin a subscription, at most one for one ``idempotency_key``.

        Raises GatewayFailed: there is none, or nobody knows.
        """

    def change_subscription(
        self, *, stripe_subscription_id: str, stripe_price_id: str, cancel_at_period_end: bool
    ) -> None:
        """Make a subscription be so from now on, without prorating; the price counts from the next period.

        Raises GatewayFailed: it is not, or nobody knows.
        """


def call_gateway() -> CallGateway | None:
    """Whoever places calls here; None if nobody does."""
    gateway: CallGateway | None = _built(settings.CALL_GATEWAY)
    return gateway


def payment_gateway() -> PaymentGateway | None:
    """Whoever charges cards here; None if nobody does."""
    gateway: PaymentGateway | None = _built(settings.PAYMENT_GATEWAY)
    return gateway


def _built(path: str | None) -> Any:
    return import_string(path)() if path else None
