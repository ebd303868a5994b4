"""What a write of the domain can refuse with. A refused write has changed nothing.

DomainError
├── InvalidInput       a value that could never be right (``field`` names it)
├── NotFound           no such row
├── Conflict           right in itself, but not in the present state of the world
│   └── LimitReached   the tenant's plan does not allow more
├── IllegalTransition  the row's status does not lead there (``current``, ``wanted``)
├── NotConfigured      there is no provider to do it
└── GatewayFailed      the provider did not do it
"""


class DomainError(Exception):
    """Base of everything a service refuses with; the text is fit for the person who asked."""


class InvalidInput(DomainError):
    """A value that is wrong whatever the state of the world; ``field`` names the argument."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotFound(DomainError):
    """There is no such row, or no longer."""

    def __init__(self, what: str, key: object) -> None:
        super().__init__(f"There is no {what} {key}.")
        self.what = what
        self.key = key


class Conflict(DomainError):
    """The request is well formed, but something else stands in its way."""


class LimitReached(Conflict):
    """The plan allows no more of them; another plan, or one fewer, does."""


class IllegalTransition(DomainError):
    """``what`` is ``current``, which does not lead to ``wanted``."""

    def __init__(self, what: str, current: str, wanted: str) -> None:
        super().__init__(f"A {what} that is {current} cannot become {wanted}.")
        self.what = what
        self.current = current
        self.wanted = wanted


class NotConfigured(DomainError):
    """It takes a provider, and none is set up (``CALL_GATEWAY``, ``PAYMENT_GATEWAY``)."""


class GatewayFailed(DomainError):
    """A provider could not be reached or would not do it; what it was to do has not been done."""
