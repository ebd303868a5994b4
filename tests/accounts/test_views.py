"""The sign-in over REST as a program uses it: tokens in bodies, errors in one shape."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from domain.models import User
from tests.accounts.crafting import Api, broken_tokens, error_codes, expired


def test_sign_in_gives_both_tokens_and_sets_no_cookie(api: Api, tenant: User) -> None:
    response = api.sign_in("ADA@example.com")
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize(
    ("email", "password"), [("ada@example.com", "wrong"), ("nobody@example.com", "a good password")]
)
def test_wrong_credentials_are_401_and_tell_nothing_more(
    api: Api, tenant: User, email: str, password: str
) -> None:
    response = api.sign_in(email, password)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert error_codes(response) == ["credentials_invalid"]


def test_a_disabled_account_cannot_sign_in(api: Api, tenant: User) -> None:
    tenant.is_active = False
    tenant.save()
    response = api.sign_in(tenant.email)
    assert (response.status_code, error_codes(response)) == (401, ["account_disabled"])


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ({}, {"required"}),
        ({"email": "ada@example.com"}, {"required"}),
        ({"email": "no email", "password": "x"}, {"invalid"}),
        ({"email": "ada@example.com", "password": ""}, {"blank"}),
        ({"email": "ada@example.com", "password": None}, {"null"}),
        ({"email": "a\0@example.com", "password": "x"}, {"invalid", "null_characters_not_allowed"}),
        ({"email": "ada@example.com", "password": "\ud800"}, {"surrogate_characters_not_allowed"}),
        ({"email": "ada@example.com", "password": "x" * 5000}, {"max_length"}),
        ([], {"invalid"}),
        ("ada", {"invalid"}),
    ],
)
def test_bodies_that_make_no_sense_are_400(api: Api, db: None, body: object, codes: set[str]) -> None:
    response = api.post("token/", body)
    assert response.status_code == 400
    assert set(error_codes(response)) == codes


@pytest.mark.parametrize("name", ["token/", "refresh/", "verify/", "logout/"])
def test_what_is_not_json_is_refused_in_the_same_shape(client: Client, db: None, name: str) -> None:
    broken = client.post(f"/api/auth/{name}", data="{", content_type="application/json")
    assert broken.status_code == 400
    assert broken.json()["errors"][0]["code"] == "parse_error"
    form = client.post(f"/api/auth/{name}", data="a=b", content_type="application/x-www-form-urlencoded")
    assert (form.status_code, error_codes(form)) == (415, ["unsupported_media_type"])
    read = client.get(f"/api/auth/{name}")
    assert (read.status_code, error_codes(read)) == (405, ["method_not_allowed"])


def test_a_password_keeps_its_blanks(api: Api, db: None) -> None:
    User.objects.create_user("ada@example.com", "  blanks  ")
    assert api.sign_in("ada@example.com", "  blanks  ").status_code == 200
    assert api.sign_in("ada@example.com", "blanks").status_code == 401


def test_refresh_gives_new_tokens(api: Api, tenant: User) -> None:
    _, refresh = api.tokens(tenant.email)
    response = api.post("refresh/", {"refresh": refresh})
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"access", "refresh"}
    assert body["refresh"] != refresh
    assert api.me(body["access"]).status_code == 200
    assert response["Cache-Control"] == "no-store"


def test_every_refusal_of_refresh_has_its_code(api: Api, tenant: User) -> None:
    access, refresh = api.tokens(tenant.email)
    for flaw, raw in broken_tokens(access=refresh, refresh=access).items():
        response = api.post("refresh/", {"refresh": raw})
        if raw.strip() and raw.isprintable():
            assert (response.status_code, error_codes(response)) == (401, ["token_invalid"]), flaw
        else:
            assert response.status_code == 400, flaw
    assert error_codes(api.post("refresh/", {"refresh": expired(refresh)})) == ["token_expired"]
    assert error_codes(api.post("refresh/")) == ["token_missing"]
    assert error_codes(api.post("refresh/", {})) == ["token_missing"]
    tenant.is_active = False
    tenant.save()
    assert error_codes(api.post("refresh/", {"refresh": refresh})) == ["account_disabled"]
    tenant.delete()
    deleted = api.post("refresh/", {"refresh": refresh})
    assert (deleted.status_code, error_codes(deleted)) == (401, ["session_revoked"])


def test_reuse_is_refused_and_ends_the_session(api: Api, tenant: User) -> None:
    _, refresh = api.tokens(tenant.email)
    assert api.post("refresh/", {"refresh": refresh}).status_code == 200
    assert api.post("refresh/", {"refresh": refresh}).status_code == 200  # a lost reply
    tenant.sessions.update(rotated_at=timezone.now() - timedelta(seconds=11))
    response = api.post("refresh/", {"refresh": refresh})
    assert (response.status_code, error_codes(response)) == (401, ["token_reused"])
    assert tenant.sessions.get().revoked_at is not None


def test_verify_says_what_a_token_is_and_how_long_it_lasts(api: Api, tenant: User) -> None:
    for kind, raw in zip(("access", "refresh"), api.tokens(tenant.email), strict=True):
        response = api.post("verify/", {"token": raw})
        assert response.status_code == 200
        assert response.json()["token_type"] == kind
        assert response.json()["expires_at"].endswith("Z")


def test_verify_knows_of_the_sign_out(api: Api, tenant: User) -> None:
    access, refresh = api.tokens(tenant.email)
    api.post("logout/", {"refresh": refresh})
    for raw in (access, refresh):
        response = api.post("verify/", {"token": raw})
        assert (response.status_code, error_codes(response)) == (401, ["session_revoked"])


def test_verify_refuses(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    assert error_codes(api.post("verify/", {"token": "nonsense"})) == ["token_invalid"]
    assert error_codes(api.post("verify/", {"token": expired(access)})) == ["token_expired"]
    missing = api.post("verify/", {})
    assert (missing.status_code, error_codes(missing)) == (400, ["required"])
    tenant.delete()
    assert error_codes(api.post("verify/", {"token": access})) == ["session_revoked"]


def test_sign_out_with_the_refresh_token(api: Api, tenant: User) -> None:
    access, refresh = api.tokens(tenant.email)
    other, _ = api.tokens(tenant.email)
    response = api.post("logout/", {"refresh": refresh})
    assert (response.status_code, response.content) == (204, b"")
    assert error_codes(api.me(access)) == ["session_revoked"]
    assert error_codes(api.post("refresh/", {"refresh": refresh})) == ["session_revoked"]
    assert api.me(other).status_code == 200


def test_sign_out_with_the_access_token(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    assert api.post("logout/", Authorization=f"Bearer {access}").status_code == 204
    assert api.me(access).status_code == 401


def test_sign_out_everywhere(api: Api, tenant: User, admin: User) -> None:
    mine = [api.tokens(tenant.email)[0] for _ in range(3)]
    bystander, _ = api.tokens(admin.email)
    assert api.post("logout/?all=1", Authorization=f"Bearer {mine[0]}").status_code == 204
    assert [api.me(access).status_code for access in mine] == [401, 401, 401]
    assert api.me(bystander).status_code == 200


def test_sign_out_does_not_guess_what_all_means(api: Api, tenant: User) -> None:
    access, _ = api.tokens(tenant.email)
    refused = api.post("logout/?all=true", Authorization=f"Bearer {access}")
    assert (refused.status_code, error_codes(refused)) == (400, ["invalid_choice"])
    assert api.me(access).status_code == 200


def test_sign_out_refuses_what_names_no_session(api: Api, tenant: User) -> None:
    access, refresh = api.tokens(tenant.email)
    assert error_codes(api.post("logout/")) == ["token_missing"]
    assert error_codes(api.post("logout/", {"refresh": access})) == ["token_invalid"]
    assert error_codes(api.post("logout/", {"refresh": expired(refresh)})) == ["token_expired"]
    assert error_codes(api.post("logout/", Authorization="Bearer nonsense")) == ["token_invalid"]
    api.post("logout/", {"refresh": refresh})
    assert api.post("logout/", {"refresh": refresh}).status_code == 204
    everywhere = api.post("logout/?all=1", {"refresh": refresh})
    assert (everywhere.status_code, error_codes(everywhere)) == (401, ["session_revoked"])
