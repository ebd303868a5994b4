"""The composition root: the only place where everything meets."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
# First: it sets Django up, and the consumers import models.
http = get_asgi_application()

from realtime.routing import websockets  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": websockets})  # type: ignore[no-untyped-call]
