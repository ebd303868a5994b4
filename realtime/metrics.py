"""What the engine counts, for exporters. Plain numbers, changed on the loop's thread."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


def _gauge(says: str) -> Any:
    return field(default=0, metadata={"says": says})


def _total(says: str, start: float = 0) -> Any:
    return field(default=start, metadata={"says": says})


def _by(label: str, says: str) -> dict[str, str]:
    return {"says": says, "by": label}


@dataclass(slots=True)
class Metrics:
    """Those whose name ends in ``_total`` only grow while the process lives; the others go up and down.

    Each field's metadata ``says`` what it counts, and of a Counter what it does so ``by``.
    """

    connections: int = _gauge("open sockets that are signed in")
    unauthenticated: int = _gauge("open sockets that are not signed in yet")
    followed: int = _gauge("documents that somebody at this process watches")
    behind: int = _gauge("of them, how many waited for a refresh at the last look at the store")
    connections_total: int = _total("sockets that were signed in")
    closed_total: Counter[int] = field(
        default_factory=Counter, metadata=_by("code", "sockets that the server closed, by its close code")
    )
    refused_total: Counter[str] = field(
        default_factory=Counter,
        metadata=_by("code", "sockets refused before a dashboard, by the error's code"),
    )
    frames_sent_total: int = _total("frames sent")
    bytes_sent_total: int = _total("bytes of the frames sent")
    sockets_blocked_total: int = _total("sends that did not finish at once")
    sockets_lost_total: int = _total("sends that failed: the socket was gone")
    resyncs_total: int = _total(
        "snapshots that clients asked for in doubt: more than 0 is a defect of a client or of the server"
    )
    bad_messages_total: int = _total("client frames that the protocol does not know")
    rings_sent_total: int = _total("notices of commits sent through the channel layer")
    rings_failed_total: int = _total("notices that the channel layer did not take, or that were too many")
    rings_received_total: Counter[str] = field(
        default_factory=Counter, metadata=_by("effect", "notices received, by what they did")
    )
    loads_total: int = _total("reads of documents from the store")
    refreshes_total: int = _total("refreshes: documents computed together, in one view of the database")
    refreshed_scopes_total: int = _total("documents computed in refreshes")
    refreshes_failed_total: int = _total("documents that could not be computed")
    refresh_seconds_total: float = _total("time spent refreshing, in seconds", 0.0)
    commits_lost_total: int = _total("documents thrown away because another refresh was quicker")
    missed_changes_total: int = _total(
        "changes that the periodic full refresh alone found: somebody writes past the models"
    )
    corrections_total: int = _total("derived data that a check found wrong and put right")
    store_errors_total: int = _total("operations that the store did not answer")
    task_restarts_total: Counter[str] = field(
        default_factory=Counter, metadata=_by("task", "background tasks that failed and were started again")
    )


metrics = Metrics()
