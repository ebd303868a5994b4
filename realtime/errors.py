"""The engine's own errors; those of a store and of a sign-in stand beside their interfaces.

RealtimeError
├── BadMessage         a client frame that the protocol does not know
├── NoCapacity         no document, or no room, for one more connection; it may come back later
└── Misconfigured      settings.REALTIME says something the engine cannot do
"""


class RealtimeError(Exception):
    """The base of the engine's errors."""


class BadMessage(RealtimeError):
    """A client frame that is not JSON, not an object, of an unknown type or shape, binary, or too long."""


class NoCapacity(RealtimeError):
    """The connection cannot be served now; ``code`` is the error frame's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Misconfigured(RealtimeError):
    """A setting of the engine that is unknown or out of range."""
