"""People on the wire: users, one's own profile, an agent's state."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from domain.api.fields import DetailsSerializer, TextField, VisibleField
from domain.api.scoping import visible
from domain.models import AgentState, User

_NAMES = ("first_name", "last_name", "user_name", "phone")


def _tenants(viewer: User) -> QuerySet[User]:
    return visible(User, viewer).filter(role=User.Role.USER)


class UserSerializer(serializers.ModelSerializer[User]):
    """Somebody who signs in. ``owner`` and ``employee_id`` are agents' alone."""

    full_name = serializers.CharField()
    account_status = serializers.ChoiceField(choices=[("active", "Active"), ("disabled", "Disabled")])
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    employee_id = serializers.CharField(source="agent_profile.employee_id", default=None, allow_null=True)

    class Meta:
        model = User
        fields = (
            *("id", "email", "role", "full_name", *_NAMES, "timezone", "account_status", "is_verified"),
            *("owner", "owner_email", "employee_id", "created_at"),
        )
        read_only_fields = fields


class NamesSerializer(DetailsSerializer[User]):
    """What somebody else may change of a person."""

    class Meta:
        model = User
        fields = _NAMES


class RoleSerializer(serializers.Serializer[Any]):
    """Another role; an agent needs a tenant, and an employee id unless there is one from before."""

    role = serializers.ChoiceField(choices=User.Role.choices)
    owner = VisibleField(_tenants, required=False)
    employee_id = TextField(max_length=32, required=False)


class InviteSerializer(DetailsSerializer[User]):
    """A new agent. Employee ids are unique within the tenant."""

    email = serializers.EmailField(max_length=254)  # a taken one is a conflict, not a wrong value
    employee_id = TextField(max_length=32)

    class Meta:
        model = User
        fields = ("email", "employee_id", *_NAMES)


class InvitedSerializer(UserSerializer):
    """The new agent, and how to sign in the first time."""

    initial_password = serializers.CharField(help_text="Shown once, stored nowhere.")

    class Meta:
        model = User
        fields = (*UserSerializer.Meta.fields, "initial_password")
        read_only_fields = fields


class ProfileSerializer(serializers.ModelSerializer[User]):
    """Oneself."""

    full_name = serializers.CharField()
    account_status = serializers.ChoiceField(choices=[("active", "Active"), ("disabled", "Disabled")])
    owner_email = serializers.EmailField(source="owner.email", default=None, allow_null=True)

    class Meta:
        model = User
        fields = (
            *("id", "email", "role", "full_name", *_NAMES, "avatar", "timezone", "account_status"),
            *("is_verified", "owner", "owner_email", "created_at"),
        )
        read_only_fields = fields


class ProfileChangeSerializer(DetailsSerializer[User]):
    """What anybody may change of themselves; ``timezone`` is an IANA name, ``avatar`` a web address."""

    class Meta:
        model = User
        fields = (*_NAMES, "avatar", "timezone")


class PasswordSerializer(serializers.Serializer[Any]):
    """The present password, and the one from now on."""

    current_password = TextField(max_length=4096, trim_whitespace=False, write_only=True)
    new_password = TextField(max_length=4096, trim_whitespace=False, write_only=True)


class AgentStateSerializer(serializers.Serializer[AgentState]):
    """What an agent is doing; ``since`` is null for one who never began."""

    state = serializers.ChoiceField(choices=AgentState.State.choices)
    since = serializers.DateTimeField(allow_null=True)


class ChooseStateSerializer(serializers.Serializer[Any]):
    """What an agent may choose; calls bring on_call and wrap_up."""

    state = serializers.ChoiceField(
        choices=[
            (each.value, each.label)
            for each in (AgentState.State.AVAILABLE, AgentState.State.BREAK, AgentState.State.OFFLINE)
        ]
    )
