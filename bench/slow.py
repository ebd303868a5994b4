"""``slow``: one client that does not read, among 200: what it costs the server, and the others.

    python -m bench slow [--sockets 200] [--servers uvicorn daphne] [--turns 3] [--seconds 6]

One document changes 100 times a second, until more than the budget was to be sent to it. With the client and
without it in turns, each time under a new server.
"""

import argparse
import statistics
from typing import Any, Final

from bench.databases import new_database
from bench.peers import Crowd
from bench.servers import SERVERS, subject, tokens
from realtime.limits import Limits

RATE: Final = 100.0
MARK: Final = 1.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    options = parser.parse_args()
    with new_database("sqlite") as url:
        people = tokens(url, admin=1)["admin"]
        for name in options.servers:
            without, beside = [], []
            for _ in range(options.turns):
                without.append(_run(url, name, people, options, deaf=0))
                beside.append(_run(url, name, people, options, deaf=1))
            _report(name, without, beside)


def _run(url: str, name: str, people: list[str], options: argparse.Namespace, *, deaf: int) -> dict[str, Any]:
    with (
        subject(name, url, BENCH_DOCUMENT="1") as server,
        Crowd(server.port, options.sockets + deaf, wait="documents", tokens=people, deaf=deaf) as crowd,
    ):
        crowd.ready()
        server.ask("product", rate=RATE, seconds=options.seconds)
        at_the_end = server.ask("slowest")
        rss = server.ask("figures")["rss"]
        return {**crowd.seen(), **at_the_end, "rss": rss}


def _report(name: str, without: list[dict[str, Any]], beside: list[dict[str, Any]]) -> None:
    p99 = [statistics.median(one["ms"]["p99"] for one in some) for some in (without, beside)]
    more = statistics.median(one["rss"] for one in beside) - statistics.median(one["rss"] for one in without)
    unread = max(one["unacknowledged"] for one in beside)
    print(
        f"{name}: not acknowledged by the client that does not read {unread / 1024:.0f} KiB, of them waiting"
        f" in the server {max(one['waiting'] for one in beside) / 1024:.0f} KiB,"
        f" the server's memory {more / 1024:+.0f} KiB"
        f" (budget {Limits().budget / 1024:.0f} KiB and the frame that reaches it)"
    )
    print(
        f"{name}: p99 of the others {p99[1]:.1f} ms, without it {p99[0]:.1f} ms: {p99[1] / p99[0]:.2f} ×"
        f" (mark ≤ {MARK}); lost {sum(one['gaps'] + one['lost'] for one in (*without, *beside))}",
        flush=True,
    )


if __name__ == "__main__":
    main()
