"""Authentication of REST requests: ``Authorization: Bearer <access token>``."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts.principals import signed_in
from accounts.refusals import Refusal, SignInRefused
from accounts.tokens import Claims
from domain.models import User

AUTHENTICATE_HEADER = 'Bearer realm="api"'


class SessionJWTAuthentication(BaseAuthentication):
    """``request.user`` is the user as the database has it now, ``request.auth`` the token's claims."""

    def authenticate(self, request: Request) -> tuple[User, Claims] | None:
        raw = bearer_token(request)
        if raw is None:
            return None
        person = signed_in(raw)
        return person.user, person.claims

    def authenticate_header(self, request: Request) -> str:
        return AUTHENTICATE_HEADER


def bearer_token(request: Request) -> str | None:
    """The token of the Authorization header, None without one; raises SignInRefused if malformed."""
    words = get_authorization_header(request).split()
    if not words or words[0].lower() != b"bearer":
        return None
    if len(words) != 2:
        raise SignInRefused(Refusal.TOKEN_MISSING if len(words) == 1 else Refusal.TOKEN_INVALID)
    # A token is ASCII; whatever else was sent stays recognisably wrong.
    return words[1].decode("ascii", errors="replace")
