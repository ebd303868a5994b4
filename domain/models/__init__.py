"""The call centre's tables, one file per subject."""

from domain.models.ai_agents import AIAgent
from domain.models.callbacks import Callback, CallbackRescheduling
from domain.models.calls import Call, QueueEntry
from domain.models.customers import Customer
from domain.models.payments import Payment
from domain.models.people import AgentProfile, AgentState, User
from domain.models.subscriptions import Plan, Subscription, SubscriptionChange
from domain.models.system_alerts import SystemAlert, SystemAlertChange
from domain.models.webhooks import WebhookEvent

__all__ = [
    "AIAgent",
    "AgentProfile",
    "AgentState",
    "Call",
    "Callback",
    "CallbackRescheduling",
    "Customer",
    "Payment",
    "Plan",
    "QueueEntry",
    "Subscription",
    "SubscriptionChange",
    "SystemAlert",
    "SystemAlertChange",
    "User",
    "WebhookEvent",
]
