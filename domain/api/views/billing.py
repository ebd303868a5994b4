"""/api/payments/ and /api/subscriptions/: the lists; trying a failed payment again."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import PaymentFilters, SubscriptionFilters
from domain.api.openapi import PROVIDER, shown
from domain.api.permissions import ADMINS, TENANTS
from domain.api.serializers.billing import PaymentSerializer, SubscriptionSerializer
from domain.api.views.base import ScopedViewSet
from domain.models import Payment, Subscription
from domain.services.collecting import retry_payment

_FAILED: Final = {
    "id": 512,
    "user": 7,
    "user_email": "noor@haddad.example",
    "subscription": 12,
    "invoice_id": "in_1Q2w3E",
    "status": "failed",
    "amount": 199.0,
    "refunded": 0.0,
    "currency": "USD",
    "attempt_count": 1,
    "description": "Pro plan",
    "created_at": "2026-03-01T00:00:00Z",
    "paid_at": None,
    "failed_at": "2026-03-01T00:00:04Z",
}
_PAID: Final = {**_FAILED, "status": "paid", "attempt_count": 2, "paid_at": "2026-03-02T10:00:00Z"}
_SUBSCRIPTION: Final = {
    "id": 12,
    "user": 7,
    "user_email": "noor@haddad.example",
    "status": "active",
    "plan": 2,
    "plan_name": "pro",
    "plan_price": 199.0,
    "plan_interval": "month",
    "currency": "USD",
    "current_period_start": "2026-03-01T00:00:00Z",
    "current_period_end": "2026-04-01T00:00:00Z",
    "cancel_at_period_end": False,
    "created_at": "2025-11-01T00:00:00Z",
}


@extend_schema(tags=["billing"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_payments",
        summary="Payments",
        description="Admins: all. Tenants: their own.",
        examples=[*shown(_FAILED, "admin"), *shown(_PAID, "user")],
    ),
    retrieve=extend_schema(
        operation_id="get_payment", summary="One payment", examples=shown(_PAID, "admin", "user")
    ),
)
class PaymentViewSet(ScopedViewSet[Payment]):
    queryset = Payment.objects.none()
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilters
    ordering_fields = ("created_at", "paid_at", "failed_at", "amount", "status", "id")
    ordering = ("-created_at",)
    roles = {"list": ADMINS | TENANTS, "retrieve": ADMINS | TENANTS, "retry": ADMINS}

    @extend_schema(
        operation_id="retry_payment",
        summary="Try a failed payment again",
        description=(
            "Charges the card once more; `status` then says whether it was paid. However many ask at the same"
            " time, there is one attempt: one gets 200, the others 409. 409 `not_configured`: no payment"
            " provider is set up; 409 `conflict`: the payment has not failed."
        ),
        request=None,
        responses={200: PaymentSerializer, **PROVIDER},
        examples=shown(_PAID, "admin"),
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(retry_payment(payment=self.get_object()))


@extend_schema(tags=["billing"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_subscriptions",
        summary="Subscriptions",
        description="Admins: all. Tenants: their own.",
        examples=shown(_SUBSCRIPTION, "admin", "user"),
    ),
    retrieve=extend_schema(
        operation_id="get_subscription",
        summary="One subscription",
        examples=shown(_SUBSCRIPTION, "admin", "user"),
    ),
)
class SubscriptionViewSet(ScopedViewSet[Subscription]):
    queryset = Subscription.objects.none()
    serializer_class = SubscriptionSerializer
    filterset_class = SubscriptionFilters
    ordering_fields = ("created_at", "current_period_end", "status", "id")
    ordering = ("-created_at",)
    roles = dict.fromkeys(("list", "retrieve"), ADMINS | TENANTS)
