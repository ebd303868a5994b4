"""What an application wants done now and then in the background, by every process that serves."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.db import Error as DatabaseError

from realtime.tasks import Threads

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """``run`` is called on a thread of its own kind, ``every`` so many seconds after it last ended.

    Any number of processes do it at once, and may be killed while they do.
    """

    name: str
    every: float
    run: Callable[[], object]


# Those of this project; applications add theirs when they start.
chores: Final[list[Chore]] = []


def add_chore(name: str, every: float, run: Callable[[], object]) -> None:
    """Have ``run`` called every so many seconds; once per name, as applications may start again in tests."""
    if all(known.name != name for known in chores):
        chores.append(Chore(name, every, run))


async def do_forever(chore: Chore, threads: Threads) -> None:
    """A database that is away is tried again the next time; other errors are for who supervises."""
    while True:
        await asyncio.sleep(chore.every)
        try:
            await threads.run(chore.run)
        except DatabaseError as error:
            logger.warning("%s could not be done: %s", chore.name, error)
