"""/api/queue/: the calls that wait or ring; taking, assigning and giving up on them."""

from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError

from domain.api.filters import QueueFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import EVERYONE
from domain.api.serializers.calls import AssignSerializer, QueueEntrySerializer
from domain.api.views.base import ScopedViewSet
from domain.models import QueueEntry, User
from domain.services import calls, queue

_WAITING: Final = {
    "id": 4711,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "customer": 31,
    "customer_name": "Grace Hoang",
    "phone_number": "+14155550123",
    "status": "waiting",
    "priority": 3,
    "queued_at": "2026-03-02T09:00:00Z",
    "assigned_agent": None,
    "assigned_agent_name": None,
    "assigned_at": None,
    "left_at": None,
}
_ASSIGNED: Final = {
    **_WAITING,
    "status": "assigned",
    "assigned_agent": 9,
    "assigned_agent_name": "Sam Rivera",
    "assigned_at": "2026-03-02T09:00:08Z",
}
_ABANDONED: Final = {**_WAITING, "status": "abandoned", "left_at": "2026-03-02T09:01:30Z"}


@extend_schema(tags=["queue"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_queue",
        summary="The queue",
        description=(
            "The calls that wait or ring at an agent now, in the order in which they are served; `id` is the"
            " call's. Admins: all. Tenants and agents: the tenant's."
        ),
        examples=[*shown(_WAITING, "admin", "user"), *shown(_ASSIGNED, "agent")],
    ),
    retrieve=extend_schema(
        operation_id="get_queue_entry",
        summary="How one call waits or waited",
        examples=shown(_ASSIGNED, "admin", "user", "agent"),
    ),
)
class QueueViewSet(ScopedViewSet[QueueEntry]):
    queryset = QueueEntry.objects.none()
    serializer_class = QueueEntrySerializer
    filterset_class = QueueFilters
    lookup_field = "call__id"
    lookup_url_kwarg = "id"
    ordering_fields = ("priority", "queued_at", "assigned_at", "status")
    ordering = ("priority", "queued_at")
    roles = dict.fromkeys(("list", "retrieve", "assign", "abandon"), EVERYONE)

    def get_queryset(self) -> QuerySet[QueueEntry]:
        entries = super().get_queryset()
        return entries.filter(left_at=None) if self.action == "list" else entries

    @extend_schema(
        operation_id="assign_queued_call",
        summary="Assign a waiting call",
        description=(
            "The call rings at an agent. An agent sends nothing and takes it; tenants name an agent of"
            " theirs, admins one of the tenant's. 409: it rings at somebody already, has left the queue, or"
            " the agent is not available."
        ),
        request=AssignSerializer,
        responses={200: QueueEntrySerializer, **CONFLICT},
        examples=[
            sent("agent", {}),
            sent("tenant", {"agent": 9}),
            *shown(_ASSIGNED, "admin", "user", "agent"),
        ],
    )
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry = self.get_object()
        agent = self.sent(AssignSerializer).get("agent")
        if agent is None:
            if self.viewer.role != User.Role.AGENT:
                raise ValidationError({"agent": ["Name the agent who is to take the call."]}, code="required")
            agent = self.viewer
        return self.answer_with(queue.offer_call(call=entry.call, agent=agent))

    @extend_schema(
        operation_id="abandon_queued_call",
        summary="The caller has hung up",
        description="409: answered meanwhile, or gone already.",
        request=None,
        responses={200: QueueEntrySerializer, **CONFLICT},
        examples=shown(_ABANDONED, "admin", "user", "agent"),
    )
    @action(detail=True, methods=["post"])
    def abandon(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry = self.get_object()
        calls.abandon_call(call=entry.call)
        return self.answer_with(entry)
