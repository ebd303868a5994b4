"""/api/payments/, /api/plans/ and /api/subscriptions/: collecting again, choosing and changing a plan."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import PaymentFilters, PlanFilters, SubscriptionFilters
from domain.api.openapi import PROVIDER, sent, shown
from domain.api.permissions import ADMINS, TENANTS
from domain.api.serializers.billing import (
    ChoosePlanSerializer,
    PaymentSerializer,
    PlanSerializer,
    SubscriptionSerializer,
)
from domain.api.views.base import ScopedViewSet
from domain.models import Payment, Plan, Subscription
from domain.services.collecting import retry_payment
from domain.services.subscribing import set_cancellation, subscribe, switch_plan

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
_PLAN: Final = {
    "id": 2,
    "name": "pro",
    "price": 199.0,
    "currency": "USD",
    "interval": "month",
    "call_minutes_limit": 40_000,
    "call_limit": None,
    "agents_allowed": 12,
    "features": ["12 agents", "Call analytics"],
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
    roles = {
        **dict.fromkeys(("list", "retrieve", "plan", "cancel", "resume"), ADMINS | TENANTS),
        "create": TENANTS,
    }

    @extend_schema(
        operation_id="subscribe",
        summary="Take a plan",
        description=(
            "409 `conflict`: there is a subscription that has not ended; 409 `limit_reached`: more agents"
            " have an open account than the plan allows; 409 `not_configured`: no payment provider is set up."
        ),
        request=ChoosePlanSerializer,
        responses={201: SubscriptionSerializer, **PROVIDER},
        examples=[sent("a plan", {"plan": 2}), *shown(_SUBSCRIPTION, "user", status="201")],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        plan = self.sent(ChoosePlanSerializer)["plan"]
        return self.answer_with(subscribe(user=self.viewer, plan=plan), status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="change_plan",
        summary="Move to another plan",
        description=(
            "Its limits hold at once, its price from the next period on; nothing is prorated. 409 `conflict`:"
            " it has ended, or somebody chose another plan at the same time; 409 `limit_reached`: more agents"
            " have an open account than the plan allows; 409 `not_configured`: no payment provider is set up."
        ),
        request=ChoosePlanSerializer,
        responses={200: SubscriptionSerializer, **PROVIDER},
        examples=[sent("a plan", {"plan": 2}), *shown(_SUBSCRIPTION, "admin", "user")],
    )
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        subscription = self.get_object()
        wanted = self.sent(ChoosePlanSerializer)["plan"]
        return self.answer_with(switch_plan(subscription=subscription, plan=wanted))

    @extend_schema(
        operation_id="cancel_subscription",
        summary="Let a subscription run out",
        description=(
            "It goes on to the end of its period. Canceling twice changes nothing. 409 `conflict`: it has"
            " ended; 409 `not_configured`: no payment provider is set up."
        ),
        request=None,
        responses={200: SubscriptionSerializer, **PROVIDER},
        examples=shown({**_SUBSCRIPTION, "cancel_at_period_end": True}, "admin", "user"),
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(set_cancellation(subscription=self.get_object(), cancel=True))

    @extend_schema(
        operation_id="resume_subscription",
        summary="Let a subscription go on after all",
        description="409 `conflict`: it has ended; 409 `not_configured`: no payment provider is set up.",
        request=None,
        responses={200: SubscriptionSerializer, **PROVIDER},
        examples=shown(_SUBSCRIPTION, "admin", "user"),
    )
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(set_cancellation(subscription=self.get_object(), cancel=False))


@extend_schema(tags=["billing"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_plans",
        summary="Plans",
        description="Admins: all. Tenants: those on offer, and custom ones that are or were theirs.",
        examples=shown(_PLAN, "admin", "user"),
    ),
    retrieve=extend_schema(
        operation_id="get_plan", summary="One plan", examples=shown(_PLAN, "admin", "user")
    ),
)
class PlanViewSet(ScopedViewSet[Plan]):
    queryset = Plan.objects.none()
    serializer_class = PlanSerializer
    filterset_class = PlanFilters
    ordering_fields = ("price", "name", "interval", "created_at", "id")
    ordering = ("price",)
    roles = dict.fromkeys(("list", "retrieve"), ADMINS | TENANTS)
