"""Providers' events on the wire: what is sent, what is answered, how it is refused."""

from typing import Any, Final

import msgspec
from rest_framework import serializers

from domain.api.openapi import TYPES_400
from domain.ingestion.call_events import CallEvent
from domain.models import WebhookEvent

# An event that the answer speaks of has been settled.
SETTLED: Final = [each for each in WebhookEvent.Status.choices if each[0] != WebhookEvent.Status.RECEIVED]
# Why an event was not taken in; the schema lists them.
CODES: Final = [
    ("invalid", "Not an event."),
    ("bad_signature", "Not signed, or with another secret."),
    ("stale_signature", "Signed too long ago, or ahead of time."),
    ("not_yet", "Something else has to arrive first; send it again later."),
    ("too_large", "The body is too large."),
    ("throttled", "Too many badly signed events."),
    ("not_configured", "The provider's secret is not set here."),
]


class WebhookAnswerSerializer(serializers.Serializer[Any]):
    """What became of an event; there is no need to send it again."""

    event = serializers.CharField(allow_blank=True, help_text="Its id; empty of a message that is not kept.")
    status = serializers.ChoiceField(choices=SETTLED)
    detail = serializers.CharField(allow_blank=True, help_text="Why it was ignored or failed.")
    repeated = serializers.BooleanField(help_text="It was known already; nothing has changed.")


class WebhookErrorSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=CODES)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class WebhookErrorResponseSerializer(serializers.Serializer[Any]):
    """The event was not taken in, or could not be applied yet."""

    type = serializers.ChoiceField(choices=[*TYPES_400, ("server_error", "Server error")])
    errors = WebhookErrorSerializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors


def call_event_schema() -> dict[str, Any]:
    """The form of a telephony provider's event, as OpenAPI 3.0 says it."""
    (schema,), components = msgspec.json.schema_components([CallEvent], ref_template="{name}")

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return inlined(components[node["$ref"]])
        kept = {key: inlined(value) for key, value in node.items() if key != "discriminator"}
        if {"type": "null"} in kept.get("anyOf", ()):  # nullable, in OpenAPI 3.0
            (only,) = [each for each in kept.pop("anyOf") if each != {"type": "null"}]
            kept |= {**only, "nullable": True}
        return kept

    result: dict[str, Any] = inlined(schema)
    return result


STRIPE_EVENT_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An event of Stripe: https://docs.stripe.com/api/events/object",
    "required": ["id", "type", "created", "data"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 255},
        "type": {"type": "string", "example": "invoice.paid"},
        "created": {"type": "integer", "description": "Unix seconds."},
        "data": {"type": "object", "required": ["object"], "properties": {"object": {"type": "object"}}},
    },
}

TWILIO_CALLBACK_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Twilio's own: https://www.twilio.com/docs/voice/api/call-resource#statuscallback",
    "required": ["CallSid", "CallStatus"],
    "properties": {
        "CallSid": {"type": "string", "minLength": 1, "maxLength": 100},
        "CallStatus": {"type": "string", "minLength": 1, "maxLength": 100, "example": "completed"},
        "Direction": {"type": "string", "example": "outbound-api"},
        "From": {"type": "string"},
        "To": {"type": "string"},
        "Timestamp": {"type": "string", "description": "As in mails (RFC 2822)."},
        "CallDuration": {"type": "string", "description": "Seconds."},
        "ParentCallSid": {"type": "string", "description": "Of a leg; legs are ignored."},
    },
}

VAPI_MESSAGE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Vapi's own: https://docs.vapi.ai/server-url/events",
    "required": ["message"],
    "properties": {
        "message": {
            "type": "object",
            "required": ["type"],
            "properties": {
                "type": {"type": "string", "example": "status-update"},
                "timestamp": {"type": "number", "description": "Unix milliseconds."},
                "status": {"type": "string", "example": "in-progress"},
                "endedReason": {"type": "string"},
                "call": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {"id": {"type": "string", "minLength": 1, "maxLength": 255}},
                },
            },
        }
    },
}
