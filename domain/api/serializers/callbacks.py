"""Callbacks on the wire."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from domain.api.fields import DetailsSerializer, InstantField, TextField, VisibleField
from domain.api.scoping import assignable_agents, visible
from domain.models import Callback, Customer, User


def _customers(viewer: User) -> QuerySet[Customer]:
    return visible(Customer, viewer)


class CallbackSerializer(serializers.ModelSerializer[Callback]):
    """A promise to call back; overdue while it is scheduled and ``due_at`` has passed."""

    owner_email = serializers.EmailField(source="owner.email")
    customer_name = serializers.CharField(source="customer.name", allow_blank=True)
    customer_phone = serializers.CharField(source="customer.phone")
    assigned_agent_name = serializers.CharField(
        source="assigned_agent.full_name", default=None, allow_null=True
    )

    class Meta:
        model = Callback
        fields = (
            *(
                "id",
                "owner",
                "owner_email",
                "customer",
                "customer_name",
                "customer_phone",
                "status",
                "due_at",
            ),
            *("priority", "assigned_agent", "assigned_agent_name", "reason"),
            *("started_at", "completed_at", "created_at"),
        )
        read_only_fields = fields


class ScheduleSerializer(DetailsSerializer[Callback]):
    """A new promise; an agent's is their own unless it says otherwise."""

    customer = VisibleField(_customers)
    due_at = InstantField(help_text="In the future.")
    assigned_agent = VisibleField(assignable_agents, required=False)

    class Meta:
        model = Callback
        fields = ("customer", "due_at", "priority", "assigned_agent", "reason")


class AssignCallbackSerializer(serializers.Serializer[Any]):
    """Whose it is from now on; null: nobody's in particular."""

    agent = VisibleField(assignable_agents, allow_null=True)


class CallbackPrioritySerializer(DetailsSerializer[Callback]):
    """How urgent it is: 1 is the most, 5 the least."""

    class Meta:
        model = Callback
        fields = ("priority",)
        extra_kwargs = {"priority": {"required": True}}


class RescheduleSerializer(serializers.Serializer[Any]):
    """When instead, and why."""

    due_at = InstantField(help_text="In the future.")
    reason = TextField(max_length=255, required=False, allow_blank=True)
