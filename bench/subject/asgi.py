"""The project's application, with sockets to compare with, and with a way to ask for changes and figures."""

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from bench.subject.control import Control
from bench.subject.others import Bare, Idiomatic, idle
from project.asgi import http
from realtime.routing import websockets

# ASGI applications stand where Django expects views.
others: list[Any] = [
    path("bench/idiomatic/", Idiomatic.as_asgi()),  # type: ignore[no-untyped-call]
    path("bench/bare/", Bare()),  # type: ignore[arg-type]
    path("bench/idle/", idle),  # type: ignore[arg-type]
]
sockets = URLRouter([*others, *websockets.routes])  # type: ignore[no-untyped-call]
application = ProtocolTypeRouter({"http": Control(http), "websocket": sockets})  # type: ignore[no-untyped-call]
