"""HTTP requests change threads once, whatever kinds of middleware and views they meet."""

import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncRequestFactory
from django.urls import path

from project.handler import OneThreadHandler

threads: Final[list[int]] = []


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def noted(request: HttpRequest) -> HttpResponse:
        threads.append(threading.get_ident())
        response = get_response(request)
        threads.append(threading.get_ident())
        return response

    return noted


def view(request: HttpRequest) -> HttpResponse:
    threads.append(threading.get_ident())
    return HttpResponse("seen")


async def waiting_view(request: HttpRequest) -> HttpResponse:
    threads.append(threading.get_ident())
    return HttpResponse("waited")


def broken_view(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


urlpatterns = [path("plain/", view), path("waiting/", waiting_view), path("broken/", broken_view)]


@pytest.fixture
def handler(settings: Any) -> OneThreadHandler:
    settings.ROOT_URLCONF = __name__
    # Django's own kind can be either; the other one is only synchronous.
    settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware", f"{__name__}.middleware"]
    threads.clear()
    return OneThreadHandler()


def answer(handler: OneThreadHandler, where: str) -> Awaitable[Any]:
    return handler.get_response_async(AsyncRequestFactory().get(where))


async def test_middleware_and_view_run_in_one_thread_that_is_entered_once(
    handler: OneThreadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a middleware went to a thread by itself")

    monkeypatch.setattr("django.utils.deprecation.sync_to_async", refuse)
    response = await answer(handler, "/plain/")
    assert response.content == b"seen"
    assert len(threads) == 3
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


async def test_an_asynchronous_view_runs_on_the_loop(handler: OneThreadHandler) -> None:
    response = await answer(handler, "/waiting/")
    assert response.content == b"waited"
    before, during, after = threads
    assert during == threading.get_ident()
    assert before == after != during


async def test_what_a_view_raises_is_an_answer(handler: OneThreadHandler, settings: Any) -> None:
    settings.DEBUG = False
    handler.load_middleware(is_async=False)
    response = await answer(handler, "/broken/")
    assert response.status_code == 500
    assert b"RuntimeError" not in response.content
