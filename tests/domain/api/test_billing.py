"""Payments and subscriptions over REST: who sees them, and how a failed payment is tried again."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from domain.models import Payment
from tests.factories import PaymentFactory, PlanFactory, SubscriptionFactory, TenantFactory


@pytest.fixture
def failed(tenant):
    return PaymentFactory(user=tenant, status="failed", amount=Decimal("199.90"))


def test_each_role_sees_its_payments(admin_api, tenant_api, agent_api, failed, stranger, refuses):
    foreign = PaymentFactory(user=stranger, created_at=timezone.now() - timedelta(days=1))
    assert admin_api.ids("payments/") == [failed.pk, foreign.pk]
    assert tenant_api.ids("payments/") == [failed.pk]
    with refuses(403, "permission_denied") as answer:
        answer(agent_api.get("payments/"))
        answer(agent_api.get(f"payments/{failed.pk}/"))
        answer(agent_api.get("subscriptions/"))
    with refuses(404, "not_found") as answer:
        answer(tenant_api.get(f"payments/{foreign.pk}/"))


def test_an_amount_is_a_number_with_its_currency(tenant_api, failed, settings):
    body = tenant_api.get(f"payments/{failed.pk}/").json()
    assert (body["amount"], body["currency"]) == (199.9, settings.PLATFORM_CURRENCY)


def test_failed_payments_as_the_alert_links_to_them(admin_api, tenant_api, failed):
    PaymentFactory(user=failed.user)
    assert admin_api.ids("payments/", status="failed") == [failed.pk]
    assert tenant_api.ids("payments/", status="failed") == [failed.pk]


def test_filters_and_order_of_payments(admin_api, failed):
    other = PaymentFactory(amount=Decimal("1.00"), created_at=timezone.now() - timedelta(days=9))
    for query in (
        {"user": failed.user_id},
        {"search": failed.invoice_id},
        {"created_from": (timezone.now() - timedelta(days=1)).isoformat()},
    ):
        assert admin_api.ids("payments/", **query) == [failed.pk], query
    before = (timezone.now() - timedelta(days=1)).isoformat()
    assert admin_api.ids("payments/", created_before=before) == [other.pk]
    assert admin_api.ids("payments/", ordering="amount") == [other.pk, failed.pk]


def test_a_filter_that_means_nothing_is_refused(admin_api, refuses):
    with refuses(400, "invalid_choice", "status") as answer:
        answer(admin_api.get("payments/", status="lost"))
    with refuses(400, "unknown_field", "ordering") as answer:
        answer(admin_api.get("payments/", ordering="user__password"))


# Trying again.


def test_a_failed_payment_is_charged_once_more(admin_api, failed, payments):
    response = admin_api.post(f"payments/{failed.pk}/retry/")
    assert (response.status_code, response.json()["status"]) == (200, "paid")
    failed.refresh_from_db()
    assert (failed.status, failed.attempt_count) == (Payment.Status.PAID, 2)
    assert payments.charged == [
        {"invoice": failed.invoice_id, "amount": Decimal("199.90"), "key": f"{failed.invoice_id}:2"}
    ]


def test_a_declined_card_leaves_it_failed_and_counts_the_attempt(admin_api, failed, payments):
    payments.declines = True
    response = admin_api.post(f"payments/{failed.pk}/retry/")
    assert (response.status_code, response.json()["status"]) == (200, "failed")
    failed.refresh_from_db()
    assert (failed.status, failed.attempt_count) == (Payment.Status.FAILED, 2)


def test_without_a_provider_nothing_is_charged(admin_api, failed, refuses):
    with refuses(409, "not_configured") as answer:
        answer(admin_api.post(f"payments/{failed.pk}/retry/"))


def test_a_provider_that_fails_changes_nothing(admin_api, failed, payments, refuses):
    payments.fails = True
    with refuses(502, "gateway_failed") as answer:
        answer(admin_api.post(f"payments/{failed.pk}/retry/"))


@pytest.mark.parametrize("status", ["paid", "pending", "refunded", "canceled"])
def test_only_a_failed_payment_is_tried_again(admin_api, payments, status, refuses):
    payment = PaymentFactory(status=status)
    with refuses(409, "conflict") as answer:
        answer(admin_api.post(f"payments/{payment.pk}/retry/"))
    assert payments.charged == []


def test_only_admins_try_again(tenant_api, agent_api, nobody_api, admin_api, failed, payments, refuses):
    with refuses(403, "permission_denied") as answer:
        answer(tenant_api.post(f"payments/{failed.pk}/retry/"))
        answer(agent_api.post(f"payments/{failed.pk}/retry/"))
    with refuses(401, "not_authenticated") as answer:
        answer(nobody_api.post(f"payments/{failed.pk}/retry/"))
        answer(nobody_api.get("payments/"))
        answer(nobody_api.get("subscriptions/"))
    with refuses(404, "not_found") as answer:
        answer(admin_api.post("payments/123456789/retry/"))
    assert payments.charged == []


# Subscriptions.


def test_each_role_sees_its_subscriptions(admin_api, tenant_api, tenant, refuses):
    own = SubscriptionFactory(user=tenant, created_at=timezone.now())
    foreign = SubscriptionFactory()
    assert admin_api.ids("subscriptions/") == [own.pk, foreign.pk]
    assert tenant_api.ids("subscriptions/") == [own.pk]
    with refuses(404, "not_found") as answer:
        answer(tenant_api.get(f"subscriptions/{foreign.pk}/"))


def test_past_due_subscriptions_as_the_alert_links_to_them(admin_api, tenant):
    late = SubscriptionFactory(user=tenant, status="past_due", plan=PlanFactory(name="starter"))
    SubscriptionFactory(user=TenantFactory(email="somebody@example.com"))
    for query in ({"status": "past_due"}, {"plan": "starter"}, {"user": tenant.pk}, {"search": tenant.email}):
        assert admin_api.ids("subscriptions/", **query) == [late.pk], query


def test_a_subscription_names_its_plan(tenant_api, tenant):
    subscription = SubscriptionFactory(user=tenant)
    body = tenant_api.get(f"subscriptions/{subscription.pk}/").json()
    assert (body["plan_name"], body["plan_price"], body["plan_interval"]) == ("pro", 49.0, "month")
