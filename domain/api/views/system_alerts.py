"""/api/system-alerts/: admins announce, change and withdraw; everybody reads what is announced to them."""

import logging
from typing import Any, Final, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import SystemAlertFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import ADMINS, EVERYONE
from domain.api.serializers.platform import (
    SystemAlertChangeSerializer,
    SystemAlertDetailsSerializer,
    SystemAlertSerializer,
)
from domain.api.views.base import ScopedViewSet
from domain.models import SystemAlert, SystemAlertChange
from domain.services import system_alerts

log = logging.getLogger(__name__)

_LIVE: Final = {
    "id": 5,
    "severity": "warning",
    "title": "Maintenance tonight",
    "message": "Calls may be interrupted between 22:00 and 22:30 UTC.",
    "url": "/calls",
    "starts_at": "2026-03-02T09:00:00Z",
    "expires_at": "2026-03-02T22:30:00Z",
}
_BROADCAST: Final = {
    **_LIVE,
    "target_roles": ["user", "agent"],
    "status": "live",
    "withdrawn_at": None,
    "created_at": "2026-03-02T09:00:00Z",
    "created_by": 1,
    "created_by_email": "ada@platform.example",
}
_SENT: Final = {
    "id": 11,
    "action": "sent",
    "at": "2026-03-02T09:00:00Z",
    "by": 1,
    "by_email": "ada@platform.example",
    "values": {"title": [None, "Maintenance tonight"], "severity": [None, "warning"]},
}
_CHANGED: Final = {
    **_SENT,
    "id": 12,
    "action": "changed",
    "at": "2026-03-02T09:30:00Z",
    "values": {"expires_at": ["2026-03-02T22:30:00+00:00", "2026-03-02T23:30:00+00:00"]},
}


@extend_schema(tags=["system alerts"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_system_alerts",
        summary="Announcements",
        description=(
            "Admins: all, with who sent them, also those that are over. Everybody else: what is live for"
            " their role now."
        ),
        examples=[*shown(_BROADCAST, "admin"), *shown(_LIVE, "user", "agent")],
    ),
    retrieve=extend_schema(
        operation_id="get_system_alert",
        summary="One announcement",
        examples=[*shown(_BROADCAST, "admin"), *shown(_LIVE, "user", "agent")],
    ),
)
class SystemAlertViewSet(ScopedViewSet[SystemAlert]):
    queryset = SystemAlert.objects.none()
    serializer_class = SystemAlertSerializer
    filterset_class = SystemAlertFilters
    ordering_fields = ("starts_at", "expires_at", "created_at", "severity", "id")
    ordering = ("-starts_at",)
    roles = {
        "list": EVERYONE,
        "retrieve": EVERYONE,
        **dict.fromkeys(("create", "partial_update", "destroy", "history"), ADMINS),
    }

    @extend_schema(
        operation_id="broadcast",
        summary="Announce something",
        description=(
            "It is on every targeted screen within a second of its start. Plain text only; `url` is a path of"
            " this site or an https address."
        ),
        request=SystemAlertDetailsSerializer,
        responses={201: SystemAlertSerializer},
        examples=[
            sent(
                "to everybody, now, until withdrawn", {"title": "We are looking into it", "severity": "error"}
            ),
            sent(
                "planned",
                {
                    "title": "Maintenance tonight",
                    "message": "Calls may be interrupted between 22:00 and 22:30 UTC.",
                    "severity": "warning",
                    "url": "/calls",
                    "target_roles": ["user", "agent"],
                    "starts_at": "2026-03-02T09:00:00Z",
                    "expires_at": "2026-03-02T22:30:00Z",
                },
            ),
            *shown(_BROADCAST, "admin", status="201"),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        details = self.sent(SystemAlertDetailsSerializer)
        alert = system_alerts.create_system_alert(created_by=self.viewer, **details)
        log.info("system alert %s sent by %s", alert.pk, self.viewer)
        return self.answer_with(alert, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="change_system_alert",
        summary="Change an announcement",
        description="What is left out stays as it is. 409: expired or withdrawn.",
        request=SystemAlertDetailsSerializer,
        responses={200: SystemAlertSerializer, **CONFLICT},
        examples=[sent("longer", {"expires_at": "2026-03-02T23:30:00Z"}), *shown(_BROADCAST, "admin")],
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        alert = self.get_object()
        details = self.sent(SystemAlertDetailsSerializer, partial=True)
        alert = system_alerts.change_system_alert(alert=alert, by=self.viewer, **details)
        log.info("system alert %s changed by %s: %s", alert.pk, self.viewer, ", ".join(details))
        return self.answer_with(alert)

    @extend_schema(
        operation_id="withdraw_system_alert",
        summary="Withdraw an announcement",
        description="It leaves every screen and stays on record. 409: expired, or withdrawn already.",
        responses={204: OpenApiResponse(description="Withdrawn."), **CONFLICT},
    )
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        alert = system_alerts.withdraw_system_alert(alert=self.get_object(), by=self.viewer)
        log.info("system alert %s withdrawn by %s", alert.pk, self.viewer)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        operation_id="get_system_alert_history",
        summary="Who sent, changed and withdrew an announcement",
        description="The first first. `by` is null for the operator of the server.",
        responses={200: SystemAlertChangeSerializer(many=True)},
        examples=[*shown(_SENT, "sent"), *shown(_CHANGED, "changed")],
    )
    @action(detail=True, filter_backends=[])
    def history(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        changes = self.get_object().changes.select_related("by").order_by("pk")
        page = cast("list[SystemAlertChange]", self.paginate_queryset(cast(Any, changes)))
        return self.get_paginated_response(SystemAlertChangeSerializer(page, many=True).data)
