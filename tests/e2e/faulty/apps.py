"""Puts the places of faults into a real process."""

import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings

from tests.e2e.faulty import Place, read_order


class FaultyConfig(AppConfig):
    name = "tests.e2e.faulty"

    def ready(self) -> None:
        from realtime import refresher, upkeep
        from realtime.marks import bell
        from realtime.stores.redis import RedisStore

        folder = Path(settings.FAULTS)
        bell.connect(lambda: _come_to(folder, Place.BELL))  # before the engine's own listener
        _leave_through(RedisStore, "mark", folder, Place.TOLD)
        _leave_through(refresher, "compute", folder, Place.COMPUTED)
        _leave_through(RedisStore, "commit", folder, Place.COMMITTED)

        class Clock(datetime):
            """The engine's clock of this process: it can be wrong, and step."""

            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=float(read_order(folder, "clock") or 0))

        for module in (refresher, upkeep):
            module.datetime = Clock  # type: ignore[attr-defined]
        assert refresher.utc_now().tzinfo is UTC


def _leave_through(owner: Any, name: str, folder: Path, place: Place) -> None:
    """Whatever ``owner.name`` did, its caller learns of it only beyond ``place``."""
    original: Callable[..., Any] = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        done = original(*args, **kwargs)
        _come_to(folder, place)
        return done

    setattr(owner, name, wrapped)


def _come_to(folder: Path, place: Place) -> None:
    if order := read_order(folder, place):
        (folder / place).unlink()
        os.kill(os.getpid(), signal.Signals[order])
