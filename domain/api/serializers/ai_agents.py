"""AI agents on the wire."""

from typing import Any

from rest_framework import serializers

from domain.api.fields import DetailsSerializer, LocalTimeField
from domain.models import AIAgent


class AIAgentSerializer(serializers.ModelSerializer[AIAgent]):
    """An AI agent. ``training_level`` is in percent; working hours are in the owner's time zone."""

    owner_email = serializers.EmailField(source="owner.email")
    is_ready_for_calls = serializers.BooleanField()
    working_hours_start = LocalTimeField()
    working_hours_end = LocalTimeField()

    class Meta:
        model = AIAgent
        fields = (
            *("id", "owner", "owner_email", "name", "status", "training_level", "is_ready_for_calls"),
            *("personality_type", "working_hours_start", "working_hours_end", "created_at"),
        )
        read_only_fields = fields


_DETAILS = ("name", "training_level", "personality_type", "working_hours_start", "working_hours_end")


class AIAgentDetailsSerializer(DetailsSerializer[AIAgent]):
    """What its owner decides about a new AI agent; it begins in training."""

    working_hours_start = LocalTimeField(required=False)
    working_hours_end = LocalTimeField(required=False)

    class Meta:
        model = AIAgent
        fields = _DETAILS


class AIAgentChangeSerializer(AIAgentDetailsSerializer):
    """What can be changed; the status only to one that may follow the present one."""

    class Meta:
        model = AIAgent
        fields = (*_DETAILS, "status")


class AIAgentStatusSerializer(serializers.Serializer[Any]):
    """Where it is to go from here."""

    status = serializers.ChoiceField(choices=AIAgent.Status.choices)
