"""What the OpenAPI document says about errors: one shape, whatever the status."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample
from drf_standardized_errors.openapi_serializers import ClientErrorEnum, ServerErrorEnum, ValidationErrorEnum
from rest_framework import serializers

from domain.api.errors import CODES_409, CODES_502

TYPES_400: Final = [*ValidationErrorEnum.choices, *ClientErrorEnum.choices]


class Error400Serializer(serializers.Serializer[None]):
    code = serializers.CharField(help_text="Such as `invalid`, `required`, `does_not_exist`, `parse_error`.")
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True, help_text="The field or parameter; null for the whole.")


class ErrorResponse400Serializer(serializers.Serializer[None]):
    """A value that could never be right, or a body that is not JSON."""

    type = serializers.ChoiceField(choices=TYPES_400)
    errors = Error400Serializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors


class Error409Serializer(serializers.Serializer[None]):
    code = serializers.ChoiceField(choices=CODES_409)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class ErrorResponse409Serializer(serializers.Serializer[None]):
    """Right in itself, but not in the present state of things; nothing has changed."""

    type = serializers.ChoiceField(choices=ClientErrorEnum.choices)
    errors = Error409Serializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors


class Error502Serializer(serializers.Serializer[None]):
    code = serializers.ChoiceField(choices=CODES_502)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class ErrorResponse502Serializer(serializers.Serializer[None]):
    """A provider did not do what it was asked; nothing has changed."""

    type = serializers.ChoiceField(choices=ServerErrorEnum.choices)
    errors = Error502Serializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors


CONFLICT: Final[dict[int, Any]] = {409: ErrorResponse409Serializer}
PROVIDER: Final[dict[int, Any]] = {**CONFLICT, 502: ErrorResponse502Serializer}


def shown(value: dict[str, Any], *roles: str, status: str = "200") -> list[OpenApiExample]:
    """``value`` as the example of a response, once for each of ``roles``."""
    return [OpenApiExample(role, value=value, response_only=True, status_codes=[status]) for role in roles]


def sent(name: str, value: dict[str, Any], media_type: str = "application/json") -> OpenApiExample:
    """``value`` as the example of a request."""
    return OpenApiExample(name, value=value, request_only=True, media_type=media_type)
