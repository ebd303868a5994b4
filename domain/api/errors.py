"""Errors in one shape: what the domain refuses, as drf-standardized-errors says it."""

from typing import Any

from django.db import OperationalError
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions, status

from domain.errors import (
    Conflict,
    DomainError,
    GatewayFailed,
    IllegalTransition,
    InvalidInput,
    LimitReached,
    NotConfigured,
    NotFound,
)


class Refused(exceptions.APIException):
    """HTTP 409: the request is right in itself, but not now."""

    status_code = status.HTTP_409_CONFLICT


class ProviderFailed(exceptions.APIException):
    """HTTP 502: a provider did not do what it was asked."""

    status_code = status.HTTP_502_BAD_GATEWAY


class DatabaseAway(exceptions.APIException):
    """HTTP 503: the database does not answer, or not in time."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "The database does not answer. Try again."
    default_code = "unavailable"
    wait = 5  # seconds, for Retry-After


# Codes of HTTP 409 and 502, and their meaning; the schema lists them.
CODES_409 = [
    ("conflict", "Something else stands in its way."),
    ("limit_reached", "The plan does not allow more."),
    ("illegal_transition", "The status does not lead there."),
    ("not_configured", "There is no provider to do it."),
]
CODES_502 = [("gateway_failed", "The provider did not do it.")]


class DomainExceptionHandler(ExceptionHandler):
    """The package's handler, which also knows DomainError, and databases that are away."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, DomainError):
            return as_api_exception(exc)
        if isinstance(exc, OperationalError):
            return DatabaseAway()
        converted: Exception = super().convert_known_exceptions(exc)
        return converted


def as_api_exception(error: DomainError) -> exceptions.APIException:
    """400 for a wrong value, 404 for a missing row, 409 for a wrong moment, 502 for a failed provider."""
    text = str(error)
    answers: dict[type[DomainError], Any] = {
        NotFound: lambda: exceptions.NotFound(text),
        Conflict: lambda: Refused(text, code="conflict"),
        LimitReached: lambda: Refused(text, code="limit_reached"),
        IllegalTransition: lambda: Refused(text, code="illegal_transition"),
        NotConfigured: lambda: Refused(text, code="not_configured"),
        GatewayFailed: lambda: ProviderFailed(text, code="gateway_failed"),
    }
    if isinstance(error, InvalidInput):
        return exceptions.ValidationError({error.field: [text]}, code="invalid")
    answer: exceptions.APIException = answers[type(error)]()
    return answer
