"""What a visitor of the demo orders happens: calls are played, cards are charged."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from domain.gateways import call_gateway, payment_gateway
from domain.models import Call, Payment, Plan, Subscription
from domain.services.collecting import retry_payment
from domain.services.dialing import dial
from domain.services.people import create_agent
from domain.services.subscribing import set_cancellation, subscribe, switch_plan
from domain.simulation.company import Company, found_company
from domain.simulation.traffic import Traffic
from tests.domain.simulation.test_traffic import play
from tests.factories import PaymentFactory, TenantFactory

NOW = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def providers(settings):
    settings.CALL_GATEWAY = "domain.simulation.gateways.SimulatedCalls"
    settings.PAYMENT_GATEWAY = "domain.simulation.gateways.SimulatedPayments"
    assert call_gateway() is not None
    assert payment_gateway() is not None


@pytest.fixture
def company() -> Company:
    return found_company(Random(11), NOW, agents=(2, 1, 1, 1), opened=NOW - timedelta(days=5))


def test_an_ordered_call_rings_within_seconds_and_comes_to_an_end(company: Company) -> None:
    traffic = Traffic(random=Random(5))
    traffic.begin(NOW)
    tenant = company.tenants[0]
    call = dial(owner=tenant.user, customer=tenant.customers[0], at=NOW)
    assert (call.status, call.ai_agent) == (Call.Status.QUEUED, tenant.ai_agent)
    play(traffic, NOW, minutes=1)
    call.refresh_from_db()
    assert call.status != Call.Status.QUEUED
    play(traffic, NOW + timedelta(minutes=1), minutes=60)
    call.refresh_from_db()
    assert call.ended_at is not None


def test_a_failed_payment_is_mostly_collected_and_always_settled(company: Company) -> None:
    failed = [PaymentFactory(status="failed") for _ in range(30)]
    retried = [retry_payment(payment=payment) for payment in failed]
    assert all(payment.attempt_count == 2 for payment in retried)
    assert sum(payment.status == Payment.Status.PAID for payment in retried) > 20


def test_a_visitor_takes_a_plan_moves_to_another_and_lets_it_run_out(company: Company) -> None:
    starter, pro, _ = Plan.objects.order_by("price")
    subscription = subscribe(user=TenantFactory(), plan=starter, at=NOW)
    assert (subscription.status, subscription.plan) == (Subscription.Status.ACTIVE, starter)
    assert switch_plan(subscription=subscription, plan=pro).plan == pro
    assert set_cancellation(subscription=subscription, cancel=True).cancel_at_period_end
    assert not set_cancellation(subscription=subscription, cancel=False).cancel_at_period_end


def test_the_demos_first_tenant_has_room_for_another_agent(company: Company) -> None:
    create_agent(owner=company.tenants[0].user, email="new@example.com", employee_id="A-900")
