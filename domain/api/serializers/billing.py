"""Payments and subscriptions on the wire."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from domain.api.fields import MoneyField, VisibleField
from domain.api.scoping import visible
from domain.models import Payment, Plan, Subscription, User


def _plans(viewer: User) -> QuerySet[Plan]:
    return visible(Plan, viewer)


@extend_schema_field({"type": "string", "example": "USD"})
class CurrencyField(serializers.Field[Any, Any, Any, Any]):
    """PLATFORM_CURRENCY, beside every amount."""

    def __init__(self) -> None:
        super().__init__(source="*", read_only=True)

    def to_representation(self, value: Any) -> str:
        return str(settings.PLATFORM_CURRENCY)


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """One invoice and its payment."""

    user_email = serializers.EmailField(source="user.email")
    amount = MoneyField()
    refunded = MoneyField()
    currency = CurrencyField()

    class Meta:
        model = Payment
        fields = (
            *("id", "user", "user_email", "subscription", "invoice_id", "status", "amount", "refunded"),
            *("currency", "attempt_count", "description", "created_at", "paid_at", "failed_at"),
        )
        read_only_fields = fields


class PlanSerializer(serializers.ModelSerializer[Plan]):
    """An offer. A null limit is unlimited; ``agents_allowed`` bounds the agents with an open account."""

    price = MoneyField(help_text="Per interval.")
    currency = CurrencyField()
    features = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Plan
        fields = (
            *("id", "name", "price", "currency", "interval"),
            *("call_minutes_limit", "call_limit", "agents_allowed", "features"),
        )
        read_only_fields = fields


class SubscriptionSerializer(serializers.ModelSerializer[Subscription]):
    """Who has which plan, and how it stands."""

    user_email = serializers.EmailField(source="user.email")
    plan_name = serializers.ChoiceField(source="plan.name", choices=Plan.Name.choices)
    plan_price = MoneyField(source="plan.price")
    plan_interval = serializers.ChoiceField(source="plan.interval", choices=Plan.Interval.choices)
    currency = CurrencyField()

    class Meta:
        model = Subscription
        fields = (
            *("id", "user", "user_email", "status", "plan", "plan_name", "plan_price", "plan_interval"),
            *("currency", "current_period_start", "current_period_end", "cancel_at_period_end"),
            "created_at",
        )
        read_only_fields = fields


class ChoosePlanSerializer(serializers.Serializer[Any]):
    """A plan on offer."""

    plan = VisibleField(_plans)
