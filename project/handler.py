"""Django's handler of HTTP requests, with one change of threads for each."""

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Runs middleware and view as they are written, synchronously, in one thread.

    Django's own keeps the chain asynchronous, and goes to a thread and back for each half of each middleware
    (docs/adr/0066-one-change-of-threads.md).
    """

    def __init__(self) -> None:
        super(ASGIHandler, self).__init__()  # not its own: that loads the middleware as asynchronous
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response of the synchronous chain."""
        return await sync_to_async(BaseHandler.get_response, thread_sensitive=True)(self, request)
