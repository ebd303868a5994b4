"""The tokens themselves: what is in them, how they are signed and how they are read. No database here."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token, UntypedToken
from rest_framework_simplejwt.utils import datetime_to_epoch, get_md5_hash_password

from accounts.refusals import Refusal, SignInRefused
from domain.models import User

SID_CLAIM: Final = "sid"
ROLE_CLAIM: Final = "role"
ACCESS: Final = AccessToken.token_type
REFRESH: Final = RefreshToken.token_type


@dataclass(frozen=True, slots=True)
class Claims:
    """A token that we signed and that has not expired; not compared with the database yet."""

    kind: str  # ACCESS or REFRESH
    user_id: str
    sid: uuid.UUID
    jti: str
    role: str
    password_hash: str = field(repr=False)
    expires_at: datetime

    def match_password_of(self, user: User) -> bool:
        """Whether the user's password is still the one that the token was made under."""
        return constant_time_compare(self.password_hash, get_md5_hash_password(user.password))


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a sign-in and a refresh give; kept out of ``repr``, and so out of every log."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    refresh_expires_at: datetime


def refresh_lifetime() -> timedelta:
    """How long a refresh token lives."""
    lifetime: timedelta = api_settings.REFRESH_TOKEN_LIFETIME
    return lifetime


def new_jti() -> str:
    """A fresh token id."""
    return uuid.uuid4().hex


def mint(user: User, sid: uuid.UUID, jti: str, expires_at: datetime) -> TokenPair:
    """A fresh access token, and the refresh token ``jti`` that expires at ``expires_at`` (whole seconds)."""
    refresh = RefreshToken.for_user(user)
    refresh[SID_CLAIM] = sid.hex
    refresh[ROLE_CLAIM] = user.role
    refresh[api_settings.JTI_CLAIM] = jti
    refresh["exp"] = datetime_to_epoch(expires_at)
    return TokenPair(str(refresh.access_token), str(refresh), expires_at)


def read_access(raw: str) -> Claims:
    """The claims of an access token; raises SignInRefused."""
    return _read(raw, AccessToken)


def read_refresh(raw: str) -> Claims:
    """The claims of a refresh token; raises SignInRefused."""
    return _read(raw, RefreshToken)


def read(raw: str) -> Claims:
    """The claims of a token of either kind; raises SignInRefused."""
    return _read(raw, UntypedToken)


def _read(raw: str, kind: type[Token]) -> Claims:
    try:
        # SimpleJWT annotates its parameter as a Token, and reads the encoded text.
        token = kind(raw)  # type: ignore[arg-type]
        claims = Claims(
            kind=_text(token["token_type"]),
            user_id=_text(token[api_settings.USER_ID_CLAIM]),
            sid=uuid.UUID(hex=_text(token[SID_CLAIM])),
            jti=_text(token[api_settings.JTI_CLAIM]),
            role=_text(token[ROLE_CLAIM]),
            password_hash=_text(token[api_settings.REVOKE_TOKEN_CLAIM]),
            expires_at=datetime.fromtimestamp(token["exp"], tz=UTC),
        )
    except ExpiredTokenError:
        raise SignInRefused(Refusal.TOKEN_EXPIRED) from None
    except (TokenError, KeyError, TypeError, ValueError):  # ValueError: also text that is not Unicode
        raise SignInRefused(Refusal.TOKEN_INVALID) from None
    if claims.kind not in {ACCESS, REFRESH}:
        raise SignInRefused(Refusal.TOKEN_INVALID)
    return claims


def _text(claim: object) -> str:
    if not isinstance(claim, str):
        raise TypeError("a claim that should be text is not")
    return claim
