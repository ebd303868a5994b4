"""``bytes``: a simulated hour of the demo's traffic: bytes pushed against bytes of REST polled every 30 s.

    python -m bench.bytes [--minutes 60] [--speed 1] [--patterns]

The demo's company lives through an hour of simulated time; its admin, its tenant and one of its agents watch.
After every event their documents are refreshed and each change is framed as it would be sent, pings too; no
two frames of a document within the pace at which a server refreshes. Polled is the body of the dashboard over
REST, nothing where its ETag still stands; request and response headers are left out, which favours polling.
Compressed: gzip for bodies, permessage-deflate for frames (which the service does not negotiate: its CPU and
memory cost more than the bytes, and nginx compresses REST alone).
"""

import argparse
import collections
import gzip
import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, Final

from bench.databases import new_database, run

if TYPE_CHECKING:
    from realtime.refresher import Outcome
    from realtime.scopes import Scope

POLL: Final = timedelta(seconds=30)
PACE: Final = timedelta(milliseconds=100)
PING: Final = timedelta(seconds=20)
PING_BYTES: Final = 150  # one of the server's pings with three heads
DAYS: Final = 10  # of history; documents do not grow with more
MARK: Final = 5  # percent of what polling takes, for an active admin; less for others
SEED: Final = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument(
        "--speed", type=float, default=1.0, help="of the traffic; 1: as in a real call centre"
    )
    parser.add_argument("--patterns", action="store_true", help="print which changes take most bytes")
    parser.add_argument("--measure", action="store_true", help="here, in the database in DATABASE_URL")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(timedelta(minutes=options.minutes), options.speed)))
        return
    words = ("--measure", "--minutes", str(options.minutes), "--speed", str(options.speed))
    with new_database("sqlite") as url:
        found = run(url, "bench.bytes", *words)
    for role, figures in found.items():
        pushed, polled = figures["pushed"], figures["polled"]
        print(
            f"{role}: pushed {pushed / 1000:.1f} kB in {figures['frames']} frames, polled"
            f" {polled / 1000:.1f} kB in {figures['bodies']} bodies: {100 * pushed / polled:.1f} %;"
            f" compressed {figures['deflated'] / 1000:.1f} kB against {figures['gzipped'] / 1000:.1f} kB:"
            f" {100 * figures['deflated'] / figures['gzipped']:.1f} %; the mark is {MARK} %"
        )
        if options.patterns:
            for pattern, (count, size) in list(figures["patterns"].items())[:25]:
                print(f"    {size:>8,} bytes in {count:>5,} × {pattern}")


@dataclass(slots=True)
class Viewer:
    """Somebody who watches, and what that took."""

    scopes: "tuple[Scope, ...]"
    figures: collections.Counter[str] = field(default_factory=collections.Counter)
    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    sizes: collections.Counter[str] = field(default_factory=collections.Counter)
    etag: str = ""
    # One stream for the whole connection, flushed after each message, as permessage-deflate has it.
    deflate: Any = field(default_factory=lambda: zlib.compressobj(wbits=-15))

    def pushed(self, frame: bytes) -> None:
        """A frame with its header."""
        self.figures["frames"] += 1
        self.figures["pushed"] += len(frame) + (2 if len(frame) < 126 else 4)
        packed = self.deflate.compress(frame) + self.deflate.flush(zlib.Z_SYNC_FLUSH)
        self.figures["deflated"] += len(packed) - 4 + 2

    def polled(self, etag: str, body: bytes) -> None:
        """An answer over REST."""
        if etag != self.etag:
            self.etag = etag
            self.figures["bodies"] += 1
            self.figures["polled"] += len(body)
            self.figures["gzipped"] += len(gzip.compress(body, 6))

    def noted(self, patch: list[dict[str, Any]]) -> None:
        """What a frame's operations took, by path."""
        for operation in patch:
            path = f"{operation['op']} {re.sub(r'/[0-9]+', '/n', operation['path'])}"
            self.counts[path] += 1
            self.sizes[path] += len(json.dumps(operation, separators=(",", ":"))) + 1

    def report(self) -> dict[str, Any]:
        """All figures."""
        most = {path: (self.counts[path], size) for path, size in self.sizes.most_common()}
        return {**self.figures, "patterns": most}


