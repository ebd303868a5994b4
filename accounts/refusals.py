"""Why somebody is not let in: one list of codes and texts for REST, the socket and the schema."""

from django.db.models import TextChoices
from rest_framework.exceptions import AuthenticationFailed


class Refusal(TextChoices):
    """The code of a refusal, and the text that goes with it."""

    CREDENTIALS_INVALID = "credentials_invalid", "The email or the password is wrong."
    TOKEN_MISSING = "token_missing", "No token was sent."
    TOKEN_INVALID = "token_invalid", "The token is not one of ours, or not of the kind that belongs here."
    TOKEN_EXPIRED = "token_expired", "The token has expired."
    TOKEN_REUSED = (
        "token_reused",
        "This refresh token has been replaced by a newer one. Please sign in again.",
    )
    SESSION_REVOKED = "session_revoked", "This sign-in has ended. Please sign in again."
    PASSWORD_CHANGED = "password_changed", "The password has been changed. Please sign in again."
    ACCOUNT_DISABLED = "account_disabled", "This account is disabled."


class SignInRefused(AuthenticationFailed):
    """HTTP 401 with the code of ``refusal``; the socket translates it into a close code."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(detail=refusal.label, code=refusal.value)
        self.refusal = refusal
