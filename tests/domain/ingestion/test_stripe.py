"""Events of Stripe: money counts once, in any order, and a subscription is what the newest says."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from domain.ingestion.intake import take_in
from domain.models import Payment, Subscription, WebhookEvent
from tests.factories import PaymentFactory, PlanFactory, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db

FIRST = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
MONTH = 31 * 86_400
APPLIED, IGNORED, IMPOSSIBLE, TOO_EARLY = (
    ("applied", False),
    ("ignored", False),
    ("failed", False),
    ("failed", True),
)


@pytest.fixture
def tenant(db):
    return TenantFactory(stripe_customer_id="cus_1")


@pytest.fixture
def plan(db):
    return PlanFactory(stripe_price_id="price_1")


def says(type_: str, thing: Any, after: int = 0, key: str = "", **more: Any) -> tuple[str, bool]:
    """What became of an event ``after`` seconds into March, and whether it should come again."""
    key = key or f"evt_{WebhookEvent.objects.count()}"
    event = {"id": key, "type": type_, "created": FIRST + after, "data": {"object": thing}, **more}
    receipt = take_in(provider="stripe", event_key=key, payload=event)
    return receipt.event.status, receipt.again


def detail() -> str:
    return WebhookEvent.objects.latest("pk").detail


def invoice(**fields: Any) -> dict[str, Any]:
    return {
        "id": "in_1",
        "object": "invoice",
        "customer": "cus_1",
        "currency": "usd",
        "amount_due": 19_900,
        "attempt_count": 1,
        "created": FIRST,
        "description": None,
        **fields,
    }


def charge(refunded: int, **fields: Any) -> dict[str, Any]:
    return {"id": "ch_1", "currency": "usd", "amount_refunded": refunded, "invoice": "in_1", **fields}


def subscription(**fields: Any) -> dict[str, Any]:
    item = {
        "price": {"id": "price_1"},
        "current_period_start": FIRST,
        "current_period_end": FIRST + MONTH,
    }
    return {
        "id": "sub_1",
        "customer": "cus_1",
        "status": "active",
        "items": {"data": [item]},
        "cancel_at_period_end": False,
        **fields,
    }


class TestInvoices:
    def test_asked_for_failed_and_paid_at_last(self, tenant):
        assert says("invoice.finalized", invoice(description="Pro plan", attempt_count=0)) == APPLIED
        payment = Payment.objects.get()
        assert (payment.user, payment.status, payment.amount) == (tenant, "pending", Decimal("199.00"))
        assert payment.description == "Pro plan"
        assert says("invoice.payment_failed", invoice(), 5) == APPLIED
        assert says("invoice.payment_failed", invoice(attempt_count=2), 86_400) == APPLIED
        assert says("invoice.paid", invoice(attempt_count=3), 90_000) == APPLIED
        payment.refresh_from_db()
        assert (payment.status, payment.attempt_count) == ("paid", 3)
        assert payment.paid_at == datetime.fromtimestamp(FIRST + 90_000, UTC)

    def test_both_of_stripes_ways_to_say_paid_count_once(self, tenant):
        assert says("invoice.paid", invoice()) == APPLIED
        assert says("invoice.payment_succeeded", invoice()) == IGNORED
        assert Payment.objects.get().attempt_count == 1

    def test_an_attempt_that_we_made_ourselves_counts_once(self, tenant):
        PaymentFactory(user=tenant, invoice_id="in_1", status="failed", attempt_count=2)
        assert says("invoice.payment_failed", invoice(attempt_count=2)) == IGNORED
        assert says("invoice.payment_failed", invoice(attempt_count=3)) == APPLIED

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_whatever_the_order_all_arrive_at_the_same(self, tenant, order):
        events = [
            ("invoice.finalized", invoice(attempt_count=0), 0),
            ("invoice.payment_failed", invoice(), 5),
            ("invoice.paid", invoice(attempt_count=2), 86_400),
            ("charge.refunded", charge(5_000), 90_000),
        ]
        waiting = list(order)
        for _ in events:
            waiting = [n for n in waiting if says(*events[n], key=f"evt_{n}")[1]]
        payment = Payment.objects.get()
        assert (payment.status, payment.refunded) == ("partially_refunded", Decimal("50.00"))
        assert payment.paid_at == datetime.fromtimestamp(FIRST + 86_400, UTC)
        assert not WebhookEvent.objects.filter(status="failed").exists()

    def test_a_void_invoice_is_asked_for_no_more(self, tenant):
        says("invoice.finalized", invoice())
        assert says("invoice.voided", invoice()) == APPLIED
        assert says("invoice.marked_uncollectible", invoice()) == IGNORED
        assert says("invoice.paid", invoice()) == IMPOSSIBLE
        assert Payment.objects.get().status == "canceled"

    def test_it_belongs_to_its_subscription_in_both_of_stripes_shapes(self, tenant):
        known = SubscriptionFactory(user=tenant, stripe_subscription_id="sub_1")
        says("invoice.paid", invoice(subscription="sub_1"))
        parent = {"subscription_details": {"subscription": "sub_1"}}
        says("invoice.paid", invoice(id="in_2", parent=parent))
        says("invoice.paid", invoice(id="in_3", subscription="sub_unknown"))
        found = dict(Payment.objects.values_list("invoice_id", "subscription"))
        assert found == {"in_1": known.pk, "in_2": known.pk, "in_3": None}

    def test_an_unknown_customer_may_become_known(self):
        assert says("invoice.paid", invoice(), key="evt_1") == TOO_EARLY
        assert not Payment.objects.exists()
        TenantFactory(stripe_customer_id="cus_1")
        assert says("invoice.paid", invoice(), key="evt_1") == APPLIED

    @pytest.mark.parametrize(
        ("wrong", "named"),
        [
            ({"currency": "eur"}, "USD"),
            ({"amount_due": -1}, "amount_due"),
            ({"amount_due": "19900"}, "amount_due"),
            ({"customer": None}, "customer"),
            ({"id": ""}, "id"),
        ],
    )
    def test_what_cannot_be_has_failed_and_says_why(self, tenant, wrong, named):
        assert says("invoice.paid", invoice(**wrong)) == IMPOSSIBLE
        assert named in detail()
        assert not Payment.objects.exists()

    @pytest.mark.parametrize(
        ("currency", "units", "amount"),
        [("USD", 19_900, "199.00"), ("JPY", 5_000, "5000.00"), ("UGX", 500, "5.00"), ("KWD", 5_120, "5.12")],
    )
    def test_each_currency_has_units_of_its_own(self, tenant, settings, currency, units, amount):
        settings.PLATFORM_CURRENCY = currency
        assert says("invoice.paid", invoice(currency=currency.lower(), amount_due=units)) == APPLIED
        assert str(Payment.objects.get().amount) == amount


class TestRefunds:
    def test_in_parts_and_in_all(self, tenant):
        says("invoice.paid", invoice())
        assert says("charge.refunded", charge(5_000)) == APPLIED
        assert says("charge.refunded", charge(19_900)) == APPLIED
        assert says("charge.refunded", charge(5_000)) == IGNORED  # late
        payment = Payment.objects.get()
        assert (payment.status, payment.refunded) == ("refunded", Decimal("199.00"))

    def test_before_the_payment_has_arrived(self, tenant):
        assert says("charge.refunded", charge(5_000)) == TOO_EARLY
        says("invoice.finalized", invoice())
        assert says("charge.refunded", charge(5_000)) == TOO_EARLY

    def test_more_than_was_paid_is_impossible(self, tenant):
        says("invoice.paid", invoice())
        assert says("charge.refunded", charge(20_000)) == IMPOSSIBLE
        assert Payment.objects.get().refunded == 0

    def test_of_something_that_is_not_kept_here(self, tenant):
        assert says("charge.refunded", charge(5_000, invoice=None)) == IGNORED


class TestSubscriptions:
    def test_from_beginning_to_end(self, tenant, plan):
        assert says("customer.subscription.created", subscription(status="trialing")) == APPLIED
        assert says("customer.subscription.updated", subscription(), 60) == APPLIED
        found = Subscription.objects.get()
        assert (found.user, found.plan, found.status) == (tenant, plan, "active")
        assert found.current_period_end == datetime.fromtimestamp(FIRST + MONTH, UTC)
        assert says("customer.subscription.deleted", subscription(status="canceled"), 120) == APPLIED
        assert [change.to_status for change in found.changes.order_by("pk")] == [
            "trialing",
            "active",
            "canceled",
        ]

    def test_the_period_in_stripes_older_shape(self, tenant, plan):
        item = {"price": {"id": "price_1"}}
        whole = {"current_period_start": FIRST, "current_period_end": FIRST + MONTH}
        assert says("customer.subscription.created", subscription(items={"data": [item]}, **whole)) == APPLIED
        assert says("customer.subscription.updated", subscription(id="sub_2", items={"data": [item]})) == (
            IMPOSSIBLE
        )

    def test_something_older_changes_nothing(self, tenant, plan):
        says("customer.subscription.updated", subscription(status="past_due"), 60)
        assert says("customer.subscription.updated", subscription(), 30) == IGNORED
        assert Subscription.objects.get().status == "past_due"

    def test_what_has_ended_stays_so(self, tenant, plan):
        says("customer.subscription.deleted", subscription(status="canceled"))
        assert says("customer.subscription.updated", subscription(), 60) == IGNORED

    def test_a_plan_that_is_not_known_yet(self, tenant):
        assert says("customer.subscription.created", subscription()) == TOO_EARLY
        assert "price_1" in detail()

    @pytest.mark.parametrize(
        ("wrong", "named"),
        [
            ({"status": "on_holiday"}, "on_holiday"),
            ({"items": {"data": []}}, "items"),
            ({"cancel_at_period_end": "no"}, "cancel_at_period_end"),
        ],
    )
    def test_what_cannot_be_has_failed_and_says_why(self, tenant, plan, wrong, named):
        assert says("customer.subscription.updated", subscription(**wrong)) == IMPOSSIBLE
        assert named in detail()
        assert not Subscription.objects.exists()


def test_what_is_not_kept_here_is_ignored():
    assert says("customer.created", {"id": "cus_1"}) == IGNORED
    assert says("invoice.created", invoice()) == IGNORED  # a draft, whose amount may change


def test_what_has_not_happened_yet_is_not_believed(tenant):
    ahead = int((timezone.now() + timedelta(minutes=6)).timestamp()) - FIRST
    assert says("invoice.paid", invoice(), ahead) == IMPOSSIBLE


@pytest.mark.parametrize("broken", [{"data": 1}, {"data": {}}, {"created": "now"}, {"type": None}])
def test_what_is_no_event_of_stripe_has_failed(broken):
    event = {"id": "evt_x", "type": "invoice.paid", "created": FIRST, "data": {"object": invoice()}, **broken}
    receipt = take_in(provider="stripe", event_key="evt_x", payload=event)
    assert (receipt.event.status, receipt.again) == ("failed", False)
