"""The addresses below /api/ of the lists and the actions."""

from rest_framework.routers import SimpleRouter

from domain.api.views.billing import PaymentViewSet, SubscriptionViewSet
from domain.api.views.callbacks import CallbackViewSet
from domain.api.views.calls import CallViewSet
from domain.api.views.queue import QueueViewSet

router = SimpleRouter(use_regex_path=False)
router.register("calls", CallViewSet, basename="call")
router.register("queue", QueueViewSet, basename="queue")
router.register("callbacks", CallbackViewSet, basename="callback")
router.register("payments", PaymentViewSet, basename="payment")
router.register("subscriptions", SubscriptionViewSet, basename="subscription")

urlpatterns = router.urls
