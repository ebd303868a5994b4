"""The bodies of the sign-in's requests and answers."""

from rest_framework import serializers

from accounts.tokens import ACCESS, REFRESH, Claims
from domain.models import User


class SignInSerializer(serializers.Serializer[None]):
    """Email and password."""

    email = serializers.EmailField(max_length=254, help_text="Case does not matter.")
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)


class RefreshSerializer(serializers.Serializer[None]):
    """A refresh token; without one, that of the cookie is used."""

    refresh = serializers.CharField(max_length=4096, required=False)


class VerifySerializer(serializers.Serializer[None]):
    """An access or a refresh token."""

    token = serializers.CharField(max_length=4096)


class TokenPairSerializer(serializers.Serializer[None]):
    """The tokens of a sign-in."""

    access = serializers.CharField(help_text="For REST and the WebSocket; short-lived.")
    refresh = serializers.CharField(required=False, help_text="Absent when it went into the cookie.")


class VerifiedSerializer(serializers.Serializer[Claims]):
    """A token that would be accepted now."""

    token_type = serializers.ChoiceField(source="kind", choices=[ACCESS, REFRESH])
    expires_at = serializers.DateTimeField()


class MeSerializer(serializers.ModelSerializer[User]):
    """The person who is signed in."""

    full_name = serializers.CharField()

    class Meta:
        model = User
        fields = ["id", "email", "role", "full_name"]
        read_only_fields = fields
