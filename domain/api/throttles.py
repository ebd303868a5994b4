"""How often one may try, from REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]."""

from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle, UserRateThrottle
from rest_framework.views import APIView


class PasswordThrottle(UserRateThrottle):
    """Changes of one's own password, successful or not."""

    scope = "password_user"

    def get_rate(self) -> str | None:
        # The base class reads the rates when it is imported, and so misses settings that tests override.
        rate = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return None if rate is None else str(rate)


class BadSignatureThrottle(SimpleRateThrottle):
    """Badly signed events from one address. Asked only about those: well signed ones are never held up."""

    scope = "webhook_address"

    def get_rate(self) -> str | None:
        rate = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return None if rate is None else str(rate)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
