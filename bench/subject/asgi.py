"""The project's application, with sockets to compare with, and with a way to ask for changes and figures."""

from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

from bench.subject.control import Control
from bench.subject.others import Bare, Idiomatic, idle
from project.asgi import http
from realtime.routing import websockets

others = [
    path("bench/idiomatic/", Idiomatic.as_asgi()),
    path("bench/bare/", Bare()),
    path("bench/idle/", idle),
]
application = ProtocolTypeRouter(
    {"http": Control(http), "websocket": URLRouter([*others, *websockets.routes])}
)
