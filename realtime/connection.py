"""One signed-in connection: its session, its socket, its place in the hub, from welcome to the end."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from random import uniform
from typing import TYPE_CHECKING, Any

from realtime.auth import Principal, Refused
from realtime.errors import NoCapacity
from realtime.gate import farewell
from realtime.metrics import metrics
from realtime.outlet import Outlet, Push, Send
from realtime.positions import Position
from realtime.protocol import (
    SUBPROTOCOL,
    Authenticate,
    Authenticated,
    CloseCode,
    Error,
    Farewell,
    Retry,
    Welcome,
    WelcomeUser,
    fatal,
)
from realtime.session import Session

if TYPE_CHECKING:
    from realtime.engine import Engine

Receive = Callable[[], Awaitable[Mapping[str, Any]]]  # ASGI

_FLUSH = 2.0  # seconds for the last frames of a socket that is stuck


class Connection:
    """Lives in the task of its ASGI application; ``end`` may be called by anyone on the loop."""

    __slots__ = ("_ended", "_engine", "_outlet", "_signed_in_at", "_task", "id", "principal", "session")

    def __init__(
        self,
        engine: "Engine",
        principal: Principal,
        send: Send,
        signed_in_at: float,
        push: Push | None = None,
    ) -> None:
        self.id = secrets.token_urlsafe(9)
        self.principal = principal
        self._engine = engine
        self._signed_in_at = signed_in_at
        self._outlet = Outlet(send, push, on_blocked=self._blocked, on_freed=self._freed, on_lost=self._lost)
        now = time.monotonic()
        limits = engine.settings.limits
        self.session = Session(
            limits,
            self._outlet.deliver,
            now=now,
            expires_at=_monotonic(principal.expires_at),
            # Spread, so that thousands that came at once are not pinged at once.
            first_ping=uniform(0.5, 1.0) * limits.ping_interval,
        )
        self._ended = False
        self._task: asyncio.Task[object] | None = None

    async def run(self, receive: Receive, resume: Mapping[str, Position]) -> None:
        """From welcome to the end. Whatever happens, nothing of it is left behind."""
        self._task = asyncio.current_task()
        try:
            try:
                await self._open(resume)
                while not self._ended:
                    event = await receive()
                    if event["type"] == "websocket.disconnect":
                        return
                    await self._received(event.get("text"))
            except asyncio.CancelledError:
                if not self._ended or self._task is None:
                    raise
                self._task.uncancel()
            finally:
                self._task = None
                self.session.open = False
                self._engine.hub.leave(self.session)
                self._engine.gate.dismiss(self)
            await self._outlet.flushed(_FLUSH)
        finally:
            self._outlet.close()

    def end(self, last: Farewell) -> None:
        """Say why, close, and leave; the first end counts."""
        if self._ended:
            return
        self._ended = True
        metrics.closed_total[last.close_code] += 1
        self.session.open = False
        self.session.say(last.frame, time.monotonic())
        self._outlet.write({"type": "websocket.close", "code": int(last.close_code)})
        self._stop_waiting()

    async def _open(self, resume: Mapping[str, Position]) -> None:
        principal, engine = self.principal, self._engine
        try:
            engine.gate.admit(self)
            if engine.draining:
                self.end(engine.goodbye())
                return
            await engine.gate.confirm(self, self._signed_in_at)
            if self._ended:
                return
            self.session.say(
                Welcome(
                    protocol=SUBPROTOCOL,
                    connection=self.id,
                    user=WelcomeUser(principal.user_id, principal.role),
                    scopes=[scope.kind for scope in principal.scopes],
                    token_expires_at=principal.expires_at,
                    ping_interval=engine.settings.limits.ping_interval,
                ),
                time.monotonic(),
            )
            await engine.hub.join(
                self.session, principal.scopes, resume, within=engine.settings.document_timeout
            )
        except Refused as refused:
            self.end(farewell(refused))
        except NoCapacity as error:
            self.end(fatal(CloseCode.NO_CAPACITY, error.code, error.message, Retry.BACKOFF))

    async def _received(self, text: str | None) -> None:
        session = self.session
        resyncs, bad = session.resyncs, session.bad_messages
        asked = session.received(text, time.monotonic())
        metrics.resyncs_total += session.resyncs - resyncs
        metrics.bad_messages_total += session.bad_messages - bad
        if isinstance(asked, Farewell):
            self.end(asked)
        elif isinstance(asked, Authenticate):
            await self._authenticate(asked.token)

    async def _authenticate(self, token: str) -> None:
        """A fresh token on an open connection: of the same person, who still sees the same."""
        started = time.monotonic()
        try:
            fresh = await self._engine.gate.sign_in(token)
        except Refused as refused:
            self.end(farewell(refused))
            return
        except NoCapacity as error:
            self.session.say(
                Error(error.code, error.message, fatal=False, retry=Retry.BACKOFF), time.monotonic()
            )
            return
        if (fresh.user_id, fresh.role, fresh.scopes) != (
            self.principal.user_id,
            self.principal.role,
            self.principal.scopes,
        ):
            self.end(
                fatal(
                    CloseCode.UNAUTHENTICATED,
                    "other_principal",
                    "the token is for somebody else, or for another role",
                    Retry.REFRESH_TOKEN,
                )
            )
            return
        self.principal = fresh
        self.session.authenticated(
            Authenticated(fresh.expires_at), _monotonic(fresh.expires_at), time.monotonic()
        )
        await self._engine.gate.confirm(self, started)

    # What the socket says

    def _blocked(self) -> None:
        self.session.blocked = True

    def _freed(self) -> None:
        self.session.blocked = False
        self.session.pump_all(time.monotonic())

    def _lost(self) -> None:
        self._ended = True
        self.session.open = False
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()


def _monotonic(instant: datetime) -> float:
    """An instant on the clock of ``time.monotonic``."""
    return time.monotonic() + (instant - datetime.now(UTC)).total_seconds()
