"""The money: what tenants were asked to pay, paid, and got back."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from domain.models.base import CreatedModel
from domain.models.people import User
from domain.models.subscriptions import Subscription


class Payment(CreatedModel):
    """One invoice and its payment, in PLATFORM_CURRENCY. Revenue is ``amount - refunded``, at ``paid_at``."""

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        PAID = "paid", "Paid"
        FAILED = "failed", "Failed"
        PARTIALLY_REFUNDED = "partially_refunded", "Partially refunded"
        REFUNDED = "refunded", "Refunded"
        CANCELED = "canceled", "Canceled"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="payments", db_index=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.CASCADE, null=True, blank=True, related_name="payments"
    )
    invoice_id = models.CharField(max_length=255, unique=True)
    status = models.CharField(max_length=18, choices=Status, default=Status.PENDING)
    amount = models.DecimalField(max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    refunded = models.DecimalField(
        max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    attempt_count = models.PositiveIntegerField(
        default=0, help_text="Attempts to collect, successful or not."
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="The last attempt that failed.")
    description = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "paid_at"], name="payment_status_paid"),
            models.Index(fields=["user", "created_at"], name="payment_user_created"),
            models.Index(fields=["user", "status", "paid_at"], name="payment_user_status_paid"),
        ]
        constraints = [
            models.CheckConstraint(
                name="payment_refund_within_amount",
                condition=Q(amount__gte=0, refunded__gte=0, refunded__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="payment_paid_has_instant",
                condition=Q(status__in=["paid", "partially_refunded", "refunded"], paid_at__isnull=False)
                | Q(status__in=["pending", "failed", "canceled"], paid_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.amount}, {self.status}"
