"""The callbacks promised to customers, and how often a promise was moved."""

from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from domain.models.base import CreatedModel
from domain.models.customers import Customer
from domain.models.people import User


class Callback(CreatedModel):
    """A call promised for ``due_at``; overdue while it is scheduled and due_at has passed."""

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        IN_PROGRESS = "in_progress", "In progress"
        COMPLETED = "completed", "Completed"
        CANCELLED = "cancelled", "Cancelled"

    OPEN: Final = (Status.SCHEDULED, Status.IN_PROGRESS)

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="callbacks", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="callbacks")
    status = models.CharField(max_length=11, choices=Status, default=Status.SCHEDULED)
    due_at = models.DateTimeField()
    priority = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(5)], help_text="1 is the most urgent."
    )
    assigned_agent = models.ForeignKey(
        User,
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="assigned_callbacks",
        db_index=False,
    )
    reason = models.CharField(max_length=255, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "due_at"], name="callback_status_due"),
            models.Index(fields=["due_at"], name="callback_due"),
            models.Index(fields=["owner", "due_at"], name="callback_owner_due"),
            models.Index(fields=["assigned_agent", "due_at"], name="callback_agent_due"),
        ]
        constraints = [
            models.CheckConstraint(
                name="callback_instants_fit_status",
                condition=Q(status="scheduled", started_at__isnull=True, completed_at__isnull=True)
                | Q(status="in_progress", started_at__isnull=False, completed_at__isnull=True)
                | Q(
                    status="completed",
                    started_at__isnull=False,
                    completed_at__isnull=False,
                    completed_at__gte=F("started_at"),
                )
                | Q(status="cancelled", completed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="callback_priority_one_to_five", condition=Q(priority__gte=1, priority__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}, due {self.due_at:%Y-%m-%d %H:%M}, {self.status}"


class CallbackRescheduling(CreatedModel):
    """One move of a callback's due instant."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="reschedulings")
    from_due_at = models.DateTimeField()
    to_due_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"{self.from_due_at:%Y-%m-%d %H:%M} → {self.to_due_at:%Y-%m-%d %H:%M}"
