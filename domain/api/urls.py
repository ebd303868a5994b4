"""The addresses below /api/ of the lists and the actions."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from domain.api.views.ai_agents import AIAgentViewSet
from domain.api.views.billing import PaymentViewSet, PlanViewSet, SubscriptionViewSet
from domain.api.views.callbacks import CallbackViewSet
from domain.api.views.calls import CallViewSet
from domain.api.views.customers import CustomerViewSet
from domain.api.views.own import AgentStateViewSet, ProfileViewSet
from domain.api.views.platform import PlatformSettingsViewSet
from domain.api.views.queue import QueueViewSet
from domain.api.views.system_alerts import SystemAlertViewSet
from domain.api.views.users import UserViewSet
from domain.api.views.webhooks import StripeWebhookView, TwilioWebhookView, VapiWebhookView

router = SimpleRouter(use_regex_path=False)
router.register("calls", CallViewSet, basename="call")
router.register("queue", QueueViewSet, basename="queue")
router.register("callbacks", CallbackViewSet, basename="callback")
router.register("customers", CustomerViewSet, basename="customer")
router.register("payments", PaymentViewSet, basename="payment")
router.register("plans", PlanViewSet, basename="plan")
router.register("subscriptions", SubscriptionViewSet, basename="subscription")
router.register("ai-agents", AIAgentViewSet, basename="ai-agent")
router.register("users", UserViewSet, basename="user")
router.register("system-alerts", SystemAlertViewSet, basename="system-alert")

urlpatterns: list[URLPattern | URLResolver] = [
    *router.urls,
    path("profile/", ProfileViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="profile"),
    path("profile/password/", ProfileViewSet.as_view({"post": "password"}), name="profile-password"),
    path("agent-state/", AgentStateViewSet.as_view({"get": "retrieve", "put": "update"}), name="agent-state"),
    path("settings/", PlatformSettingsViewSet.as_view({"get": "retrieve"}), name="platform-settings"),
    path("webhooks/twilio/", TwilioWebhookView.as_view(), name="webhook-twilio"),
    path("webhooks/vapi/", VapiWebhookView.as_view(), name="webhook-vapi"),
    path("webhooks/stripe/", StripeWebhookView.as_view(), name="webhook-stripe"),
]
