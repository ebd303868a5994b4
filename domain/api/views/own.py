"""What concerns the signed-in person alone: /api/profile/ and, for agents, /api/agent-state/."""

from typing import Any, Final, cast

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import ViewSet

from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import AGENTS, EVERYONE, RoleAllowed
from domain.api.serializers.people import (
    AgentStateSerializer,
    ChooseStateSerializer,
    PasswordSerializer,
    ProfileChangeSerializer,
    ProfileSerializer,
)
from domain.api.throttles import PasswordThrottle
from domain.models import AgentState, User
from domain.selectors import agent_state
from domain.services import agents, people

_PROFILE: Final = {
    "id": 7,
    "email": "noor@haddad.example",
    "role": "user",
    "full_name": "Noor Haddad",
    "first_name": "Noor",
    "last_name": "Haddad",
    "user_name": "",
    "phone": "+4930901820",
    "avatar": "",
    "timezone": "Europe/Berlin",
    "account_status": "active",
    "is_verified": True,
    "owner": None,
    "owner_email": None,
    "created_at": "2025-11-01T08:00:00Z",
}
_AGENT: Final = {
    **_PROFILE,
    "id": 9,
    "email": "sam@haddad.example",
    "role": "agent",
    "full_name": "Sam Rivera",
    "first_name": "Sam",
    "last_name": "Rivera",
    "owner": 7,
    "owner_email": "noor@haddad.example",
}
_ADMIN: Final = {
    **_PROFILE,
    "id": 1,
    "email": "ada@platform.example",
    "role": "admin",
    "full_name": "Ada Osei",
    "first_name": "Ada",
    "last_name": "Osei",
}
_PROFILES: Final = [*shown(_ADMIN, "admin"), *shown(_PROFILE, "user"), *shown(_AGENT, "agent")]
_AVAILABLE: Final = {"state": "available", "since": "2026-03-02T08:58:00Z"}


class _OwnViewSet(ViewSet):
    permission_classes = (IsAuthenticated, RoleAllowed)

    @property
    def viewer(self) -> User:
        return cast(User, self.request.user)

    def sent(self, serializer: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The valid content of the request's body; raises ValidationError."""
        body = serializer(data=self.request.data, partial=partial)
        body.is_valid(raise_exception=True)
        return cast("dict[str, Any]", body.validated_data)


@extend_schema(tags=["profile"])
class ProfileViewSet(_OwnViewSet):
    roles = dict.fromkeys(("retrieve", "partial_update", "password"), EVERYONE)

    def get_throttles(self) -> list[BaseThrottle]:
        return [PasswordThrottle()] if self.action == "password" else []

    @extend_schema(
        operation_id="get_profile",
        summary="One's own profile",
        responses={200: ProfileSerializer},
        examples=_PROFILES,
    )
    def retrieve(self, request: Request) -> Response:
        return Response(ProfileSerializer(self.viewer).data)

    @extend_schema(
        operation_id="change_profile",
        summary="Change one's own profile",
        description="What is left out stays as it is. Another time zone moves every figure of the dashboard.",
        request=ProfileChangeSerializer,
        responses={200: ProfileSerializer},
        examples=[sent("move", {"timezone": "Europe/Berlin"}), *_PROFILES],
    )
    def partial_update(self, request: Request) -> Response:
        details = self.sent(ProfileChangeSerializer, partial=True)
        return Response(ProfileSerializer(people.change_details(user=self.viewer, **details)).data)

    @extend_schema(
        operation_id="change_password",
        summary="Change one's own password",
        description="Ends every sign-in, also this one: sign in again with the new password.",
        request=PasswordSerializer,
        responses={204: OpenApiResponse(description="Changed; every sign-in has ended.")},
        examples=[
            sent("a new one", {"current_password": "correct horse", "new_password": "battery staple 17"})
        ],
    )
    def password(self, request: Request) -> Response:
        given = self.sent(PasswordSerializer)
        people.change_password(user=self.viewer, current=given["current_password"], new=given["new_password"])
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["agent state"])
class AgentStateViewSet(_OwnViewSet):
    roles = dict.fromkeys(("retrieve", "update"), AGENTS)

    @extend_schema(
        operation_id="get_agent_state",
        summary="What one is doing",
        responses={200: AgentStateSerializer},
        examples=shown(_AVAILABLE, "agent"),
    )
    def retrieve(self, request: Request) -> Response:
        return self._answer(agent_state(self.viewer))

    @extend_schema(
        operation_id="choose_agent_state",
        summary="Be available, take a break, go offline",
        description=(
            "Choosing the present state again changes nothing. 409 `illegal_transition`: on a call, or the"
            " state does not lead there."
        ),
        request=ChooseStateSerializer,
        responses={200: AgentStateSerializer, **CONFLICT},
        examples=[sent("be available", {"state": "available"}), *shown(_AVAILABLE, "agent")],
    )
    def update(self, request: Request) -> Response:
        wanted = self.sent(ChooseStateSerializer)["state"]
        present = agent_state(self.viewer)
        if wanted == (present.state if present else AgentState.State.OFFLINE):
            return self._answer(present)
        return self._answer(agents.change_state(agent=self.viewer, state=wanted))

    def _answer(self, present: AgentState | None) -> Response:
        body = {"state": AgentState.State.OFFLINE, "since": None} if present is None else present
        return Response(AgentStateSerializer(body).data)  # type: ignore[arg-type]  # as good as one
