"""``storm``: 1,000 sockets connect at once; seconds until the last has its document, against a bare socket's.

    python -m bench storm [--sockets 1000] [--people 1000] [--servers uvicorn daphne] [--turns 3]

Unless ``--people`` says otherwise everybody has a sign-in of their own. All follow one document of 12 kB. The
bare sockets get as much at once from a consumer that does nothing else, under the same server.
"""

import argparse
import statistics
from typing import Any, Final

from bench.databases import new_database
from bench.peers import Crowd
from bench.servers import SERVERS, subject, tokens

MARK: Final = 1.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--people", type=int, help="who share the sockets (each has one of their own)")
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args()
    with new_database("sqlite") as url:
        people = tokens(url, admin=options.people or options.sockets)["admin"]
        for name in options.servers:
            bare, product = [], []
            for _ in range(options.turns):
                bare.append(_bare(url, name, options.sockets))
                seconds, counted = _product(url, name, options.sockets, people)
                product.append(seconds)
                print(
                    f"{name}: bare {bare[-1]:.2f} s, product {seconds:.2f} s; refreshed"
                    f" {counted['refreshes']}, encoded {counted['encodings']}",
                    flush=True,
                )
            ratio = statistics.median(product) / statistics.median(bare)
            print(f"{name}: {ratio:.2f} × the bare figure (mark ≤ {MARK})", flush=True)


def _bare(url: str, name: str, sockets: int) -> float:
    with subject(name, url) as server:
        server.ask("figures")  # what the first request brings about is done
        with Crowd(server.port, sockets, wait="message", path="/bench/bare/", wave=sockets) as crowd:
            return float(crowd.ready()["seconds"])


def _product(url: str, name: str, sockets: int, people: list[str]) -> tuple[float, dict[str, Any]]:
    with subject(name, url, BENCH_DOCUMENT="1") as server:
        server.ask("figures")
        with Crowd(server.port, sockets, wait="documents", tokens=people, wave=sockets) as crowd:
            seconds = float(crowd.ready()["seconds"])
            return seconds, server.ask("figures")


if __name__ == "__main__":
    main()
