"""The document that the delivery is measured with: one small section, through the engine like any other."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings

SCOPE_ID: Final = "bench"
# Makes a diff's frame of about 400 bytes, and a snapshot's of about 12 kB.
TEXT: Final = "what changed with it " * 8
REST: Final[dict[str, Any]] = {f"key {n}": "what stays as it is" for n in range(340)}


# How often documents of each kind, and changes of them, were put into bytes: "Diff team".
encodings: Final[Counter[str]] = Counter()


def counted(encode: Callable[..., Any]) -> Callable[..., Any]:
    """Counts the frames that it encodes."""

    def counting(frame: Any) -> Any:
        encodings[f"{type(frame).__name__} {frame.scope}"] += 1
        return encode(frame)

    return counting


class SubjectConfig(AppConfig):
    name = "bench.subject"

    def ready(self) -> None:
        from realtime import feed

        feed.encode = counted(feed.encode)  # type: ignore[attr-defined]
        if not getattr(settings, "BENCH_DOCUMENT", False):
            return
        from dashboard import access
        from realtime.scopes import Scope
        from realtime.sections import Audience, Piece, section

        audience: Audience[str] = Audience(
            "everybody under measurement",
            "role",
            lambda ids: {id_: id_ for id_ in ids if id_ == SCOPE_ID},
            lambda subject: True,
        )

        @section("bench", audience=audience, reads=[])
        def bench(subjects: Sequence[str], now: datetime) -> Mapping[str, Piece]:
            """New at every refresh; ``at`` is when it was computed, on the clock that all processes share."""
            at = time.monotonic()
            return {id_: Piece({"at": at, "text": f"{at} {TEXT[:140]}", "rest": REST}) for id_ in subjects}

        # Signed in like everybody; only what a person follows is another document.
        access.follows = lambda user: (Scope("role", SCOPE_ID),)
