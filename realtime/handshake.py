"""From the opening handshake to a signed-in socket: ASGI middleware around the consumer.

A browser cannot see why a handshake failed, so that all but a forbidden origin is accepted first and refused
afterwards: an error frame, then the close code. Nothing of a token goes further than this module and the
authenticator: not into a log, not into the scope of the application inside.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from realtime.auth import Principal, Refused
from realtime.conf import engine_settings
from realtime.connection import Receive
from realtime.engine import Engine, running_engine
from realtime.errors import BadMessage, NoCapacity
from realtime.gate import farewell
from realtime.limits import FrameCounter
from realtime.metrics import metrics
from realtime.outlet import PUSH, Send
from realtime.positions import Position
from realtime.protocol import (
    BEARER_PREFIX,
    SUBPROTOCOL,
    Authenticate,
    CloseCode,
    Error,
    Farewell,
    Retry,
    ServerFrame,
    decode,
    encode,
    fatal,
)
from realtime.session import too_many_frames

AsgiScope: TypeAlias = MutableMapping[str, Any]
AsgiApp: TypeAlias = Callable[[AsgiScope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the consumer gets as ``scope["signed_in"]``; ``at`` is when the sign-in began (monotonic)."""

    principal: Principal
    resume: Mapping[str, Position]
    at: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client's handshake brings; ``violation``: a token that no accept can answer properly."""

    subprotocol: str | None
    token: str | None = field(repr=False)
    violation: bool


