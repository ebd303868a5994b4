"""What admins announce to everyone of a role, and who did so."""

from datetime import datetime

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from domain.models.base import CreatedModel
from domain.models.people import User


class SystemAlert(CreatedModel):
    """A broadcast to roles, live from ``starts_at`` to ``expires_at`` (null: until withdrawn). Plain text."""

    class Severity(models.TextChoices):
        ERROR = "error", "Error"
        WARNING = "warning", "Warning"
        INFO = "info", "Info"

    class Status(models.TextChoices):
        """Follows from the instants; never stored."""

        SCHEDULED = "scheduled", "Scheduled"
        LIVE = "live", "Live"
        EXPIRED = "expired", "Expired"
        WITHDRAWN = "withdrawn", "Withdrawn"

    severity = models.CharField(max_length=7, choices=Severity, default=Severity.INFO)
    title = models.CharField(max_length=120)
    message = models.TextField(max_length=1000, blank=True, validators=[MaxLengthValidator(1000)])
    url = models.CharField(max_length=500, blank=True, help_text="A path of this site, or an https address.")
    target_roles = models.JSONField(default=list, help_text="A list of admin, user, agent.")
    starts_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="system_alerts"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["expires_at", "starts_at"],
                name="system_alert_standing",
                condition=Q(withdrawn_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="system_alert_expires_after_start",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("starts_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def status_at(self, now: datetime) -> "SystemAlert.Status":
        """Where the broadcast stands at ``now``; the start is included, the end is not."""
        if self.withdrawn_at is not None:
            return self.Status.WITHDRAWN
        if now < self.starts_at:
            return self.Status.SCHEDULED
        if self.expires_at is not None and now >= self.expires_at:
            return self.Status.EXPIRED
        return self.Status.LIVE


class SystemAlertChange(CreatedModel):
    """Who sent, changed or withdrew an announcement, and when; written with it and never changed."""

    class Action(models.TextChoices):
        SENT = "sent", "Sent"
        CHANGED = "changed", "Changed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    alert = models.ForeignKey(SystemAlert, on_delete=models.CASCADE, related_name="changes")
    action = models.CharField(max_length=9, choices=Action)
    at = models.DateTimeField(default=timezone.now)
    # None: the operator of the server, at its command line.
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="system_alert_changes"
    )
    values = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of each field that changed: what it was (null when sent) and what it is now.",
    )

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M} by {self.by or 'the operator'}"
