"""The page's refresh token: in a cookie that scripts cannot read, and that no other site can use."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

NAME: Final = "switchboard_refresh"
PATH: Final = "/api/auth/"
TRANSPORT_HEADER: Final = "X-Token-Transport"


class OriginRefused(PermissionDenied):
    """HTTP 403: the refresh cookie is only for our own page."""

    default_detail = (
        "The refresh cookie may only be used by a page of this site: Origin is missing or foreign."
    )
    default_code = "origin_refused"


def wanted(request: Request) -> bool:
    """Whether the client asked for its refresh token in the cookie."""
    return str(request.headers.get(TRANSPORT_HEADER, "")).strip().lower() == "cookie"


def read(request: Request) -> str | None:
    """The refresh token of the cookie, if there is one."""
    token: str | None = request.COOKIES.get(NAME)
    return token or None


def write(response: Response, token: str, expires_at: datetime) -> None:
    """Hand the refresh token to the page's browser."""
    seconds = max(0, int((expires_at - timezone.now()).total_seconds()))
    response.set_cookie(
        NAME,
        token,
        max_age=seconds,
        path=PATH,
        secure=not settings.DEBUG,  # a page under development has no TLS
        httponly=True,
        samesite="Strict",
    )


def clear(response: Response) -> None:
    """Have the browser forget it."""
    response.delete_cookie(NAME, path=PATH, samesite="Strict")


def require_own_origin(request: Request) -> None:
    """Refuse requests of other sites: Origin must be this host's, or one of CSRF_TRUSTED_ORIGINS.

    SameSite=Strict already keeps other sites out; this also stops a foreign page on a sibling domain, which
    counts as the same site. Browsers send Origin with every POST, so a missing one is refused.
    """
    origin = request.headers.get("Origin", "")
    if origin == f"{request.scheme}://{request.get_host()}" or _trusted(origin):
        return
    raise OriginRefused


def _trusted(origin: str) -> bool:
    """Whether CSRF_TRUSTED_ORIGINS has this origin, or its domain behind ``*.``."""
    given = urlsplit(origin)
    for entry in settings.CSRF_TRUSTED_ORIGINS:
        trusted = urlsplit(entry)
        if origin == entry or (
            trusted.netloc.startswith("*.")
            and given.scheme == trusted.scheme
            and given.netloc.endswith(trusted.netloc[1:])
        ):
            return True
    return False
