"""Look-ups of single rows."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import selectors
from domain.errors import NotFound
from tests.factories import (
    AgentFactory,
    AgentStateFactory,
    AIAgentFactory,
    CallFactory,
    CustomerFactory,
    SubscriptionFactory,
    TenantFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_user_by_email():
    user = TenantFactory(email="ada@example.com")
    assert selectors.user_by_email("Ada@Example.com") == user
    with pytest.raises(NotFound):
        selectors.user_by_email("eve@example.com")


def test_call_by_provider_id():
    call = CallFactory(provider="vapi", provider_call_id="1")
    assert selectors.call_by_provider_id("vapi", "1") == call
    with pytest.raises(NotFound):
        selectors.call_by_provider_id("twilio", "1")


def test_customer_by_phone_is_the_tenants_own():
    customer = CustomerFactory()
    assert selectors.customer_by_phone(customer.owner, customer.phone) == customer
    assert selectors.customer_by_phone(TenantFactory(), customer.phone) is None


def test_current_subscription_is_the_newest_that_has_not_ended():
    tenant = TenantFactory()
    assert selectors.current_subscription(tenant) is None
    old = SubscriptionFactory(user=tenant, status="canceled", created_at=NOON)
    assert selectors.current_subscription(tenant) == old
    current = SubscriptionFactory(user=tenant, status="past_due", created_at=NOON + timedelta(days=1))
    SubscriptionFactory(user=tenant, status="incomplete_expired", created_at=NOON + timedelta(days=2))
    assert selectors.current_subscription(tenant) == current


def test_ai_agent_of_a_tenant_is_the_first():
    ai_agent = AIAgentFactory()
    AIAgentFactory(owner=ai_agent.owner)
    assert selectors.ai_agent_of(ai_agent.owner) == ai_agent
    assert selectors.ai_agent_of(TenantFactory()) is None


def test_agent_state_is_the_present_one():
    agent = AgentFactory(state="available", state__since=NOON, state__until=NOON)
    assert selectors.agent_state(agent) is None
    present = AgentStateFactory(agent=agent, state="break")
    assert selectors.agent_state(agent) == present
