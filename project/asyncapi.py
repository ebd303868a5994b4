"""The documents of the WebSocket, rendered and as JSON. Nothing in them is secret or comes from elsewhere."""

from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from realtime.asyncapi import asyncapi_document
from realtime.schema import frames_schema

# The viewer styles its shadow root by script, through constructed style sheets: no 'unsafe-inline' is needed.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_READABLE: Final = {"indent": 2, "ensure_ascii": False}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The AsyncAPI document for people, rendered in the browser from this server's files alone."""
    response = render(request, "asyncapi.html")
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


@require_safe
def document(request: HttpRequest) -> JsonResponse:
    """The AsyncAPI document, with this server as the one to connect to."""
    described = asyncapi_document(request.get_host(), secure=request.is_secure())
    return JsonResponse(described, json_dumps_params=_READABLE)


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    """The JSON Schema of the frames."""
    return JsonResponse(
        frames_schema(), json_dumps_params=_READABLE, content_type="application/schema+json; charset=utf-8"
    )
