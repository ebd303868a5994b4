"""How often one may try: limits per address and per email, from REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].

Counts are kept in the default cache. Behind a proxy the address is the one that the last NUM_PROXIES proxies
vouch for; with the default of 0 X-Forwarded-For is ignored, since anybody can write one.
"""

import hashlib
import math
from types import SimpleNamespace
from typing import cast

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class _ConfiguredThrottle(SimpleRateThrottle):
    scope: str

    def get_rate(self) -> str | None:
        # The base class reads the rates when it is imported, and so misses settings that tests override.
        rate = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return None if rate is None else str(rate)


class _AddressThrottle(_ConfiguredThrottle):
    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SignInAddressThrottle(_AddressThrottle):
    """Sign-ins from one address: somebody trying many accounts."""

    scope = "sign_in_address"


class SignInEmailThrottle(_ConfiguredThrottle):
    """Sign-ins as one person: somebody trying many passwords from many addresses."""

    scope = "sign_in_email"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        email = request.data.get("email") if isinstance(request.data, dict) else None
        if not isinstance(email, str):
            return None  # refused as invalid, and no password is tried
        # Hashed: a cache key has to be short and plain, and a cache is no place for addresses.
        name = email.strip().lower().encode(errors="replace")
        return self.cache_format % {"scope": self.scope, "ident": hashlib.sha256(name).hexdigest()}


class TokenAddressThrottle(_AddressThrottle):
    """Refreshing, verifying and signing out from one address."""

    scope = "token_address"


def seconds_to_wait(received: HttpRequest, email: str | None) -> int | None:
    """Count an attempt to sign in that did not come over REST; how long to wait if it is one too many."""
    seen = SimpleNamespace(META=received.META, headers=received.headers, data={"email": email})
    request = cast(Request, seen)
    throttles = [SignInAddressThrottle(), SignInEmailThrottle()]
    waits = [each.wait() for each in throttles if not each.allow_request(request, APIView())]
    return max((math.ceil(wait or 1) for wait in waits), default=None)
