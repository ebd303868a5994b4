"""The calls, and the queue that inbound ones wait in."""

from typing import Final
from uuid import uuid4

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from domain.models.ai_agents import AIAgent
from domain.models.base import CreatedModel, validate_phone
from domain.models.customers import Customer
from domain.models.people import User


def new_call_id() -> str:
    """An id for a call that no telephony provider has named."""
    return uuid4().hex


class Call(CreatedModel):
    """One call. ``status`` is its progress, ``outcome`` what came of it.

    ``started_at`` is when it arrived (inbound) or was placed (outbound). ``queued_at`` is set on the inbound
    calls that went through the queue, and on those only: they are the ones that count as offered.
    """

    class Direction(models.TextChoices):
        INBOUND = "inbound", "Inbound"
        OUTBOUND = "outbound", "Outbound"

    class Provider(models.TextChoices):
        TWILIO = "twilio", "Twilio"
        VAPI = "vapi", "Vapi"
        MANUAL = "manual", "Started by hand"

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RINGING = "ringing", "Ringing"
        IN_PROGRESS = "in_progress", "In progress"
        FORWARDING = "forwarding", "Forwarding"
        COMPLETED = "completed", "Completed"
        BUSY = "busy", "Busy"
        NO_ANSWER = "no_answer", "No answer"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"

    class Outcome(models.TextChoices):
        INTERESTED = "interested", "Interested"
        CALLBACK_REQUESTED = "callback_requested", "Callback requested"
        CONVERTED = "converted", "Converted"
        NOT_INTERESTED = "not_interested", "Not interested"
        VOICEMAIL = "voicemail", "Voicemail"

    class EndedReason(models.TextChoices):
        HANGUP = "hangup", "Hung up"
        ABANDONED = "abandoned", "Abandoned in the queue"
        CALLBACK = "callback", "Asked for a callback"
        BUSY = "busy", "Busy"
        NO_ANSWER = "no_answer", "No answer"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled by the caller"

    LIVE: Final = (Status.QUEUED, Status.RINGING, Status.IN_PROGRESS, Status.FORWARDING)
    ACTIVE: Final = (Status.IN_PROGRESS, Status.FORWARDING)
    SUCCESSFUL: Final = (Outcome.INTERESTED, Outcome.CALLBACK_REQUESTED, Outcome.CONVERTED)

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calls", db_index=False)
    # RESTRICT: deleted with their tenant, but not out of the tenant's history.
    ai_agent = models.ForeignKey(
        AIAgent, on_delete=models.RESTRICT, null=True, blank=True, related_name="calls", db_index=False
    )
    agent = models.ForeignKey(
        User, on_delete=models.RESTRICT, null=True, blank=True, related_name="answered_calls", db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.RESTRICT, null=True, blank=True, related_name="calls"
    )
    direction = models.CharField(max_length=8, choices=Direction)
    provider = models.CharField(max_length=16, choices=Provider, default=Provider.MANUAL)
    provider_call_id = models.CharField(max_length=255, default=new_call_id)
    phone_number = models.CharField(
        max_length=16,
        blank=True,
        validators=[validate_phone],
        help_text="The other side's; empty for a caller who withholds it.",
    )
    status = models.CharField(max_length=11, choices=Status, default=Status.QUEUED)
    outcome = models.CharField(max_length=18, choices=Outcome, blank=True)
    queued_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    talk_s = models.PositiveIntegerField("talk time", default=0, help_text="Seconds.")
    hold_s = models.PositiveIntegerField("hold time", default=0, help_text="Seconds.")
    acw_s = models.PositiveIntegerField("after-call work", default=0, help_text="Seconds.")
    satisfaction = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    ended_reason = models.CharField(max_length=16, choices=EndedReason, blank=True)
    notes = models.TextField(max_length=2000, blank=True, validators=[MaxLengthValidator(2000)])

    class Meta:
        indexes = [
            models.Index(fields=["owner", "started_at"], name="call_owner_started"),
            models.Index(fields=["agent", "started_at"], name="call_agent_started"),
            models.Index(fields=["ai_agent", "started_at"], name="call_ai_agent_started"),
            models.Index(fields=["started_at"], name="call_started"),
            models.Index(
                fields=["owner", "queued_at"], name="call_owner_queued", condition=Q(queued_at__isnull=False)
            ),
            models.Index(fields=["queued_at"], name="call_queued", condition=Q(queued_at__isnull=False)),
            models.Index(
                fields=["owner", "ended_at"], name="call_owner_ended", condition=Q(ended_at__isnull=False)
            ),
            models.Index(fields=["ended_at"], name="call_ended", condition=Q(ended_at__isnull=False)),
            models.Index(
                fields=["owner", "status"], name="call_live_owner", condition=Q(ended_at__isnull=True)
            ),
            models.Index(
                fields=["agent", "status"], name="call_live_agent", condition=Q(ended_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(name="call_provider_id", fields=["provider", "provider_call_id"]),
            models.CheckConstraint(
                name="call_live_until_ended",
                condition=Q(
                    status__in=["queued", "ringing", "in_progress", "forwarding"], ended_at__isnull=True
                )
                | Q(
                    status__in=["completed", "busy", "no_answer", "failed", "canceled"],
                    ended_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="call_answered_has_instant",
                condition=Q(status__in=["in_progress", "forwarding", "completed"], answered_at__isnull=False)
                | Q(
                    status__in=["queued", "ringing", "busy", "no_answer", "canceled"],
                    answered_at__isnull=True,
                )
                | Q(status="failed"),
            ),
            models.CheckConstraint(
                name="call_instants_in_order",
                condition=(Q(answered_at__isnull=True) | Q(answered_at__gte=F("started_at")))
                & (Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")))
                & (
                    Q(answered_at__isnull=True) | Q(ended_at__isnull=True) | Q(ended_at__gte=F("answered_at"))
                ),
            ),
            models.CheckConstraint(
                name="call_only_inbound_queues", condition=Q(queued_at__isnull=True) | Q(direction="inbound")
            ),
            models.CheckConstraint(
                name="call_satisfaction_one_to_five",
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__gte=1, satisfaction__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_direction_display()} call {self.pk}, {self.phone_number or 'withheld'}, {self.status}"
        )


class QueueEntry(CreatedModel):
    """An inbound call's time in its tenant's queue."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ASSIGNED = "assigned", "Assigned"
        COMPLETED = "completed", "Completed"
        ABANDONED = "abandoned", "Abandoned"
        CALLBACK = "callback", "Callback"

    LIVE: Final = (Status.WAITING, Status.ASSIGNED)

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="queue_entry")
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    priority = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text="1 is served first, 5 last.",
    )
    queued_at = models.DateTimeField(help_text="The call's queued_at.")
    assigned_agent = models.ForeignKey(
        User, on_delete=models.RESTRICT, null=True, blank=True, related_name="queue_entries"
    )
    assigned_at = models.DateTimeField(null=True, blank=True, help_text="When it was offered to the agent.")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "queue entries"
        indexes = [
            models.Index(
                fields=["status", "priority", "queued_at"],
                name="queue_entry_live",
                condition=Q(left_at__isnull=True),
            ),
            models.Index(
                fields=["assigned_agent", "queued_at"],
                name="queue_entry_live_agent",
                condition=Q(left_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="queue_entry_left_has_instant",
                condition=Q(status__in=["waiting", "assigned"], left_at__isnull=True)
                | Q(
                    status__in=["completed", "abandoned", "callback"],
                    left_at__isnull=False,
                    left_at__gte=F("queued_at"),
                ),
            ),
            models.CheckConstraint(
                name="queue_entry_assigned_has_agent",
                condition=~Q(status="assigned") | Q(assigned_agent__isnull=False),
            ),
            models.CheckConstraint(
                name="queue_entry_waiting_has_no_agent",
                condition=~Q(status="waiting") | Q(assigned_agent__isnull=True),
            ),
            models.CheckConstraint(
                name="queue_entry_priority_one_to_five", condition=Q(priority__gte=1, priority__lte=5)
            ),
        ]

    def __str__(self) -> str:
        return f"call {self.call_id}: {self.status}"
