"""The demo's providers: calls that simulated people answer, cards that are mostly good."""

from decimal import Decimal
from random import Random
from uuid import uuid4

from domain.gateways import Charge, PlacedCall, StartedSubscription
from domain.models import Call, Subscription
from domain.simulation.errands import FAILED_CHARGE_SHARE


class SimulatedCalls:
    """Agrees to every call; ``simulation.calls`` finds it in the database and plays it."""

    def place_call(self, *, phone_number: str, provider_agent_id: str) -> PlacedCall:
        return PlacedCall(Call.Provider.VAPI, f"simulated-{uuid4().hex}")


class SimulatedPayments:
    """Declines as often as the demo's own charges fail; one attempt always ends the same way."""

    def charge(
        self,
        *,
        invoice_id: str,
        stripe_customer_id: str,
        amount: Decimal,
        currency: str,
        idempotency_key: str,
    ) -> Charge:
        if Random(idempotency_key).random() < FAILED_CHARGE_SHARE:
            return Charge(paid=False, reason="The card was declined.")
        return Charge(paid=True)

    def start_subscription(
        self, *, stripe_customer_id: str, stripe_price_id: str, idempotency_key: str
    ) -> StartedSubscription:
        return StartedSubscription(f"simulated-{idempotency_key}", Subscription.Status.ACTIVE)

    def change_subscription(
        self, *, stripe_subscription_id: str, stripe_price_id: str, cancel_at_period_end: bool
    ) -> None:
        """Always done."""
