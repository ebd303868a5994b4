"""The whole dashboard over REST: the first picture without a socket, and the fallback when there is none."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final, cast

import msgspec
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.openapi import ErrorResponse401Serializer
from dashboard.access import follows
from dashboard.definitions import DEFINITIONS
from dashboard.examples import example
from dashboard.figures import iso
from dashboard.merge import merge
from dashboard.schema import DEFINITIONS_SCHEMA, ENVELOPE_SCHEMA
from domain.models import User
from realtime.engine import refresher
from realtime.refresher import Head
from realtime.scopes import Scope
from realtime.sections import Document

DATA_FRESHNESS: Final = "real_time"  # a fact, not a promise: the figures are computed for each request


class ComprehensiveDashboardAPIView(APIView):
    """The signed-in person's dashboard, as it is in the database when the request arrives."""

    @extend_schema(
        operation_id="comprehensive_dashboard",
        tags=["dashboard"],
        summary="The whole dashboard",
        description=(
            "Computed for this request, for the role of whoever is signed in. `positions` are where a"
            " socket may"
            " resume (`?resume=role:<epoch>:<version>`), null where the store of documents is away."
            " Answers 304 to"
            " the `ETag` of the same content; `generated_at` and `positions` do not count as content."
        ),
        parameters=[
            OpenApiParameter("If-None-Match", location=OpenApiParameter.HEADER, description="A former ETag."),
        ],
        responses={
            200: OpenApiResponse(
                ENVELOPE_SCHEMA,
                description="The merged documents of the role, the team (agents) and the person.",
                examples=[
                    OpenApiExample(role, value=example(role), status_codes=["200"])
                    for role in User.Role.values
                ],
            ),
            304: OpenApiResponse(description="Nothing but the time has changed."),
            401: ErrorResponse401Serializer,
        },
    )
    def get(self, request: Request) -> Response:
        """Refresh the viewer's documents and answer with what was committed."""
        scopes = follows(cast(User, request.user))
        if not scopes:
            raise PermissionDenied("This role has no dashboard.")
        heads = refresher().heads(scopes)
        content: Document = merge(heads[scope].doc for scope in scopes)
        headers = {
            "ETag": etag_of(content),
            # Kept by the browser for its If-None-Match, shown to nobody without asking here first.
            "Cache-Control": "private, no-cache",
            "Vary": "Authorization",
        }
        if matches(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response({**content, **envelope(heads)}, headers=headers)


class DefinitionsView(APIView):
    """What the figures mean."""

    @extend_schema(
        operation_id="dashboard_definitions",
        tags=["dashboard"],
        summary="What the figures mean",
        description="A text for every figure of every role, by its path in the document.",
        responses={
            200: OpenApiResponse(
                DEFINITIONS_SCHEMA,
                examples=[
                    OpenApiExample(
                        "one of them",
                        value={name: DEFINITIONS[name] for name in ["call_statistics.service_level"]},
                        status_codes=["200"],
                    )
                ],
            ),
            401: ErrorResponse401Serializer,
        },
    )
    def get(self, request: Request) -> Response:
        """All definitions at once: they change only with the program."""
        return Response(DEFINITIONS, headers={"Cache-Control": "private, max-age=3600"})


def envelope(heads: Mapping[Scope, Head]) -> Document:
    """What the body has beside the documents; ``positions`` is null unless every document has one."""
    positions: Document = {
        scope.kind: {"epoch": head.position.epoch, "version": head.position.version}
        for scope, head in heads.items()
        if head.position is not None
    }
    return {
        "generated_at": iso(max(head.generated_at for head in heads.values())),
        "data_freshness": DATA_FRESHNESS,
        "positions": positions if len(positions) == len(heads) else None,
    }


def etag_of(content: Document) -> str:
    """A strong tag of the content, whatever the order of its keys."""
    return f'"{sha256(msgspec.json.encode(content, order="deterministic")).hexdigest()[:32]}"'


def matches(if_none_match: str, etag: str) -> bool:
    """Whether the client has this content: a proxy that compresses may have made its tag a weak one."""
    tags = parse_etags(if_none_match)
    return "*" in tags or etag in {tag.removeprefix("W/") for tag in tags}
