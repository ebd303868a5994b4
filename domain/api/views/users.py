"""/api/users/: admins manage everybody, tenants their agents."""

import secrets
from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import UserFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import ADMINS, TENANTS
from domain.api.serializers.people import (
    InvitedSerializer,
    InviteSerializer,
    NamesSerializer,
    RoleSerializer,
    UserSerializer,
)
from domain.api.views.base import ScopedViewSet
from domain.errors import Conflict
from domain.models import User
from domain.services import people

_PASSWORD_BYTES: Final = 15  # 20 characters, 120 bits
_AGENT: Final = {
    "id": 9,
    "email": "sam@haddad.example",
    "role": "agent",
    "full_name": "Sam Rivera",
    "first_name": "Sam",
    "last_name": "Rivera",
    "user_name": "",
    "phone": "",
    "timezone": "UTC",
    "account_status": "active",
    "is_verified": False,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "employee_id": "E-009",
    "created_at": "2026-01-15T10:20:00Z",
}
_TENANT: Final = {
    **_AGENT,
    "id": 7,
    "email": "noor@haddad.example",
    "role": "user",
    "full_name": "Noor Haddad",
    "first_name": "Noor",
    "last_name": "Haddad",
    "timezone": "Europe/Berlin",
    "owner": None,
    "owner_email": None,
    "employee_id": None,
}


@extend_schema(tags=["users"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_users",
        summary="Users",
        description="Admins: everybody. Tenants: their agents.",
        examples=[*shown(_TENANT, "admin"), *shown(_AGENT, "user")],
    ),
    retrieve=extend_schema(
        operation_id="get_user",
        summary="One user",
        examples=[*shown(_TENANT, "admin"), *shown(_AGENT, "user")],
    ),
)
class UserViewSet(ScopedViewSet[User]):
    queryset = User.objects.none()
    serializer_class = UserSerializer
    filterset_class = UserFilters
    ordering_fields = ("created_at", "email", "last_name", "role", "id")
    ordering = ("-created_at",)
    roles = {
        **dict.fromkeys(("list", "retrieve", "partial_update", "disable", "enable"), ADMINS | TENANTS),
        "role": ADMINS,
        "invite": TENANTS,
    }

    @extend_schema(
        operation_id="change_user",
        summary="Change somebody's names or phone",
        request=NamesSerializer,
        responses={200: UserSerializer},
        examples=[sent("a name", {"first_name": "Sam"}), *shown(_AGENT, "admin", "user")],
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = self.get_object()
        return self.answer_with(people.change_details(user=user, **self.sent(NamesSerializer, partial=True)))

    @extend_schema(
        operation_id="disable_user",
        summary="Disable an account",
        description=(
            "Ends every sign-in at once; what was offered to an agent waits again. Disabling twice changes"
            " nothing. 409: one's own account."
        ),
        request=None,
        responses={200: UserSerializer, **CONFLICT},
        examples=shown({**_AGENT, "account_status": "disabled"}, "admin", "user"),
    )
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = self.get_object()
        self._refuse_oneself(user, "disable your own account")
        return self.answer_with(people.disable_user(user=user))

    @extend_schema(
        operation_id="enable_user",
        summary="Enable an account again",
        description="Enabling twice changes nothing. 409 `limit_reached`: the plan allows no more agents.",
        request=None,
        responses={200: UserSerializer, **CONFLICT},
        examples=shown(_AGENT, "admin", "user"),
    )
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.answer_with(people.enable_user(user=self.get_object()))

    @extend_schema(
        operation_id="change_role",
        summary="Give another role",
        description=(
            "An agent needs `owner`, and `employee_id` unless there is one from before; nobody else has"
            " these. 409: one's own role, a tenant who still has agents, an agent on a call or with another"
            " tenant's calls."
        ),
        request=RoleSerializer,
        responses={200: UserSerializer, **CONFLICT},
        examples=[
            sent("an agent", {"role": "agent", "owner": 7, "employee_id": "E-009"}),
            sent("an admin", {"role": "admin"}),
            *shown(_AGENT, "admin"),
        ],
    )
    @action(detail=True, methods=["post"])
    def role(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        user = self.get_object()
        wanted = self.sent(RoleSerializer)
        self._refuse_oneself(user, "change your own role")
        return self.answer_with(people.change_role(user=user, **wanted))

    @extend_schema(
        operation_id="invite_agent",
        summary="Take on an agent",
        description=(
            "Creates the account and makes up a password, which is in this answer and nowhere else: hand it"
            " over, and have it changed. 409 `conflict`: the email or the employee id is taken; 409"
            " `limit_reached`: the plan allows no more agents with an open account."
        ),
        request=InviteSerializer,
        responses={201: InvitedSerializer, **CONFLICT},
        examples=[
            sent(
                "an agent",
                {
                    "email": "sam@haddad.example",
                    "employee_id": "E-009",
                    "first_name": "Sam",
                    "last_name": "Rivera",
                },
            ),
            *shown({**_AGENT, "initial_password": "x0Vb1sQk3N9mZ2uWcT7L"}, "user", status="201"),
        ],
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def invite(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        agent = people.create_agent(owner=self.viewer, password=password, **self.sent(InviteSerializer))
        answer = self.answer_with(agent, status.HTTP_201_CREATED)
        answer.data["initial_password"] = password
        answer["Cache-Control"] = "no-store"
        return answer

    def _refuse_oneself(self, user: User, what: str) -> None:
        if user.pk == self.viewer.pk:
            raise Conflict(f"You cannot {what}; another admin can.")
