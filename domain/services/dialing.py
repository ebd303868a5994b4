"""Calls that a provider places for us."""

from datetime import datetime

from domain.errors import Conflict, NotConfigured
from domain.gateways import call_gateway
from domain.models import Call, Customer, User
from domain.selectors import ai_agent_of, call_by_provider_id
from domain.services.calls import check_may_place, place_call


def dial(
    *, owner: User, customer: Customer | None = None, phone_number: str = "", at: datetime | None = None
) -> Call:
    """Let the tenant's AI agent call a customer or a bare number; the call is queued until it rings.

    The provider is asked between two transactions, so that a slow one locks nobody out. Conflict: no AI
    agent, or not a ready one; the customer asked not to be called. NotConfigured, GatewayFailed: nothing was
    placed.
    """
    gateway = call_gateway()
    if gateway is None:
        raise NotConfigured("No telephony provider is set up to place calls.")
    ai_agent = ai_agent_of(owner)
    if ai_agent is None:
        raise Conflict("There is no AI agent to make the call.")
    customer, phone_number = check_may_place(
        owner=owner, customer=customer, phone_number=phone_number, ai_agent=ai_agent
    )
    placed = gateway.place_call(phone_number=phone_number, provider_agent_id=ai_agent.provider_agent_id)
    try:
        # recorded: the call is being placed, whatever has changed since the check.
        return place_call(
            owner=owner,
            customer=customer,
            phone_number=phone_number,
            ai_agent=ai_agent,
            provider=placed.provider,
            provider_call_id=placed.provider_call_id,
            recorded=True,
            at=at,
        )
    except Conflict:  # an event of the provider was faster
        return call_by_provider_id(placed.provider, placed.provider_call_id)
