"""The OpenAPI document describes the sign-in as it is."""

from typing import Any

import pytest
from django.urls import include, path
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from accounts.refusals import Refusal


@pytest.fixture
def schema() -> dict[str, Any]:
    """The document of the sign-in alone; generating it must not warn."""
    GENERATOR_STATS.reset()
    generator = SchemaGenerator(patterns=[path("api/auth/", include("accounts.urls"))])
    document: dict[str, Any] = generator.get_schema(request=None, public=True)
    assert not GENERATOR_STATS
    validate_schema(document)
    return document


def test_every_address_is_described_with_its_answers(schema: dict[str, Any]) -> None:
    answers = {
        address: set(next(iter(methods.values()))["responses"])
        for address, methods in schema["paths"].items()
    }
    usual = {"400", "401", "429"}
    assert {address: usual - codes for address, codes in answers.items() if address != "/api/auth/me/"} == {
        f"/api/auth/{name}/": set() for name in ("token", "refresh", "verify", "logout")
    }
    assert "403" in answers["/api/auth/refresh/"]
    assert "204" in answers["/api/auth/logout/"]
    assert {"200", "401"} <= answers["/api/auth/me/"]


def test_only_me_needs_a_token_and_sign_out_may_have_one(schema: dict[str, Any]) -> None:
    security = {
        address.split("/")[-2]: operation.get("security")
        for address, methods in schema["paths"].items()
        for operation in methods.values()
    }
    bearer = {"jwtAuth": []}
    assert security == {
        "token": None,
        "refresh": None,
        "verify": None,
        "logout": [{}, bearer],
        "me": [bearer],
    }
    assert schema["components"]["securitySchemes"]["jwtAuth"]["scheme"] == "bearer"


def test_every_refusal_is_listed(schema: dict[str, Any]) -> None:
    codes = schema["components"]["schemas"]["ErrorCode401Enum"]["enum"]
    assert set(codes) == {"not_authenticated", *Refusal.values}
