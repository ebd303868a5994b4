"""What the OpenAPI document says about signing in: the scheme, and the codes of HTTP 401 and 403."""

from typing import Final

from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_standardized_errors.openapi_serializers import ClientErrorEnum
from rest_framework import serializers

from accounts.cookies import OriginRefused
from accounts.refusals import Refusal


class SessionJWTScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """Bearer tokens, as SimpleJWT describes them; registers itself by being defined."""

    target_class = "accounts.authentication.SessionJWTAuthentication"
    name = "jwtAuth"


CODES_401: Final = [("not_authenticated", "Authentication credentials were not provided."), *Refusal.choices]
ORIGIN_CODES: Final = [(OriginRefused.default_code, OriginRefused.default_detail)]


class Error401Serializer(serializers.Serializer[None]):
    code = serializers.ChoiceField(choices=CODES_401)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class ErrorResponse401Serializer(serializers.Serializer[None]):
    """Not signed in, or not any more; refresh the token once, then sign in again."""

    type = serializers.ChoiceField(choices=ClientErrorEnum.choices)
    errors = Error401Serializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors


class OriginErrorSerializer(serializers.Serializer[None]):
    code = serializers.ChoiceField(choices=ORIGIN_CODES)
    detail = serializers.CharField()
    attr = serializers.CharField(allow_null=True)


class OriginErrorResponseSerializer(serializers.Serializer[None]):
    """The refresh cookie came from somewhere else than our own page."""

    type = serializers.ChoiceField(choices=ClientErrorEnum.choices)
    errors = OriginErrorSerializer(many=True)  # type: ignore[assignment]  # a field, not Serializer.errors
