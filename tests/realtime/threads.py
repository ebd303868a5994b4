"""Work in other threads, with database connections of their own, whose failures are heard."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

from django.db import connections

R = TypeVar("R")

PATIENCE = 60.0  # seconds; only a deadlock takes so long


def start(function: Callable[[], R]) -> "Future[R]":
    """Run ``function`` in a thread; ``result(PATIENCE)`` gives its value or raises its exception."""
    future: Future[R] = Future()

    def run() -> None:
        try:
            future.set_result(function())
        except BaseException as error:
            future.set_exception(error)
        finally:
            connections.close_all()

    Thread(target=run, daemon=True).start()
    return future


def elsewhere(function: Callable[[], R]) -> R:
    """``function()`` as another process would have done it: on other connections, and committed."""
    return start(function).result(PATIENCE)
