"""What a tenant has bought: plans, subscriptions and every change of their status."""

from typing import Final

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from domain.models.base import CreatedModel
from domain.models.people import User


class Plan(CreatedModel):
    """An offer at a price in PLATFORM_CURRENCY; a null limit is unlimited."""

    class Name(models.TextChoices):
        STARTER = "starter", "Starter"
        PRO = "pro", "Pro"
        ENTERPRISE = "enterprise", "Enterprise"
        CUSTOM = "custom", "Custom"

    class Interval(models.TextChoices):
        MONTH = "month", "Month"
        YEAR = "year", "Year"

    name = models.CharField(max_length=10, choices=Name)
    price = models.DecimalField(
        max_digits=10, decimal_places=2, validators=[MinValueValidator(0)], help_text="Per interval."
    )
    interval = models.CharField(max_length=5, choices=Interval, default=Interval.MONTH)
    call_minutes_limit = models.PositiveIntegerField(null=True, blank=True)
    call_limit = models.PositiveIntegerField(null=True, blank=True)
    agents_allowed = models.PositiveIntegerField(default=1)
    features = models.JSONField(default=list, blank=True, help_text="A list of short texts.")
    stripe_price_id = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="plan_price_not_negative", condition=Q(price__gte=0)),
            models.UniqueConstraint(
                name="plan_stripe_price_id", fields=["stripe_price_id"], condition=~Q(stripe_price_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()}, {self.price} per {self.interval}"


class Subscription(CreatedModel):
    """A tenant's subscription, with Stripe's statuses."""

    class Status(models.TextChoices):
        INCOMPLETE = "incomplete", "Incomplete"
        INCOMPLETE_EXPIRED = "incomplete_expired", "Incomplete, expired"
        TRIALING = "trialing", "On trial"
        ACTIVE = "active", "Active"
        PAST_DUE = "past_due", "Past due"
        UNPAID = "unpaid", "Unpaid"
        PAUSED = "paused", "Paused"
        CANCELED = "canceled", "Canceled"

    # Where nothing follows, and where nothing is given any more.
    ENDED: Final = (Status.CANCELED, Status.INCOMPLETE_EXPIRED)

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="subscriptions", db_index=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=18, choices=Status, default=Status.INCOMPLETE)
    current_period_start = models.DateTimeField()
    current_period_end = models.DateTimeField(help_text="Also the end of a trial.")
    cancel_at_period_end = models.BooleanField(default=False)
    last_event_at = models.DateTimeField(
        null=True, blank=True, help_text="When the newest applied event of the provider happened."
    )
    stripe_subscription_id = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "current_period_end"], name="subscription_status_end"),
            models.Index(fields=["user", "created_at"], name="subscription_user_created"),
            models.Index(fields=["created_at"], name="subscription_created"),
        ]
        constraints = [
            models.CheckConstraint(
                name="subscription_period_forward",
                condition=Q(current_period_end__gte=F("current_period_start")),
            ),
            models.CheckConstraint(
                name="subscription_status_known",
                condition=Q(
                    status__in=[
                        "incomplete",
                        "incomplete_expired",
                        "trialing",
                        "active",
                        "past_due",
                        "unpaid",
                        "paused",
                        "canceled",
                    ]
                ),
            ),
            models.UniqueConstraint(
                name="subscription_stripe_id",
                fields=["stripe_subscription_id"],
                condition=~Q(stripe_subscription_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.plan.name}, {self.status}"


class SubscriptionChange(CreatedModel):
    """One change of a subscription's status (the first comes from nothing); churn is read from these."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="changes")
    from_status = models.CharField(max_length=18, choices=Subscription.Status, blank=True)
    to_status = models.CharField(max_length=18, choices=Subscription.Status)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["to_status", "at"], name="subscription_change_to_at")]

    def __str__(self) -> str:
        return f"{self.from_status or 'new'} → {self.to_status}"
