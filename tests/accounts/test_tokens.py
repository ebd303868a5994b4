"""What is in the tokens, and what is refused before the database is asked."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts import sessions, tokens
from accounts.refusals import Refusal, SignInRefused
from accounts.tokens import TokenPair
from domain.models import User
from tests.accounts.crafting import broken_tokens, claims_of, crafted, expired


@pytest.fixture
def pair(tenant: User) -> TokenPair:
    return sessions.sign_in(tenant.email, "a good password", timezone.now())


def refusal_of(raw: str) -> Refusal:
    with pytest.raises(SignInRefused) as caught:
        tokens.read_access(raw)
    return caught.value.refusal


def test_both_tokens_name_the_sign_in_the_role_and_the_password(tenant: User, pair: TokenPair) -> None:
    access, refresh = claims_of(pair.access), claims_of(pair.refresh)
    for name in ("sid", "role", "user_id", "hash_password"):
        assert access[name] == refresh[name]
    assert access["sid"] == tenant.sessions.get().sid.hex
    assert access["role"] == "user"
    assert access["user_id"] == str(tenant.pk)
    assert access["jti"] != refresh["jti"]
    assert (access["token_type"], refresh["token_type"]) == ("access", "refresh")


def test_a_token_says_nothing_of_the_password_itself(tenant: User, pair: TokenPair) -> None:
    assert tenant.password not in str(claims_of(pair.access))


def test_the_refresh_token_ends_when_its_session_says(tenant: User, pair: TokenPair) -> None:
    session = tenant.sessions.get()
    assert claims_of(pair.refresh)["exp"] == session.expires_at.timestamp()
    assert pair.refresh_expires_at == session.expires_at


def test_reading_an_access_token(tenant: User, pair: TokenPair) -> None:
    claims = tokens.read_access(pair.access)
    assert (claims.kind, claims.user_id, claims.role) == ("access", str(tenant.pk), "user")
    assert claims.sid == tenant.sessions.get().sid
    life = claims.expires_at - datetime.now(UTC)
    assert timedelta(minutes=14) < life <= timedelta(minutes=15)


def test_broken_tokens_are_invalid(pair: TokenPair) -> None:
    for flaw, raw in broken_tokens(pair.access, pair.refresh).items():
        assert refusal_of(raw) == Refusal.TOKEN_INVALID, flaw


def test_an_access_token_is_not_a_refresh_token(pair: TokenPair) -> None:
    with pytest.raises(SignInRefused) as caught:
        tokens.read_refresh(pair.access)
    assert caught.value.refusal == Refusal.TOKEN_INVALID


def test_an_expired_token_is_told_from_an_invalid_one(pair: TokenPair) -> None:
    assert refusal_of(expired(pair.access)) == Refusal.TOKEN_EXPIRED
    assert refusal_of(crafted(expired(pair.access), key="another key of sufficient length....")) == (
        Refusal.TOKEN_INVALID
    )


def test_neither_repr_shows_a_token_or_the_password(pair: TokenPair) -> None:
    assert pair.access not in repr(pair)
    assert pair.refresh not in repr(pair)
    assert claims_of(pair.access)["hash_password"] not in repr(tokens.read_access(pair.access))


def test_no_log_holds_a_token(tenant: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    now = timezone.now()
    first = sessions.sign_in(tenant.email, "a good password", now)
    second = sessions.refresh(first.refresh, now)
    with pytest.raises(SignInRefused):
        sessions.refresh(first.refresh, now + timedelta(seconds=11))
    assert "refresh token used again" in caplog.text
    for raw in (first.access, first.refresh, second.access, second.refresh):
        assert raw not in caplog.text
        assert raw.rpartition(".")[2] not in caplog.text
