"""/api/callbacks/: the list; schedule, start, complete, reschedule, cancel, assign, make more urgent."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import CallbackFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import ADMINS, EVERYONE, TENANTS
from domain.api.serializers.callbacks import (
    AssignCallbackSerializer,
    CallbackPrioritySerializer,
    CallbackSerializer,
    RescheduleSerializer,
    ScheduleSerializer,
)
from domain.api.views.base import ScopedViewSet
from domain.models import Callback, User
from domain.services import callbacks

_SCHEDULED: Final = {
    "id": 81,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "customer": 31,
    "customer_name": "Grace Hoang",
    "customer_phone": "+14155550123",
    "status": "scheduled",
    "due_at": "2026-03-02T14:30:00Z",
    "priority": 2,
    "assigned_agent": 9,
    "assigned_agent_name": "Sam Rivera",
    "reason": "Asked for an offer",
    "started_at": None,
    "completed_at": None,
    "created_at": "2026-03-02T09:04:30Z",
}
_STARTED: Final = {**_SCHEDULED, "status": "in_progress", "started_at": "2026-03-02T14:31:00Z"}
_COMPLETED: Final = {**_STARTED, "status": "completed", "completed_at": "2026-03-02T14:36:00Z"}
_CANCELLED: Final = {**_SCHEDULED, "status": "cancelled"}
_ACTIONS: Final = ("list", "retrieve", "create", "start", "complete", "reschedule", "cancel", "priority")


@extend_schema(tags=["callbacks"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_callbacks",
        summary="Callbacks",
        description="Admins: all. Tenants: their own. Agents: those assigned to them.",
        examples=shown(_SCHEDULED, "admin", "user", "agent"),
    ),
    retrieve=extend_schema(
        operation_id="get_callback",
        summary="One callback",
        examples=shown(_SCHEDULED, "admin", "user", "agent"),
    ),
)
class CallbackViewSet(ScopedViewSet[Callback]):
    """Whoever sees a callback may act on it."""

    queryset = Callback.objects.none()
    serializer_class = CallbackSerializer
    filterset_class = CallbackFilters
    ordering_fields = ("due_at", "priority", "created_at", "completed_at", "status", "id")
    ordering = ("due_at",)
    roles = {**dict.fromkeys(_ACTIONS, EVERYONE), "assign": ADMINS | TENANTS}

    @extend_schema(
        operation_id="schedule_callback",
        summary="Schedule a callback",
        description="For the customer's tenant. An agent who names nobody is assigned to it.",
        request=ScheduleSerializer,
        responses={201: CallbackSerializer, **CONFLICT},
        examples=[
            sent(
                "an offer", {"customer": 31, "due_at": "2026-03-02T14:30:00Z", "reason": "Asked for an offer"}
            ),
            *shown(_SCHEDULED, "admin", "user", "agent", status="201"),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        promise = self.sent(ScheduleSerializer)
        if self.viewer.role == User.Role.AGENT:
            promise.setdefault("assigned_agent", self.viewer)
        callback = callbacks.schedule_callback(owner=promise["customer"].owner, **promise)
        return self.answer_with(callback, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="start_callback",
        summary="Start a callback",
        description="Somebody calls back now. 409: not scheduled any more.",
        request=None,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=shown(_STARTED, "admin", "user", "agent"),
    )
    @action(detail=True, methods=["post"])
    def start(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(callbacks.start_callback(callback=self.get_object()))

    @extend_schema(
        operation_id="complete_callback",
        summary="Complete a callback",
        description="The promise is kept. 409: it was not started, or is over.",
        request=None,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=shown(_COMPLETED, "admin", "user", "agent"),
    )
    @action(detail=True, methods=["post"])
    def complete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(callbacks.complete_callback(callback=self.get_object()))

    @extend_schema(
        operation_id="reschedule_callback",
        summary="Reschedule a callback",
        description="Another instant, also after a vain attempt. 409: completed or cancelled.",
        request=RescheduleSerializer,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=[
            sent("tomorrow", {"due_at": "2026-03-03T09:00:00Z", "reason": "Was in a meeting"}),
            *shown(_SCHEDULED, "admin", "user", "agent"),
        ],
    )
    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        callback = self.get_object()
        move = self.sent(RescheduleSerializer)
        return self.answer_with(callbacks.reschedule_callback(callback=callback, **move))

    @extend_schema(
        operation_id="cancel_callback",
        summary="Cancel a callback",
        description="Nobody will call back. 409: completed or cancelled already.",
        request=None,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=shown(_CANCELLED, "admin", "user", "agent"),
    )
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(callbacks.cancel_callback(callback=self.get_object()))

    @extend_schema(
        operation_id="assign_callback",
        summary="Give a callback to another agent",
        description=(
            "To an agent of the same tenant, or (null) to nobody in particular; the one who had it loses it"
            " from their screen. 409: completed or cancelled."
        ),
        request=AssignCallbackSerializer,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=[
            sent("to an agent", {"agent": 9}),
            sent("to nobody in particular", {"agent": None}),
            *shown(_SCHEDULED, "admin", "user"),
        ],
    )
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        callback = self.get_object()
        agent = self.sent(AssignCallbackSerializer)["agent"]
        return self.answer_with(callbacks.assign_callback(callback=callback, agent=agent))

    @extend_schema(
        operation_id="change_callback_priority",
        summary="Make a callback more or less urgent",
        description="1 is the most urgent, 5 the least. 409: completed or cancelled.",
        request=CallbackPrioritySerializer,
        responses={200: CallbackSerializer, **CONFLICT},
        examples=[sent("now", {"priority": 1}), *shown(_SCHEDULED, "admin", "user", "agent")],
    )
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        callback = self.get_object()
        wanted = self.sent(CallbackPrioritySerializer)["priority"]
        return self.answer_with(callbacks.change_priority(callback=callback, priority=wanted))
