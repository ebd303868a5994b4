"""The close codes of the wire, and what each tells the client to do. Pure."""

from enum import IntEnum
from typing import Final

from realtime.words import Word


class Action(Word):
    """What a client does after a close code."""

    RECONNECT = "reconnect", "reconnect with its positions, after a backoff with full jitter"
    RECONNECT_AFTER = "reconnect_after", "reconnect with its positions, after the goodbye's `retry_after_ms`"
    REFRESH_TOKEN = (
        "refresh_token",
        "refresh the access token once, then reconnect; if that fails too, sign in",
    )
    GIVE_UP = "give_up", "give up, and say why"
    BACKOFF = "backoff", "reconnect with its positions, after a backoff with full jitter"
    LONG_BACKOFF = "long_backoff", "reconnect with its positions, after a long backoff (10 s to minutes)"


class CloseCode(IntEnum):
    """Why the server closed, and by that what the client does next."""

    RESTART = 4012  # 1012 cannot be sent through Daphne
    PROTOCOL_VIOLATION = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    TOO_SLOW = 4408
    TOO_MANY = 4429
    NO_CAPACITY = 4503

    @property
    def meaning(self) -> str:
        return _VERDICTS[self][0]

    @property
    def action(self) -> Action:
        return _VERDICTS[self][1]


_VERDICTS: Final = {
    CloseCode.RESTART: ("the server restarts; a `goodbye` came before", Action.RECONNECT_AFTER),
    CloseCode.PROTOCOL_VIOLATION: ("the client broke the protocol", Action.GIVE_UP),
    CloseCode.UNAUTHENTICATED: (
        "the token is missing, invalid, expired or revoked, or the role has changed",
        Action.REFRESH_TOKEN,
    ),
    CloseCode.FORBIDDEN: ("the account is disabled, or its role has no dashboard", Action.GIVE_UP),
    CloseCode.TOO_SLOW: ("a ping was left unanswered for too long", Action.BACKOFF),
    CloseCode.TOO_MANY: (
        "the client sends too many frames, or its user has too many connections",
        Action.LONG_BACKOFF,
    ),
    CloseCode.NO_CAPACITY: ("the server cannot serve this connection at the moment", Action.BACKOFF),
}


def action_after(code: int) -> Action:
    """What a client does after any close code; below 4000, known or not, the connection was merely lost."""
    try:
        return CloseCode(code).action
    except ValueError:
        return Action.RECONNECT if code < 4000 else Action.BACKOFF
