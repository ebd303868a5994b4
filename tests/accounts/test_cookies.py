"""The page's refresh token: out of reach of scripts, and of every other site."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts import cookies
from domain.models import User
from tests.accounts.crafting import ORIGIN, Api, error_codes, expired

AS_COOKIE = {cookies.TRANSPORT_HEADER: "cookie"}


@pytest.fixture
def signed_in(page: Api, tenant: User) -> Api:
    """The page, after signing in."""
    assert page.sign_in(tenant.email, **AS_COOKIE).status_code == 200
    return page


def test_sign_in_puts_the_refresh_token_into_a_cookie_and_nowhere_else(page: Api, tenant: User) -> None:
    response = page.sign_in(tenant.email, **AS_COOKIE)
    assert set(response.json()) == {"access"}
    morsel = response.cookies[cookies.NAME]
    assert (morsel["path"], morsel["samesite"]) == ("/api/auth/", "Strict")
    assert morsel["httponly"]
    assert morsel["secure"]
    assert morsel["max-age"] == pytest.approx(14 * 24 * 3600, abs=5)
    assert morsel["domain"] == ""
    assert morsel.value not in response.content.decode()


def test_a_page_under_development_has_no_tls(page: Api, tenant: User, settings: LazySettings) -> None:
    settings.DEBUG = True
    assert not page.sign_in(tenant.email, **AS_COOKIE).cookies[cookies.NAME]["secure"]


@pytest.mark.parametrize("body", [None, {}])
def test_refresh_with_an_empty_body_uses_the_cookie_and_replaces_it(signed_in: Api, body: object) -> None:
    before = signed_in.cookie
    response = signed_in.post("refresh/", body)
    assert response.status_code == 200
    assert set(response.json()) == {"access"}
    assert signed_in.cookie not in ("", before)
    assert signed_in.me(response.json()["access"]).status_code == 200


def test_two_tabs_that_send_the_same_cookie_both_go_on(signed_in: Api) -> None:
    shared = signed_in.cookie
    first = signed_in.post("refresh/")
    signed_in.client.cookies[cookies.NAME] = shared
    second = signed_in.post("refresh/")
    assert (first.status_code, second.status_code) == (200, 200)
    assert signed_in.post("refresh/").status_code == 200


def test_a_token_in_the_body_comes_before_the_cookie(signed_in: Api, admin: User) -> None:
    _, refresh = Api(type(signed_in.client)()).tokens(admin.email)
    before = signed_in.cookie
    response = signed_in.post("refresh/", {"refresh": refresh})
    assert set(response.json()) == {"access", "refresh"}
    assert signed_in.cookie == before


FOREIGN = [
    None,
    "",
    "null",
    "https://evil.example",
    "http://testserver.evil.example",
    "http://evil.example/http://testserver",
    "https://testserver",
    "http://testserver:8080",
    "testserver",
]


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("name", ["refresh/", "logout/", "logout/?all=1"])
def test_the_cookie_is_refused_from_anywhere_else(
    signed_in: Api, tenant: User, name: str, origin: str | None
) -> None:
    signed_in.origin = origin
    response = signed_in.post(name)
    assert (response.status_code, error_codes(response)) == (403, ["origin_refused"])
    session = tenant.sessions.get()
    assert (session.rotated_at, session.revoked_at) == (None, None)
    assert signed_in.cookie


@pytest.mark.parametrize("origin", FOREIGN)
def test_no_cookie_is_handed_out_to_anywhere_else(page: Api, tenant: User, origin: str | None) -> None:
    page.origin = origin
    response = page.sign_in(tenant.email, **AS_COOKIE)
    assert (response.status_code, error_codes(response)) == (403, ["origin_refused"])
    assert not page.cookie


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://board.example.com", 200),
        ("https://a.wall.example.com", 200),
        ("http://a.wall.example.com", 403),
        ("https://wall.example.com.evil.example", 403),
        ("https://evilwall.example.com", 403),
    ],
)
def test_trusted_origins_are_accepted(
    signed_in: Api, settings: LazySettings, origin: str, status: int
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://board.example.com", "https://*.wall.example.com"]
    signed_in.origin = origin
    assert signed_in.post("refresh/").status_code == status


def test_without_a_cookie_nobody_is_signed_in(page: Api, db: None) -> None:
    response = page.post("refresh/")
    assert (response.status_code, error_codes(response)) == (401, ["token_missing"])


def test_sign_out_ends_the_session_and_clears_the_cookie(signed_in: Api, tenant: User) -> None:
    assert signed_in.post("logout/").status_code == 204
    assert not signed_in.cookie
    assert tenant.sessions.get().revoked_at is not None


def test_sign_out_with_the_access_token_clears_the_cookie_too(page: Api, tenant: User) -> None:
    access = page.sign_in(tenant.email, **AS_COOKIE).json()["access"]
    assert page.post("logout/", {}, Authorization=f"Bearer {access}").status_code == 204
    assert not page.cookie


def test_a_page_that_slept_signs_out_with_an_old_access_token(page: Api, tenant: User) -> None:
    access = page.sign_in(tenant.email, **AS_COOKIE).json()["access"]
    assert page.post("logout/", {}, Authorization=f"Bearer {expired(access)}").status_code == 204
    assert tenant.sessions.get().revoked_at is not None
    assert not page.cookie


def test_an_old_tab_that_signs_out_leaves_a_newer_sign_in_alone(page: Api, tenant: User, admin: User) -> None:
    old = page.sign_in(tenant.email, **AS_COOKIE).json()["access"]
    page.sign_in(admin.email, **AS_COOKIE)
    assert page.post("logout/", {}, Authorization=f"Bearer {old}").status_code == 204
    assert page.post("refresh/").status_code == 200
    assert admin.sessions.get().revoked_at is None


def test_a_stolen_cookie_that_comes_late_ends_the_session(signed_in: Api, tenant: User) -> None:
    stolen = signed_in.cookie
    signed_in.post("refresh/")
    tenant.sessions.update(rotated_at=timezone.now() - timedelta(seconds=11))
    thief = Api(type(signed_in.client)(), origin=ORIGIN)
    thief.client.cookies[cookies.NAME] = stolen
    assert error_codes(thief.post("refresh/")) == ["token_reused"]
    assert error_codes(signed_in.post("refresh/")) == ["session_revoked"]
