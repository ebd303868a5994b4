"""Tasks that never die silently; threads whose database connections are looked after."""

import asyncio
import threading

import pytest
from django.db import OperationalError, connection, connections

from realtime.metrics import metrics
from realtime.tasks import Threads, supervise
from tests.realtime.engines import eventually


async def test_a_task_that_fails_or_returns_is_named_counted_and_started_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = 0

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("the first time")
        if runs == 3:
            await asyncio.Event().wait()

    before = metrics.task_restarts_total["sample"]
    task = asyncio.create_task(supervise("sample", run))
    await eventually(lambda: runs == 3)
    assert metrics.task_restarts_total["sample"] == before + 2
    assert "sample failed" in caplog.text
    assert "sample ended" in caplog.text
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()


async def test_a_job_runs_elsewhere_and_its_result_or_error_comes_back() -> None:
    threads = Threads(1, "test-threads", databases=())
    assert await threads.run(threading.current_thread) is not threading.current_thread()
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 / 0)
    threads.close()


@pytest.mark.django_db(transaction=True)
async def test_connections_stay_open_from_job_to_job_and_are_closed_at_the_end() -> None:
    threads = Threads(2, "test-threads", databases=["default"])
    opened = set()

    def job() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        opened.add(connections["default"])
        return connections["default"].connection

    first = await threads.run(job)
    seen = {id(first)} | {id(await threads.run(job)) for _ in range(5)}
    assert len(seen) <= 2
    await asyncio.to_thread(threads.close)
    assert all(one.connection is None for one in opened)


@pytest.mark.django_db(transaction=True)
async def test_a_job_is_done_again_when_its_connection_had_died() -> None:
    threads = Threads(1, "test-threads", databases=["default"])
    tries = 0

    def job() -> int:
        nonlocal tries
        tries += 1
        if tries == 2:  # the server ended it since the last job; SQLite has none, and cannot tell
            connections["default"].is_usable = lambda: False  # type: ignore[method-assign]
            raise OperationalError("the connection is closed")
        return tries

    assert await threads.run(job) == 1
    assert await threads.run(job) == 3
    await asyncio.to_thread(threads.close)


@pytest.mark.django_db(transaction=True)
async def test_an_error_of_the_database_on_a_living_connection_is_not_tried_again() -> None:
    threads = Threads(1, "test-threads", databases=["default"])
    tries = 0

    def job() -> None:
        nonlocal tries
        tries += 1
        raise OperationalError("no such table")

    with pytest.raises(OperationalError):
        await threads.run(job)
    assert tries == 1
    await asyncio.to_thread(threads.close)
