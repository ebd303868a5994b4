"""A small call centre with a row in every interesting state, for tests that try everything."""

from datetime import timedelta

from django.utils import timezone

from domain.models import AIAgent, Call, Callback, Payment, Plan, QueueEntry, Subscription, SystemAlert, User
from tests.factories import (
    AdminFactory,
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    SystemAlertFactory,
)


def build_world() -> tuple[dict[str, User], dict[str, list[int]]]:
    """Somebody of each role, and the ids that exist at each list's address."""
    agent = AgentFactory(state="available")
    tenant, admin = agent.owner, AdminFactory()
    colleague = AgentFactory(owner=tenant, state="on_call")
    ai_agent = AIAgentFactory(owner=tenant)
    for status in AIAgent.Status.values:
        AIAgentFactory(owner=tenant, status=status)
    customer = CustomerFactory(owner=tenant)
    CustomerFactory(owner=tenant, is_do_not_call=True, name="")
    for status in Call.Status.values:
        CallFactory(owner=tenant, customer=customer, direction="outbound", ai_agent=ai_agent, status=status)
    CallFactory(status="in_progress", agent=agent, outcome="interested", satisfaction=4)
    CallFactory(agent=agent, phone_number="")
    for status in QueueEntry.Status.values:
        QueueEntryFactory(owner=tenant, status=status)
    QueueEntryFactory(status="assigned", assigned_agent=agent)
    for status in Callback.Status.values:
        CallbackFactory(assigned_agent=agent, status=status)
    CallbackFactory(assigned_agent=colleague, due_at=timezone.now() - timedelta(hours=1))
    for status in Payment.Status.values:
        PaymentFactory(user=tenant, status=status)
    for status in Subscription.Status.values:
        SubscriptionFactory(user=tenant, status=status)
    now = timezone.now()
    SystemAlertFactory(created_by=admin)
    SystemAlertFactory(starts_at=now + timedelta(hours=1))
    SystemAlertFactory(starts_at=now - timedelta(hours=2), expires_at=now - timedelta(hours=1))
    SystemAlertFactory(withdrawn_at=now)
    ids = {
        name: list(model.objects.values_list(key, flat=True))
        for name, (model, key) in {
            "calls": (Call, "pk"),
            "queue": (QueueEntry, "call_id"),
            "callbacks": (Callback, "pk"),
            "customers": (type(customer), "pk"),
            "payments": (Payment, "pk"),
            "plans": (Plan, "pk"),
            "subscriptions": (Subscription, "pk"),
            "ai-agents": (AIAgent, "pk"),
            "users": (User, "pk"),
            "system-alerts": (SystemAlert, "pk"),
        }.items()
    }
    return {"admin": admin, "user": tenant, "agent": agent}, ids
