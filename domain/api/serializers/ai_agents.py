"""AI agents on the wire."""

from typing import Any

from rest_framework import serializers

from domain.models import AIAgent


class AIAgentSerializer(serializers.ModelSerializer[AIAgent]):
    """An AI agent. ``training_level`` is in percent; working hours are in the owner's time zone."""

    owner_email = serializers.EmailField(source="owner.email")
    is_ready_for_calls = serializers.BooleanField()

    class Meta:
        model = AIAgent
        fields = (
            *("id", "owner", "owner_email", "name", "status", "training_level", "is_ready_for_calls"),
            *("personality_type", "working_hours_start", "working_hours_end", "created_at"),
        )
        read_only_fields = fields


_DETAILS = ("name", "training_level", "personality_type", "working_hours_start", "working_hours_end")


class AIAgentDetailsSerializer(serializers.ModelSerializer[AIAgent]):
    """What its owner decides about a new AI agent; it begins in training."""

    class Meta:
        model = AIAgent
        fields = _DETAILS


class AIAgentChangeSerializer(serializers.ModelSerializer[AIAgent]):
    """What can be changed; the status only to one that may follow the present one."""

    class Meta:
        model = AIAgent
        fields = (*_DETAILS, "status")


class AIAgentStatusSerializer(serializers.Serializer[Any]):
    """Where it is to go from here."""

    status = serializers.ChoiceField(choices=AIAgent.Status.choices)