def measure(length: timedelta, speed: float) -> dict[str, Any]:
    """By role, what an hour of watching took."""
    import django

    django.setup()

    from django.core.management import call_command

    from dashboard.access import follows
    from dashboard.rollups.keeping import fold
    from domain.models import User
    from domain.simulation.company import DEMO_PEOPLE, found_company
    from domain.simulation.history import write_history
    from domain.simulation.traffic import Traffic
    from realtime.marks import move_marks
    from realtime.refresher import Refresher
    from realtime.stores.memory import MemoryStore

    call_command("migrate", verbosity=0)
    random = Random(SEED)
    now = datetime.now(UTC)
    company = found_company(random, now, opened=now - timedelta(days=DAYS + 5))
    write_history(company, now, random, days=DAYS, progress=lambda days: None)
    fold()
    viewers = {who.role: Viewer(follows(User.objects.get(email=who.email))) for who in DEMO_PEOPLE}
    every = list(dict.fromkeys(scope for viewer in viewers.values() for scope in viewer.scopes))
    traffic = Traffic(speed=speed, random=random)
    traffic.begin(now)
    store = MemoryStore()
    refresher = Refresher(store, clock=lambda: now)
    end, next_poll, next_ping = now + length, now, now + PING
    latest: dict[Any, Any] = {}
    while now < end:
        move_marks(store)
        looks = store.status(every, now)
        outcomes = refresher.refresh([scope for scope in every if looks[scope].behind])
        latest |= outcomes
        for viewer in viewers.values():
            push(viewer, outcomes)
        if now >= next_poll:
            next_poll += POLL
            fold()
            for viewer in viewers.values():
                poll(viewer, latest)
        if now >= next_ping:
            next_ping += PING
            for viewer in viewers.values():
                viewer.pushed(random.randbytes(PING_BYTES // 2).hex().encode())
        # Then: the next event, the next change by time alone, the next poll; but no sooner than the pace.
        turns = [status.valid_until for status in store.status(every, now).values()]
        instants = [traffic.next_at, next_poll, next_ping, *turns]
        now = max(now + PACE, min(instant for instant in instants if instant is not None))
        traffic.run_due(now)
    return {role: viewer.report() for role, viewer in viewers.items()}


def push(viewer: Viewer, outcomes: "dict[Scope, Outcome]") -> None:
    """Frame what moved in the viewer's documents."""
    from realtime.protocol import Diff, encode

    for scope in viewer.scopes:
        committed = outcomes[scope].committed if scope in outcomes else None
        if committed is None or not committed.patch:
            continue
        here = committed.position
        frame = Diff(
            scope.kind,
            here.epoch,
            committed.from_version,
            here.version,
            outcomes[scope].generated_at,
            committed.patch,
        )
        viewer.pushed(encode(frame).event["text"].encode())
        viewer.noted(committed.patch)


def poll(viewer: Viewer, outcomes: "dict[Scope, Outcome]") -> None:
    """Answer as the dashboard over REST does."""
    from rest_framework.renderers import JSONRenderer

    from dashboard.comprehensive_dashboard import envelope, etag_of
    from dashboard.merge import merge
    from realtime.refresher import Head

    heads = {}
    for scope in viewer.scopes:
        committed = outcomes[scope].committed
        assert committed is not None
        heads[scope] = Head(outcomes[scope].doc, committed.position, outcomes[scope].generated_at)
    content = merge(head.doc for head in heads.values())
    viewer.polled(etag_of(content), JSONRenderer().render({**content, **envelope(heads)}))


if __name__ == "__main__":
    main()
