"""Calls and their queue on the wire."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from domain.api.fields import DetailsSerializer, OptionalChoiceField, TextField, VisibleField
from domain.api.scoping import assignable_agents, visible
from domain.models import Call, Customer, QueueEntry, User
from domain.models.base import validate_phone


def _customers(viewer: User) -> QuerySet[Customer]:
    return visible(Customer, viewer)


class CallSerializer(serializers.ModelSerializer[Call]):
    """One call. Durations are seconds; names are null where there is nobody."""

    owner_email = serializers.EmailField(source="owner.email")
    outcome = OptionalChoiceField(choices=Call.Outcome.choices)
    ended_reason = OptionalChoiceField(choices=Call.EndedReason.choices)
    customer_name = serializers.CharField(source="customer.name", default=None, allow_null=True)
    agent_name = serializers.CharField(source="agent.full_name", default=None, allow_null=True)
    ai_agent_name = serializers.CharField(source="ai_agent.name", default=None, allow_null=True)
    ringing_agent = serializers.SerializerMethodField(help_text="The agent at whom it rings.")
    ringing_agent_name = serializers.SerializerMethodField()

    class Meta:
        model = Call
        fields = (
            *("id", "owner", "owner_email", "direction", "provider", "status", "outcome", "phone_number"),
            *("customer", "customer_name", "agent", "agent_name", "ai_agent", "ai_agent_name"),
            *("ringing_agent", "ringing_agent_name"),
            *("queued_at", "started_at", "answered_at", "ended_at", "talk_s", "hold_s", "acw_s"),
            *("satisfaction", "ended_reason", "notes"),
        )
        read_only_fields = fields

    def get_ringing_agent(self, call: Call) -> int | None:
        agent = _rings_at(call)
        return agent.pk if agent else None

    def get_ringing_agent_name(self, call: Call) -> str | None:
        agent = _rings_at(call)
        return agent.full_name if agent else None


def _rings_at(call: Call) -> User | None:
    entry: QueueEntry | None = getattr(call, "queue_entry", None)
    return entry.assigned_agent if entry and entry.status == QueueEntry.Status.ASSIGNED else None


class StartCallSerializer(serializers.Serializer[Any]):
    """Whom to call: one of the two."""

    customer = VisibleField(_customers, required=False)
    phone_number = TextField(
        validators=[validate_phone], required=False, help_text="E.164, such as +14155550123."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError(
                {"phone_number": ["Give either a customer or a number."]}, code="one_of_two"
            )
        return attrs


class EndCallSerializer(DetailsSerializer[Call]):
    """What came of a call."""

    class Meta:
        model = Call
        fields = ("outcome", "satisfaction", "notes")
        extra_kwargs = {
            "outcome": {"required": True, "allow_blank": False},
            "satisfaction": {"required": False},
            "notes": {"required": False},
        }


class QueueEntrySerializer(serializers.ModelSerializer[QueueEntry]):
    """A call in the queue; ``id`` is the call's, as in the dashboards."""

    id = serializers.IntegerField(source="call_id")
    owner = serializers.IntegerField(source="call.owner_id")
    owner_email = serializers.EmailField(source="call.owner.email")
    customer = serializers.IntegerField(source="call.customer_id", allow_null=True)
    customer_name = serializers.CharField(source="call.customer.name", default=None, allow_null=True)
    phone_number = serializers.CharField(source="call.phone_number", allow_blank=True)
    assigned_agent_name = serializers.CharField(
        source="assigned_agent.full_name", default=None, allow_null=True
    )

    class Meta:
        model = QueueEntry
        fields = (
            *(
                "id",
                "owner",
                "owner_email",
                "customer",
                "customer_name",
                "phone_number",
                "status",
                "priority",
            ),
            *("queued_at", "assigned_agent", "assigned_agent_name", "assigned_at", "left_at"),
        )
        read_only_fields = fields


class AssignSerializer(serializers.Serializer[Any]):
    """Who is to take the call; an agent who takes it themselves sends nothing."""

    agent = VisibleField(assignable_agents, required=False)
