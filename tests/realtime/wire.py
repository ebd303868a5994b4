"""The schema of the frames as a judge, without its leave to add members: only what is documented is sent."""

from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from realtime.schema import frames_schema

SCHEMA = frames_schema()
_FORMATS = FormatChecker()


@_FORMATS.checks("date-time", raises=ValueError)
def is_an_instant(value: object) -> bool:
    """RFC 3339 in UTC, with a Z."""
    return not isinstance(value, str) or (value.endswith("Z") and bool(datetime.fromisoformat(value)))


def validator(definition: str) -> Draft202012Validator:
    """Judges by one of the schema's definitions."""
    schema = {"$ref": f"#/$defs/{definition}", "$defs": _closed(SCHEMA["$defs"])}
    return Draft202012Validator(schema, format_checker=_FORMATS)


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: _closed(value) for key, value in schema.items()}
    is_object = schema.get("type") == "object" and "properties" in schema
    return {**inner, "additionalProperties": False} if is_object else inner


SERVER = validator("ServerFrame")
CLIENT = validator("ClientFrame")
