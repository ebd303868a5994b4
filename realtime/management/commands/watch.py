"""``manage.py watch``: follow a dashboard in the terminal, a line for each frame. No secret is printed."""

import asyncio
import getpass
import json
import os
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.management.base import BaseCommand, CommandError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from realtime.protocol import BEARER_PREFIX, PATH, SUBPROTOCOL, action_after

_TIMEOUT = 10  # seconds, for signing in and for connecting


class Command(BaseCommand):
    help = "Print what a socket of this user is sent. The password may be in WATCH_PASSWORD, or is asked for."
    requires_system_checks = ()  # the service is elsewhere; so may be its settings

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="sign in as this user")
        parser.add_argument(
            "--password", help="other users of this machine may see it: prefer WATCH_PASSWORD"
        )
        parser.add_argument("--token", help="an access token, instead of email and password")
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="the service (default: %(default)s)"
        )
        parser.add_argument(
            "--resume",
            action="append",
            default=[],
            metavar="SCOPE:EPOCH:VERSION",
            help="continue from this position; may be repeated",
        )
        parser.add_argument("--frames", type=int, help="end after so many frames")

    def handle(self, *, url: str, resume: list[str], frames: int | None, **options: Any) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            raise CommandError("--url starts with http:// or https://")
        base = url.rstrip("/")
        token = options["token"] or _sign_in(base, options["email"], options["password"])
        address = "ws" + base.removeprefix("http") + PATH
        if resume:
            address += "?" + urlencode([("resume", position) for position in resume])
        try:
            asyncio.run(_watch(address, token, frames, self._print))
        except (OSError, InvalidHandshake) as error:
            raise CommandError(f"cannot connect to {base}: {error}") from None
        except KeyboardInterrupt:
            return

    def _print(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


async def _watch(address: str, token: str, frames: int | None, say: Callable[[str], None]) -> None:
    """Print frames until ``frames`` of them came; CommandError when the server closes.

    Pings are answered, or it would.
    """
    protocols: Any = [SUBPROTOCOL, BEARER_PREFIX + token]
    async with connect(
        address, subprotocols=protocols, compression=None, open_timeout=_TIMEOUT, max_size=None
    ) as socket:
        seen = 0
        try:
            while frames is None or seen < frames:
                text = await socket.recv()
                say(str(text))
                seen += 1
                frame = json.loads(text)
                if frame["type"] == "ping":
                    await socket.send(json.dumps({"type": "pong", "seq": frame["seq"]}))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            raise CommandError(f"closed by the service: {code} ({action_after(code).value})") from None


def _sign_in(base: str, email: str | None, password: str | None) -> str:
    """An access token for email and password."""
    if not email:
        raise CommandError("--email or --token says who watches")
    password = password or os.environ.get("WATCH_PASSWORD") or getpass.getpass(f"Password of {email}: ")
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        f"{base}/api/auth/token/",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as response:  # noqa: S310
            return str(json.load(response)["access"])
    except urllib.error.HTTPError as error:
        raise CommandError(f"{email} cannot sign in: the service answers {error.code}") from None
    except OSError as error:
        raise CommandError(f"cannot reach {base}: {error}") from None
