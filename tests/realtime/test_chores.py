"""What an application wants done now and then is done, whatever happens to it."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from realtime import chores as registered
from realtime.chores import Chore, add_chore, do_forever
from realtime.tasks import Threads
from tests.realtime.engines import World, engine_over, eventually


@pytest.fixture
def threads() -> Iterator[Threads]:
    threads = Threads(1, "chores", databases=())
    yield threads
    threads.close()


class BrokenError(Exception):
    pass


async def test_a_chore_is_done_again_and_again_also_after_the_database_was_away(
    threads: Threads, caplog: pytest.LogCaptureFixture
) -> None:
    done = 0

    def tidy() -> None:
        nonlocal done
        done += 1
        if done == 2:
            raise OperationalError("away")
        if done == 4:
            raise BrokenError

    with pytest.raises(BrokenError):  # that is for who supervises
        await do_forever(Chore("tidying up", 0.001, tidy), threads)
    assert done == 4
    assert "tidying up could not be done: away" in caplog.text


def test_a_chore_is_added_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registered, "chores", [])
    for _ in range(2):
        add_chore("tidying up", 60.0, lambda: None)
    assert [(chore.name, chore.every) for chore in registered.chores] == [("tidying up", 60.0)]


async def test_every_process_that_serves_does_them() -> None:
    done: list[bool] = []
    async with engine_over(World(), chores=[Chore("tidying up", 0.001, lambda: done.append(True))]):
        await eventually(lambda: len(done) > 1)
