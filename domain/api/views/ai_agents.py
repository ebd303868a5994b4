"""/api/ai-agents/: the list; new ones, their training and their status."""

from typing import Any, Final

from django.db import transaction
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import AIAgentFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import ADMINS, TENANTS
from domain.api.serializers.ai_agents import (
    AIAgentChangeSerializer,
    AIAgentDetailsSerializer,
    AIAgentSerializer,
    AIAgentStatusSerializer,
)
from domain.api.views.base import ScopedViewSet
from domain.models import AIAgent
from domain.services import ai_agents

_ACTIVE: Final = {
    "id": 3,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "name": "Nova",
    "status": "active",
    "training_level": 88,
    "is_ready_for_calls": True,
    "personality_type": "friendly",
    "working_hours_start": "09:00:00",
    "working_hours_end": "18:00:00",
    "created_at": "2025-11-02T08:00:00Z",
}
_NEW: Final = {**_ACTIVE, "status": "training", "training_level": 0, "is_ready_for_calls": False}
_PAUSED: Final = {**_ACTIVE, "status": "paused", "is_ready_for_calls": False}
_NEXT: Final = (
    "training → learning → active ↔ optimizing; any of them ↔ paused. 409 `illegal_transition`: the status"
    " does not lead there."
)


@extend_schema(tags=["AI agents"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_ai_agents",
        summary="AI agents",
        description="Admins: all. Tenants: their own.",
        examples=[*shown(_ACTIVE, "admin"), *shown(_NEW, "user")],
    ),
    retrieve=extend_schema(
        operation_id="get_ai_agent", summary="One AI agent", examples=shown(_ACTIVE, "admin", "user")
    ),
)
class AIAgentViewSet(ScopedViewSet[AIAgent]):
    queryset = AIAgent.objects.none()
    serializer_class = AIAgentSerializer
    filterset_class = AIAgentFilters
    ordering_fields = ("name", "training_level", "status", "created_at", "id")
    ordering = ("id",)
    roles = {
        "list": ADMINS | TENANTS,
        "retrieve": ADMINS | TENANTS,
        "create": TENANTS,
        "partial_update": ADMINS | TENANTS,
        "change_status": ADMINS | TENANTS,
    }

    @extend_schema(
        operation_id="create_ai_agent",
        summary="Create an AI agent",
        description="It begins in training.",
        request=AIAgentDetailsSerializer,
        responses={201: AIAgentSerializer},
        examples=[sent("a name is enough", {"name": "Nova"}), *shown(_NEW, "user", status="201")],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        ai_agent = ai_agents.create_ai_agent(owner=self.viewer, **self.sent(AIAgentDetailsSerializer))
        return self.answer_with(ai_agent, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="change_ai_agent",
        summary="Change an AI agent",
        description=f"What is left out stays as it is; all of it happens, or nothing. Status: {_NEXT}",
        request=AIAgentChangeSerializer,
        responses={200: AIAgentSerializer, **CONFLICT},
        examples=[
            sent("train", {"training_level": 88}),
            sent("put to work", {"status": "active"}),
            *shown(_ACTIVE, "admin", "user"),
        ],
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        ai_agent = self.get_object()
        details = self.sent(AIAgentChangeSerializer, partial=True)
        wanted = details.pop("status", None)
        with transaction.atomic():
            ai_agents.change_ai_agent(ai_agent=ai_agent, **details)
            if wanted is not None:
                ai_agents.change_status(ai_agent=ai_agent, status=wanted)
        return self.answer_with(ai_agent)

    @extend_schema(
        operation_id="change_ai_agent_status",
        summary="Move an AI agent on, pause or resume it",
        description=_NEXT,
        request=AIAgentStatusSerializer,
        responses={200: AIAgentSerializer, **CONFLICT},
        examples=[sent("pause", {"status": "paused"}), *shown(_PAUSED, "admin", "user")],
    )
    @action(detail=True, methods=["post"], url_path="status", url_name="status")
    def change_status(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        ai_agent = self.get_object()
        return self.answer_with(
            ai_agents.change_status(ai_agent=ai_agent, **self.sent(AIAgentStatusSerializer))
        )
