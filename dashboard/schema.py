"""What the OpenAPI document says about a dashboard: the envelope; what is inside differs by role."""

from typing import Any, Final

_POSITION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["epoch", "version"],
    "properties": {"epoch": {"type": "string"}, "version": {"type": "integer", "minimum": 1}},
}

ENVELOPE_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["dashboard_type", "user_info", "generated_at", "data_freshness", "positions"],
    "properties": {
        "dashboard_type": {
            "type": "string",
            "enum": ["admin_comprehensive", "user_comprehensive", "agent_comprehensive"],
        },
        "user_info": {
            "type": "object",
            "required": ["id", "email", "role", "full_name"],
            "properties": {
                "id": {"type": "integer"},
                "email": {"type": "string", "format": "email"},
                "role": {"type": "string", "enum": ["admin", "user", "agent"]},
                "full_name": {"type": "string"},
            },
        },
        "generated_at": {"type": "string", "format": "date-time"},
        "data_freshness": {"type": "string", "enum": ["real_time"]},
        "positions": {
            "type": "object",
            "nullable": True,
            "properties": {"role": _POSITION, "team": _POSITION, "user": _POSITION},
        },
    },
    # The role's sections; GET /api/dashboard/definitions/ says what each figure means.
    "additionalProperties": True,
}

DEFINITIONS_SCHEMA: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {"type": "string"}}
