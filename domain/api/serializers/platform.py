"""Announcements and the platform's settings on the wire."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from domain.api.fields import DetailsSerializer, InstantField
from domain.models import SystemAlert, SystemAlertChange, User


class SystemAlertSerializer(serializers.Serializer[SystemAlert]):
    """An announcement. Admins also see to whom it goes, how it stands and who sent it."""

    id = serializers.IntegerField()
    severity = serializers.ChoiceField(choices=SystemAlert.Severity.choices)
    title = serializers.CharField()
    message = serializers.CharField(allow_blank=True)
    url = serializers.CharField(allow_blank=True)
    starts_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Null: until withdrawn.")
    target_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=User.Role.choices), required=False
    )
    status = serializers.ChoiceField(choices=SystemAlert.Status.choices, required=False)
    withdrawn_at = serializers.DateTimeField(allow_null=True, required=False)
    created_at = serializers.DateTimeField(required=False)
    created_by = serializers.IntegerField(allow_null=True, required=False)
    created_by_email = serializers.EmailField(
        allow_null=True, required=False, help_text="Who sent it; null: the operator of the server."
    )

    def to_representation(self, instance: SystemAlert) -> dict[str, Any]:
        seen = {
            "id": instance.pk,
            "severity": instance.severity,
            "title": instance.title,
            "message": instance.message,
            "url": instance.url,
            "starts_at": _instant(instance.starts_at),
            "expires_at": _instant(instance.expires_at),
        }
        if self.context["request"].user.role != User.Role.ADMIN:
            return seen
        return {
            **seen,
            "target_roles": instance.target_roles,
            "status": instance.status_at(timezone.now()),
            "withdrawn_at": _instant(instance.withdrawn_at),
            "created_at": _instant(instance.created_at),
            "created_by": instance.created_by_id,
            "created_by_email": instance.created_by.email if instance.created_by else None,
        }


class SystemAlertChangeSerializer(serializers.ModelSerializer[SystemAlertChange]):
    """One deed of an admin. ``values`` holds, of each field that changed, what it was and what it is."""

    by_email = serializers.EmailField(source="by.email", default=None, allow_null=True)
    values = serializers.DictField(child=serializers.ListField(min_length=2, max_length=2))

    class Meta:
        model = SystemAlertChange
        fields = ("id", "action", "at", "by", "by_email", "values")
        read_only_fields = fields


class SystemAlertDetailsSerializer(DetailsSerializer[SystemAlert]):
    """What an announcement says, to whom (everybody) and when (from now on, until withdrawn)."""

    target_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=User.Role.choices), allow_empty=False, required=False
    )
    starts_at = InstantField(required=False)
    expires_at = InstantField(required=False, allow_null=True)

    class Meta:
        model = SystemAlert
        fields = ("severity", "title", "message", "url", "target_roles", "starts_at", "expires_at")


class ThrottleSerializer(serializers.Serializer[Any]):
    """A limit, such as ``10/min``; null: none."""

    sign_in_address = serializers.CharField(allow_null=True)
    sign_in_email = serializers.CharField(allow_null=True)
    token_address = serializers.CharField(allow_null=True)
    password_user = serializers.CharField(allow_null=True)
    webhook_address = serializers.CharField(allow_null=True, help_text="Badly signed events.")


class LimitsSerializer(serializers.Serializer[Any]):
    """What is bounded."""

    page_size = serializers.IntegerField()
    max_page_size = serializers.IntegerField()
    access_token_seconds = serializers.IntegerField()
    refresh_token_seconds = serializers.IntegerField()
    rates = ThrottleSerializer()


class WebhooksSerializer(serializers.Serializer[Any]):
    """Whose events are taken in: those of providers whose secret is set."""

    twilio = serializers.BooleanField()
    vapi = serializers.BooleanField()
    stripe = serializers.BooleanField()


class PlatformSettingsSerializer(serializers.Serializer[Any]):
    """How the platform is set up; read-only, the operator changes it."""

    currency = serializers.CharField()
    time_zone = serializers.CharField(help_text="Of the admins' figures; IANA.")
    places_calls = serializers.BooleanField(help_text="A telephony provider is set up.")
    charges_cards = serializers.BooleanField(help_text="A payment provider is set up.")
    webhooks = WebhooksSerializer()
    limits = LimitsSerializer()


_DATE_TIME = serializers.DateTimeField()


def _instant(value: datetime | None) -> str | None:
    return None if value is None else _DATE_TIME.to_representation(value)
