"""The composition root: the only place where everything meets."""

import os

import django
from channels.routing import ProtocolTypeRouter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# First: the consumers import models.
django.setup(set_prefix=False)

from project.handler import OneThreadHandler  # noqa: E402
from realtime.routing import websockets  # noqa: E402

http = OneThreadHandler()
application = ProtocolTypeRouter({"http": http, "websocket": websockets})  # type: ignore[no-untyped-call]
