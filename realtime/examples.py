"""An example of every frame: a short history that fits together, for the documents of the wire. Pure."""

from datetime import UTC, datetime
from typing import Final

from realtime.frames import (
    Authenticate,
    Authenticated,
    ClientFrame,
    ClientPing,
    ClientPong,
    Diff,
    Error,
    Goodbye,
    Ping,
    Pong,
    Reason,
    Resumed,
    Resync,
    Retry,
    ServerFrame,
    Snapshot,
    Welcome,
    WelcomeUser,
)
from realtime.positions import Position

_NOON: Final = datetime(2026, 3, 4, 12, tzinfo=UTC)
_LATER: Final = datetime(2026, 3, 4, 12, 0, 7, 250_000, tzinfo=UTC)

SERVER_EXAMPLES: Final[tuple[ServerFrame, ...]] = (
    Welcome(
        protocol="dashboard.v1",
        connection="h2xkVY1nq0Qb",
        user=WelcomeUser(id=7, role="user"),
        scopes=["role", "user"],
        token_expires_at=datetime(2026, 3, 4, 12, 15, tzinfo=UTC),
        ping_interval=20.0,
    ),
    Snapshot(
        scope="user",
        epoch="Zk3vPq8r",
        version=41,
        generated_at=_NOON,
        reason=Reason.CONNECT,
        data={"callback_management": {"overdue": 2}, "alerts": [{"id": "callbacks_overdue", "count": 2}]},
    ),
    Resumed(scope="role", epoch="9TfLw2aa", version=130),
    Diff(
        scope="user",
        epoch="Zk3vPq8r",
        from_version=41,
        version=42,
        generated_at=_LATER,
        patch=[
            {"op": "replace", "path": "/callback_management/overdue", "value": 0},
            {"op": "remove", "path": "/alerts/0"},
        ],
    ),
    Ping(seq="Jr0c7tQm4x1A", heads={"role": Position("9TfLw2aa", 130), "user": Position("Zk3vPq8r", 42)}),
    Pong(id=1),
    Authenticated(token_expires_at=datetime(2026, 3, 4, 12, 29, tzinfo=UTC)),
    Goodbye(reason="restart", retry_after_ms=1730),
    Error(code="token_expired", message="the access token expired", fatal=True, retry=Retry.REFRESH_TOKEN),
)

CLIENT_EXAMPLES: Final[tuple[ClientFrame, ...]] = (
    Authenticate(token="eyJhbGciOi…"),  # noqa: S106 - three dots of an example
    ClientPong(seq="Jr0c7tQm4x1A"),
    Resync(scope="user"),
    ClientPing(id=1),
)
