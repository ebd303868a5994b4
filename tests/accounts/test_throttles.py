"""Guessing is slow: per address, per email, and only addresses that can be believed count."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client

from domain.models import User
from tests.accounts.crafting import Api, error_codes
from tests.factories import PASSWORD, AdminFactory


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def limit(settings: LazySettings, **changes: Any) -> None:
    """Set these rates (the others stay off), and NUM_PROXIES if given."""
    proxies = changes.pop("num_proxies", 0)
    rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], **changes}
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": rates,
        "NUM_PROXIES": proxies,
    }


def assert_throttled(response: HttpResponse) -> None:
    assert (response.status_code, error_codes(response)) == (429, ["throttled"])
    assert 0 < int(response["Retry-After"]) <= 60


def test_one_email_is_limited_whatever_its_case_and_address(
    api: Api, tenant: User, settings: LazySettings
) -> None:
    limit(settings, sign_in_email="2/min")
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert api.sign_in("ada@example.com", "wrong").status_code == 401
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.2"
    assert api.sign_in(" ADA@example.com", "wrong").status_code == 401
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.3"
    assert_throttled(api.sign_in("Ada@Example.com"))
    assert api.sign_in("nobody@example.com", "wrong").status_code == 401


def test_one_address_is_limited_whatever_the_email(api: Api, tenant: User, settings: LazySettings) -> None:
    limit(settings, sign_in_address="2/min")
    assert api.sign_in("a@example.com").status_code == 401
    assert api.sign_in("b@example.com").status_code == 401
    assert_throttled(api.sign_in(tenant.email))
    api.client.defaults["REMOTE_ADDR"] = "192.0.2.9"
    assert api.sign_in(tenant.email).status_code == 200


@pytest.mark.parametrize("body", [[], "x", {}, {"email": 5}])
def test_bodies_that_make_no_sense_are_still_400(
    api: Api, db: None, settings: LazySettings, body: object
) -> None:
    limit(settings, sign_in_email="2/min", sign_in_address="9/min")
    assert api.post("token/", body).status_code == 400


def test_refresh_verify_and_sign_out_share_a_limit(api: Api, db: None, settings: LazySettings) -> None:
    limit(settings, token_address="3/min")
    for name in ("refresh/", "verify/", "logout/"):
        assert api.post(name, {}).status_code in (400, 401)
    for name in ("refresh/", "verify/", "logout/"):
        assert_throttled(api.post(name, {}))


def test_x_forwarded_for_is_not_believed_by_default(api: Api, db: None, settings: LazySettings) -> None:
    limit(settings, sign_in_address="1/min")
    api.sign_in("a@example.com", **{"X-Forwarded-For": "198.51.100.1"})
    assert_throttled(api.sign_in("b@example.com", **{"X-Forwarded-For": "198.51.100.2"}))


def test_behind_proxies_the_address_that_they_saw_counts(api: Api, db: None, settings: LazySettings) -> None:
    limit(settings, sign_in_address="1/min", num_proxies=1)
    api.sign_in("a@example.com", **{"X-Forwarded-For": "198.51.100.1"})
    other = api.sign_in("b@example.com", **{"X-Forwarded-For": "198.51.100.2"})
    assert other.status_code == 401
    made_up = api.sign_in("c@example.com", **{"X-Forwarded-For": "203.0.113.7, 198.51.100.1"})
    assert_throttled(made_up)


def test_the_cache_holds_no_email(api: Api, db: None, settings: LazySettings) -> None:
    limit(settings, sign_in_email="5/min")
    with pytest.MonkeyPatch.context() as patch:
        keys: list[str] = []
        patch.setattr(cache, "set", lambda key, *_: keys.append(key))
        api.sign_in("nobody@example.com")
    assert len(keys) == 1
    assert "nobody" not in keys[0]


def test_the_service_sets_every_limit() -> None:
    from project.settings import base

    rates = base.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]
    assert all(rates[scope] for scope in ("sign_in_address", "sign_in_email", "token_address"))
    assert base.REST_FRAMEWORK["NUM_PROXIES"] == 0


def sign_in_to_the_admin(client: Client, email: str, password: str, address: str = "192.0.2.1") -> str:
    """What its page says, empty once signed in."""
    answer = client.post(
        "/django-admin/login/", {"username": email, "password": password}, REMOTE_ADDR=address
    )
    return "" if answer.status_code == 302 else answer.content.decode()


@pytest.mark.django_db
def test_djangos_admin_is_limited_with_the_same_counts(
    api: Api, client: Client, settings: LazySettings
) -> None:
    admin = AdminFactory()
    limit(settings, sign_in_email="3/min")
    assert api.sign_in(admin.email, "wrong").status_code == 401
    assert "correct" in sign_in_to_the_admin(client, admin.email, "wrong")
    assert "correct" in sign_in_to_the_admin(client, admin.email.upper(), "wrong", "192.0.2.2")
    assert "Too many attempts. Try again in" in sign_in_to_the_admin(client, admin.email, PASSWORD)
    assert_throttled(api.sign_in(admin.email))
    cache.clear()
    assert sign_in_to_the_admin(client, admin.email, PASSWORD) == ""


@pytest.mark.django_db
def test_djangos_admin_is_limited_by_address(client: Client, settings: LazySettings) -> None:
    admin = AdminFactory()
    limit(settings, sign_in_address="2/min")
    for number in range(2):
        assert "correct" in sign_in_to_the_admin(client, f"{number}@example.com", "wrong")
    assert "Too many attempts" in sign_in_to_the_admin(client, admin.email, PASSWORD)
    assert sign_in_to_the_admin(client, admin.email, PASSWORD, "192.0.2.2") == ""
