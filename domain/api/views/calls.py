"""/api/calls/: the list; start, answer and end."""

from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import CallFilters
from domain.api.openapi import CONFLICT, PROVIDER, sent, shown
from domain.api.permissions import AGENTS, EVERYONE, TENANTS
from domain.api.scoping import answerable_calls
from domain.api.serializers.calls import CallSerializer, EndCallSerializer, StartCallSerializer
from domain.api.views.base import ScopedViewSet
from domain.models import Call
from domain.services import calls
from domain.services.dialing import dial

_INBOUND: Final = {
    "id": 4711,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "direction": "inbound",
    "provider": "twilio",
    "status": "in_progress",
    "outcome": None,
    "phone_number": "+14155550123",
    "customer": 31,
    "customer_name": "Grace Hoang",
    "agent": 9,
    "agent_name": "Sam Rivera",
    "ai_agent": None,
    "ai_agent_name": None,
    "ringing_agent": None,
    "ringing_agent_name": None,
    "queued_at": "2026-03-02T09:00:00Z",
    "started_at": "2026-03-02T09:00:00Z",
    "answered_at": "2026-03-02T09:00:12Z",
    "ended_at": None,
    "talk_s": 0,
    "hold_s": 0,
    "acw_s": 0,
    "satisfaction": None,
    "ended_reason": None,
    "notes": "",
}
_STARTED: Final = {
    **_INBOUND,
    "direction": "outbound",
    "provider": "vapi",
    "status": "queued",
    "agent": None,
    "agent_name": None,
    "ai_agent": 3,
    "ai_agent_name": "Nova",
    "queued_at": None,
    "answered_at": None,
}
_WAITING: Final = {
    **_INBOUND,
    "status": "queued",
    "agent": None,
    "agent_name": None,
    "answered_at": None,
}
_ENDED: Final = {
    **_INBOUND,
    "status": "completed",
    "outcome": "interested",
    "ended_at": "2026-03-02T09:04:12Z",
    "talk_s": 240,
    "satisfaction": 5,
    "ended_reason": "hangup",
    "notes": "Wants an offer for ten seats.",
}


@extend_schema(tags=["calls"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_calls",
        summary="Calls",
        description="Admins: all. Tenants: their own. Agents: those they answered, and their tenant's queue.",
        examples=[*shown(_ENDED, "admin"), *shown(_STARTED, "user"), *shown(_WAITING, "agent")],
    ),
    retrieve=extend_schema(
        operation_id="get_call", summary="One call", examples=shown(_INBOUND, "admin", "user", "agent")
    ),
)
class CallViewSet(ScopedViewSet[Call]):
    queryset = Call.objects.none()
    serializer_class = CallSerializer
    filterset_class = CallFilters
    ordering_fields = ("started_at", "queued_at", "answered_at", "ended_at", "talk_s", "status", "id")
    ordering = ("-started_at",)
    roles = {
        "list": EVERYONE,
        "retrieve": EVERYONE,
        "create": TENANTS,
        "answer": AGENTS,
        "end": TENANTS | AGENTS,
    }

    def get_queryset(self) -> QuerySet[Call]:
        return answerable_calls(self.viewer) if self.action == "answer" else super().get_queryset()

    @extend_schema(
        operation_id="start_call",
        summary="Start a call",
        description=(
            "A tenant's AI agent calls a customer or a number. 409 `not_configured`: no telephony provider is"
            " set up; 409 `conflict`: no AI agent that is ready, or the customer asked not to be called."
        ),
        request=StartCallSerializer,
        responses={201: CallSerializer, **PROVIDER},
        examples=[
            sent("a customer", {"customer": 31}),
            sent("a number", {"phone_number": "+14155550123"}),
            *shown(_STARTED, "user", status="201"),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        whom = self.sent(StartCallSerializer)
        return self.answer_with(dial(owner=self.viewer, **whom), status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="answer_call",
        summary="Answer a call",
        description=(
            "An agent takes a call that rings at them, or a waiting one straight from their tenant's queue."
            " 409: somebody else was faster, it is offered to somebody else, the caller has hung up, or the"
            " agent is not available."
        ),
        request=None,
        responses={200: CallSerializer, **CONFLICT},
        examples=shown(_INBOUND, "agent"),
    )
    @action(detail=True, methods=["post"])
    def answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(calls.answer_call(call=self.get_object(), agent=self.viewer))

    @extend_schema(
        operation_id="end_call",
        summary="End a call",
        description="Agents end their own calls, tenants any of theirs. 409: not answered, or over already.",
        request=EndCallSerializer,
        responses={200: CallSerializer, **CONFLICT},
        examples=[
            sent("a good one", {"outcome": "interested", "satisfaction": 5, "notes": "Wants an offer."}),
            *shown(_ENDED, "user", "agent"),
        ],
    )
    @action(detail=True, methods=["post"])
    def end(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        call = self.get_object()
        return self.answer_with(calls.end_call(call=call, **self.sent(EndCallSerializer)))
