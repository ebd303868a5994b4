"""Providers for tests, named by dotted paths in the settings; each test sets what they do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from domain.errors import GatewayFailed
from domain.gateways import Charge, PlacedCall, StartedSubscription

CALLS = "tests.domain.api.gateways.RecordingCalls"
PAYMENTS = "tests.domain.api.gateways.RecordingPayments"


@dataclass
class Orders:
    """What was ordered, and whether it is done."""

    placed: list[dict[str, Any]] = field(default_factory=list)
    charged: list[dict[str, Any]] = field(default_factory=list)
    subscribed: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    fails: bool = False
    declines: bool = False
    # Called while the provider is being asked.
    meanwhile: Callable[[], Any] = lambda: None


class RecordingCalls:
    orders: ClassVar[Orders]

    def place_call(self, *, phone_number: str, provider_agent_id: str) -> PlacedCall:
        if self.orders.fails:
            raise GatewayFailed("The line is dead.")
        self.orders.placed.append({"phone_number": phone_number, "agent": provider_agent_id})
        return PlacedCall("vapi", uuid4().hex)


class RecordingPayments:
    orders: ClassVar[Orders]

    def charge(
        self,
        *,
        invoice_id: str,
        stripe_customer_id: str,
        amount: Decimal,
        currency: str,
        idempotency_key: str,
    ) -> Charge:
        if self.orders.fails:
            raise GatewayFailed("The bank is closed.")
        self.orders.meanwhile()
        self.orders.charged.append({"invoice": invoice_id, "amount": amount, "key": idempotency_key})
        return Charge(paid=not self.orders.declines)

    def start_subscription(
        self, *, stripe_customer_id: str, stripe_price_id: str, idempotency_key: str
    ) -> StartedSubscription:
        if self.orders.fails:
            raise GatewayFailed("The bank is closed.")
        self.orders.meanwhile()
        self.orders.subscribed.append({"price": stripe_price_id, "key": idempotency_key})
        return StartedSubscription(f"sub_{idempotency_key}", "active")

    def change_subscription(
        self, *, stripe_subscription_id: str, stripe_price_id: str, cancel_at_period_end: bool
    ) -> None:
        if self.orders.fails:
            raise GatewayFailed("The bank is closed.")
        self.orders.meanwhile()
        self.orders.changed.append({"price": stripe_price_id, "cancel": cancel_at_period_end})
