"""Which role may do what: each view says it, action by action."""

from collections.abc import Collection, Mapping
from typing import Final, Protocol, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from domain.models import User

EVERYONE: Final = frozenset(User.Role.values)
ADMINS: Final = frozenset({User.Role.ADMIN})
TENANTS: Final = frozenset({User.Role.USER})
AGENTS: Final = frozenset({User.Role.AGENT})


class _WithRoles(Protocol):
    roles: Mapping[str, Collection[str]]
    action: str | None


class RoleAllowed(BasePermission):
    """403 unless ``view.roles`` lists the person's role for the action."""

    message = "Your role may not do this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        asked = cast(_WithRoles, view)
        # No action: the method is not allowed here, which is for DRF to say; or it asks for metadata.
        if asked.action is None or asked.action == "metadata":
            return True
        return cast(User, request.user).role in asked.roles[asked.action]