class Handshake:
    """Wraps the consumer; ``engine`` gives the engine of the running loop."""

    def __init__(self, app: AsgiApp, engine: Callable[[], Engine] = running_engine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        signed_in = await self._signed_in(scope, receive, send)
        if signed_in is not None:
            # This frame lives as long as the connection: it holds on to nothing of the handshake.
            scope = _without_handshake(scope, signed_in)
            await self._app(scope, receive, send)

    async def _signed_in(self, scope: AsgiScope, receive: Receive, send: Send) -> SignedIn | None:
        """Answer the handshake; None when the connection has ended with it."""
        headers = read_headers(scope)
        await receive()  # websocket.connect
        if not origin_allowed(headers, engine_settings().allowed_origins):
            metrics.refused_total["forbidden_origin"] += 1
            await send({"type": "websocket.close", "code": int(CloseCode.FORBIDDEN)})
            return None
        offer = read_offer(scope, headers)
        await send({"type": "websocket.accept", "subprotocol": offer.subprotocol})
        engine = self._engine()
        resume = read_resume(scope.get("query_string", b""))
        started = time.monotonic()
        outcome = await self._sign_in(engine, offer, client_address(scope, headers), receive, send)
        if isinstance(outcome, Farewell):
            if isinstance(outcome.frame, Error):
                metrics.refused_total[outcome.frame.code] += 1
            await _say(send, outcome.frame)
            await send({"type": "websocket.close", "code": int(outcome.close_code)})
            return None
        return SignedIn(outcome, resume, started) if outcome is not None else None

    async def _sign_in(
        self, engine: Engine, offer: Offer, address: str, receive: Receive, send: Send
    ) -> Principal | Farewell | None:
        """The principal, or the end of the connection; None when the client has left."""
        if offer.violation:
            return fatal(
                CloseCode.PROTOCOL_VIOLATION,
                "protocol_violation",
                f"a token is offered beside {SUBPROTOCOL!r}, not alone",
                Retry.NEVER,
            )
        try:
            with engine.gate.waiting(address, first_frame=offer.token is None):
                token = offer.token
                if token is None:
                    first = await _first_frame(engine, receive, send)
                    if not isinstance(first, Authenticate):
                        return first
                    token = first.token
                return await engine.gate.sign_in(token)
        except Refused as refused:
            return farewell(refused)
        except NoCapacity as error:
            return fatal(CloseCode.NO_CAPACITY, error.code, error.message, Retry.BACKOFF)


async def _first_frame(engine: Engine, receive: Receive, send: Send) -> Authenticate | Farewell | None:
    """Wait for ``authenticate``; anything else is answered as a bad message, and soon is one too many."""
    counter = FrameCounter(engine.settings.limits)
    try:
        async with asyncio.timeout(engine.settings.limits.authenticate_timeout):
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return None
                now = time.monotonic()
                try:
                    frame = decode(event.get("text"))
                    if isinstance(frame, Authenticate):
                        return frame
                    why = "authenticate first"
                except BadMessage as error:
                    why = str(error)
                metrics.bad_messages_total += 1
                await _say(send, Error("bad_message", why, fatal=False, retry=Retry.NEVER))
                if counter.too_bad(now):
                    return too_many_frames()
    except TimeoutError:
        return fatal(CloseCode.UNAUTHENTICATED, "token_missing", "no token came in time", Retry.REFRESH_TOKEN)


async def _say(send: Send, frame: ServerFrame) -> None:
    await send(encode(frame).event)


def _without_handshake(scope: AsgiScope, signed_in: SignedIn) -> AsgiScope:
    """What a connection keeps of its scope: no headers, which are read by now, and some of them secret."""
    kept = {name: scope[name] for name in ("type", "path", "client", PUSH) if name in scope}
    return {**kept, "subprotocols": (), "headers": (), "signed_in": signed_in}


def read_headers(scope: AsgiScope) -> dict[str, list[str]]:
    """The headers by lower-case name; a name may come several times."""
    headers: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def read_offer(scope: AsgiScope, headers: Mapping[str, list[str]]) -> Offer:
    """Token and subprotocol of a handshake: the subprotocol's token, else the header's; not the query's."""
    offered: list[str] = list(scope.get("subprotocols", ()))
    subprotocol = SUBPROTOCOL if SUBPROTOCOL in offered else None
    for entry in offered:
        if entry.startswith(BEARER_PREFIX):
            return Offer(subprotocol, entry.removeprefix(BEARER_PREFIX), violation=subprotocol is None)
    scheme, _, token = (headers.get("authorization") or [""])[0].partition(" ")
    return Offer(subprotocol, token.strip() if scheme.lower() == "bearer" else None, violation=False)


def read_resume(query_string: bytes) -> dict[str, Position]:
    """``?resume=<kind>:<epoch>:<version>``, several times; malformed positions are ignored."""
    resume: dict[str, Position] = {}
    try:
        pairs = parse_qsl(query_string.decode("latin-1"), max_num_fields=20)
    except ValueError:
        return {}
    for name, value in pairs:
        kind, _, rest = value.partition(":")
        epoch, _, version = rest.rpartition(":")
        # A version is small; int() of an endless text of digits is not.
        if (
            name == "resume"
            and kind
            and epoch
            and version.isascii()
            and version.isdigit()
            and len(version) < 16
        ):
            resume[kind] = Position(epoch, int(version))
    return resume


def origin_allowed(headers: Mapping[str, list[str]], allowed: tuple[str, ...]) -> bool:
    """Programs send no Origin and are welcome; pages must come from this host or from an allowed origin."""
    origins = headers.get("origin", [])
    if not origins:
        return True
    if len(origins) > 1:
        return False
    try:
        origin = urlparse(origins[0])
        origin_host = _host(origin.netloc, origin.scheme)
        own_host = _host((headers.get("host") or [""])[0], origin.scheme)
    except ValueError:
        return False
    if origin.scheme not in ("http", "https"):
        return "*" in allowed
    domain, _ = split_domain_port(own_host)
    if origin_host == own_host and validate_host(
        domain, settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1"]
    ):
        return True
    validator = OriginValidator(None, list(allowed))  # type: ignore[no-untyped-call]
    return bool(validator.valid_origin(origin))  # type: ignore[no-untyped-call]


def _host(netloc: str, scheme: str) -> str:
    """Host and port, lower-case, without the scheme's own port."""
    return netloc.lower().removesuffix({"http": ":80", "https": ":443"}.get(scheme, ":"))


def client_address(scope: AsgiScope, headers: Mapping[str, list[str]]) -> str:
    """The peer's address, or what the trusted proxies in front say it is."""
    proxies = engine_settings().trusted_proxies
    forwarded = [part.strip() for value in headers.get("x-forwarded-for", []) for part in value.split(",")]
    if 0 < proxies <= len(forwarded):
        return forwarded[-proxies]
    client = scope.get("client")
    return str(client[0]) if client else "unknown"
