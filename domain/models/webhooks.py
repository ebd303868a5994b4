"""What providers told us, once each."""

from django.db import models

from domain.models.base import CreatedModel


class WebhookEvent(CreatedModel):
    """One event of a provider, stored before it is applied; ``created_at`` is when it was received."""

    class Provider(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        VAPI = "vapi", "Vapi"
        STRIPE = "stripe", "Stripe"

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        APPLIED = "applied", "Applied"
        IGNORED = "ignored", "Ignored"
        FAILED = "failed", "Failed"

    provider = models.CharField(max_length=16, choices=Provider)
    event_key = models.CharField(max_length=255, help_text="Names the event within its provider.")
    payload = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.RECEIVED)
    processed_at = models.DateTimeField(null=True, blank=True)
    detail = models.CharField(max_length=500, blank=True, help_text="Why it was ignored or failed.")

    class Meta:
        indexes = [
            models.Index(fields=["provider", "created_at"], name="webhook_event_provider_created"),
            models.Index(
                fields=["provider", "created_at"],
                name="webhook_event_failed",
                condition=models.Q(status="failed"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="webhook_event_once", fields=["provider", "event_key"]),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_key}: {self.status}"
