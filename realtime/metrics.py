"""What the engine counts. Plain numbers, changed on the loop's thread; exporters read them."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Metrics:
    """Totals since the process started, except for the gauges."""

    connections: int = 0  # gauge: open, signed in
    unauthenticated: int = 0  # gauge: open, not signed in yet
    followed: int = 0  # gauge: documents that somebody here watches
    behind: int = 0  # gauge: of them, how many waited for a refresh at the last look
    connections_total: int = 0
    closed_total: Counter[int] = field(default_factory=Counter)  # by the close code that the server sent
    refused_total: Counter[str] = field(default_factory=Counter)  # by the error's code
    frames_sent_total: int = 0
    bytes_sent_total: int = 0
    sockets_blocked_total: int = 0  # a send that did not finish at once
    sockets_lost_total: int = 0  # a send that failed
    resyncs_total: int = 0  # asked for by clients: more than 0 is a defect of a client or ours
    bad_messages_total: int = 0
    rings_sent_total: int = 0
    rings_failed_total: int = 0
    rings_received_total: Counter[str] = field(default_factory=Counter)  # by what they did
    loads_total: int = 0
    refreshes_total: int = 0  # batches
    refreshed_scopes_total: int = 0
    refreshes_failed_total: int = 0  # documents that could not be computed
    refresh_seconds_total: float = 0.0
    commits_lost_total: int = 0
    missed_changes_total: int = 0  # found by the full refresh alone: somebody wrote without telling
    corrections_total: int = 0  # derived data that a check found wrong and put right
    store_errors_total: int = 0
    task_restarts_total: Counter[str] = field(default_factory=Counter)  # by the task's name


metrics = Metrics()
