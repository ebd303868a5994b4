"""The tenants' AI agents, which make and take their calls."""

from datetime import time
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from domain.models.base import CreatedModel
from domain.models.people import User

READY_TRAINING_LEVEL: Final = 20  # percent; below it an AI agent makes no calls


class AIAgent(CreatedModel):
    """A tenant's AI agent, hosted by a voice provider."""

    class Status(models.TextChoices):
        TRAINING = "training", "Training"
        LEARNING = "learning", "Learning"
        ACTIVE = "active", "Active"
        OPTIMIZING = "optimizing", "Optimizing"
        PAUSED = "paused", "Paused"

    class Personality(models.TextChoices):
        FRIENDLY = "friendly", "Friendly"
        PROFESSIONAL = "professional", "Professional"
        PERSUASIVE = "persuasive", "Persuasive"
        SUPPORTIVE = "supportive", "Supportive"

    READY_STATUSES: Final = (Status.ACTIVE, Status.LEARNING, Status.OPTIMIZING)

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="ai_agents")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, choices=Status, default=Status.TRAINING)
    provider_agent_id = models.CharField(max_length=255, blank=True)
    training_level = models.PositiveSmallIntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(100)], help_text="Percent."
    )
    personality_type = models.CharField(max_length=12, choices=Personality, default=Personality.FRIENDLY)
    working_hours_start = models.TimeField(default=time(9), help_text="In the owner's time zone.")
    working_hours_end = models.TimeField(
        default=time(18), help_text="Before the start: the next day. Equal to it: around the clock."
    )

    class Meta:
        verbose_name = "AI agent"
        indexes = [models.Index(fields=["status"], name="ai_agent_status")]
        constraints = [
            models.CheckConstraint(
                name="ai_agent_status_known",
                condition=Q(status__in=["training", "learning", "active", "optimizing", "paused"]),
            ),
            models.CheckConstraint(
                name="ai_agent_training_level_percent",
                condition=Q(training_level__gte=0, training_level__lte=100),
            ),
            models.UniqueConstraint(
                name="ai_agent_provider_agent_id",
                fields=["provider_agent_id"],
                condition=~Q(provider_agent_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready_for_calls(self) -> bool:
        """Trained enough, and neither in training nor paused."""
        return self.status in self.READY_STATUSES and self.training_level >= READY_TRAINING_LEVEL
