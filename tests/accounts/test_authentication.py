"""Who may use REST: every refusal of a bearer token, each with its own code."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import sessions
from accounts.tokens import read_access
from domain.models import User
from tests.accounts.crafting import Api, broken_tokens, error_codes, expired


def test_a_signed_in_person_is_told_who_they_are(api: Api, agent: User) -> None:
    access, _ = api.tokens(agent.email)
    response = api.me(access)
    assert response.status_code == 200
    assert response.json() == {
        "id": agent.pk,
        "email": "grace@example.com",
        "role": "agent",
        "full_name": "grace@example.com",
    }


def test_one_query_says_who_it_is(api: Api, tenant: User, django_assert_num_queries: Any) -> None:
    access, _ = api.tokens(tenant.email)
    with django_assert_num_queries(1):
        assert api.me(access).status_code == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_case_of_the_scheme_does_not_matter(api: Api, tenant: User, scheme: str) -> None:
    access, _ = api.tokens(tenant.email)
    response = api.client.get("/api/auth/me/", headers={"Authorization": f"{scheme} {access}"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic YWRhOnB3", "not_authenticated"),
        ("Bearer", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Bearer two words", "token_invalid"),
    ],
)
def test_headers_without_a_token(api: Api, db: None, header: str | None, code: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = api.client.get("/api/auth/me/", headers=headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert error_codes(response) == [code]


def test_broken_tokens(api: Api, tenant: User) -> None:
    for flaw, raw in broken_tokens(*api.tokens(tenant.email)).items():
        if not raw.strip() or not raw.isascii():  # a header cannot carry these as they are
            continue
        response = api.me(raw)
        assert (response.status_code, error_codes(response)) == (401, ["token_invalid"]), flaw


def test_bytes_that_are_no_text(api: Api, db: None) -> None:
    response = api.client.get("/api/auth/me/", HTTP_AUTHORIZATION=b"Bearer \xff\xfe.\xff.\xff")
    assert (response.status_code, error_codes(response)) == (401, ["token_invalid"])


def test_an_expired_token(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    assert error_codes(api.me(expired(access))) == ["token_expired"]


def test_a_revoked_session(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    sessions.revoke(read_access(access).sid, tenant.pk, timezone.now())
    assert error_codes(api.me(access)) == ["session_revoked"]


def test_a_disabled_account(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    tenant.is_active = False
    tenant.save()
    assert error_codes(api.me(access)) == ["account_disabled"]


def test_a_deleted_user_is_401(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    tenant.delete()
    response = api.me(access)
    assert (response.status_code, error_codes(response)) == (401, ["session_revoked"])


def test_a_changed_password(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    tenant.set_password("another good password")
    tenant.save()
    assert error_codes(api.me(access)) == ["password_changed"]


def test_a_changed_role_counts_at_once(api: Api, agent: User) -> None:
    access, _ = api.tokens(agent.email)
    agent.role, agent.owner = User.Role.USER, None
    agent.save()
    assert api.me(access).json()["role"] == "user"


def test_a_token_from_before_a_reuse_was_found_out(api: Api, tenant: User) -> None:
    access, refresh = api.tokens(tenant.email)
    newer = api.post("refresh/", {"refresh": refresh}).json()["access"]
    tenant.sessions.update(rotated_at=timezone.now() - timedelta(seconds=11))
    assert error_codes(api.post("refresh/", {"refresh": refresh})) == ["token_reused"]
    assert error_codes(api.me(access)) == ["session_revoked"]
    assert error_codes(api.me(newer)) == ["session_revoked"]
