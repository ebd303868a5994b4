"""How often one may try, from REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]."""

from rest_framework.settings import api_settings
from rest_framework.throttling import UserRateThrottle


class PasswordThrottle(UserRateThrottle):
    """Changes of one's own password, successful or not."""

    scope = "password_user"

    def get_rate(self) -> str | None:
        # The base class reads the rates when it is imported, and so misses settings that tests override.
        rate = api_settings.DEFAULT_THROTTLE_RATES[self.scope]
        return None if rate is None else str(rate)
