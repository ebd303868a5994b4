"""``memory``: what an idle connection costs above the bare server's own, at 1,000 and 5,000 connections.

    python -m bench memory [--connections 1000 5000] [--servers uvicorn daphne]

Resident memory of the server's process, a garbage collection before each look: with 100 connections, and with
so many more. The bare ones do nothing but wait; those of the product have signed in and follow one small
document.
"""

import argparse
import time
from typing import Final

from bench.databases import new_database
from bench.peers import Crowd
from bench.servers import SERVERS, subject, tokens

MARK: Final = 8  # kB
_FIRST: Final = 100
_SETTLING: Final = 3.0  # seconds: Daphne clears up after a handshake every second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    options = parser.parse_args()
    with new_database("sqlite") as url:
        people = tokens(url, admin=1)["admin"]
        for name in options.servers:
            for count in options.connections:
                bare = _each(url, name, count, wait="handshake", path="/bench/idle/")
                product = _each(url, name, count, wait="documents", tokens=people)
                print(
                    f"{name}, {count:,} connections: bare {bare:.1f} kB each, product {product:.1f} kB,"
                    f" {product - bare:.1f} kB above it (mark ≤ {MARK})",
                    flush=True,
                )


def _each(url: str, name: str, count: int, **crowd: object) -> float:
    """Kilobytes of one more connection."""
    with subject(name, url, BENCH_DOCUMENT="1") as server, Crowd(server.port, _FIRST, **crowd) as first:
        first.ready()
        time.sleep(_SETTLING)
        before = server.ask("figures")["rss"]
        with Crowd(server.port, count, **crowd) as more:
            more.ready()
            time.sleep(_SETTLING)
            after = server.ask("figures")["rss"]
    return float(after - before) / count / 1000


if __name__ == "__main__":
    main()
