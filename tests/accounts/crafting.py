"""Tokens as the service would never hand them out, and the sign-in as a program or the page calls it."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from accounts import cookies

FOREIGN_KEY = "somebody else's key, long enough for every signature made with it"
ORIGIN = "http://testserver"


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def crafted(token: str, *, without: str | None = None, key: str | None = None, **changes: Any) -> str:
    """The token with other claims, signed again with our key or another."""
    claims = {**claims_of(token), **changes}
    if without is not None:
        del claims[without]
    return jwt.encode(claims, key or settings.SECRET_KEY, algorithm="HS256")


def expired(token: str) -> str:
    """The token, a second after its end."""
    return crafted(token, exp=int((datetime.now(UTC) - timedelta(seconds=1)).timestamp()))


def unsigned(token: str) -> str:
    """The token with the algorithm `none`."""
    return jwt.encode(claims_of(token), key=None, algorithm="none")


def broken_tokens(access: str, refresh: str) -> dict[str, str]:
    """Access tokens that must be refused as invalid, by what is wrong with them."""
    head, body, signature = access.split(".")
    return {
        "empty": "",
        "not a token": "not-a-token",
        "two parts": f"{head}.{body}",
        "parts without meaning": "a.b.c",
        "no signature": f"{head}.{body}.",
        "another's signature": f"{head}.{body}.{refresh.rpartition('.')[2]}",
        "not ASCII": "é.ü.ß",
        "not even Unicode": "\ud800.\ud800.\ud800",
        "foreign key": crafted(access, key=FOREIGN_KEY),
        "algorithm none": unsigned(access),
        "a refresh token": refresh,
        "no sign-in": crafted(access, without="sid"),
        "a sign-in that is no id": crafted(access, sid="x"),
        "a sign-in that is no text": crafted(access, sid=7),
        "no user": crafted(access, without="user_id"),
        "no role": crafted(access, without="role"),
        "no password": crafted(access, without="hash_password"),
        "no expiry": crafted(access, without="exp"),
        "no kind": crafted(access, without="token_type"),
        "an unknown kind": crafted(access, token_type="sliding"),
        "trailing blank": f"{head}.{body}.{signature[:-4]} ",
    }


def error_codes(response: HttpResponse) -> list[str]:
    """The codes of an error answer; checks the one shape that all of them have."""
    body = response.json()
    assert set(body) == {"type", "errors"}
    assert all(set(error) == {"code", "detail", "attr"} for error in body["errors"])
    assert body["type"] == ("validation_error" if response.status_code == 400 else "client_error")
    return [error["code"] for error in body["errors"]]


def unknown_sid() -> str:
    return uuid.uuid4().hex


@dataclass
class Api:
    """The sign-in over REST. ``origin`` is what a browser would send; a program sends none."""

    client: Client
    origin: str | None = None

    def post(self, name: str, body: object = None, **headers: str) -> HttpResponse:
        if self.origin is not None:
            headers = {"Origin": self.origin, **headers}
        content = "" if body is None else json.dumps(body)  # without a body fetch sends no type either
        kind = "" if body is None else "application/json"
        return self.client.generic("POST", f"/api/auth/{name}", content, kind, headers=headers)

    def sign_in(self, email: str, password: str = "a good password", **headers: str) -> HttpResponse:
        return self.post("token/", {"email": email, "password": password}, **headers)

    def tokens(self, email: str) -> tuple[str, str]:
        """The access and the refresh token of a fresh sign-in."""
        body = self.sign_in(email).json()
        return body["access"], body["refresh"]

    def me(self, access: str | None) -> HttpResponse:
        headers = {} if access is None else {"Authorization": f"Bearer {access}"}
        return self.client.get("/api/auth/me/", headers=headers)

    @property
    def cookie(self) -> str:
        """The refresh token in the browser's jar; empty when there is none, or it was cleared."""
        morsel = self.client.cookies.get(cookies.NAME)
        return morsel.value if morsel is not None else ""
