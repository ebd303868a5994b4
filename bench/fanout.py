"""``fanout``: N sockets on one document that changes R times a second: CPU of a delivery, latency, losses.

    python -m bench fanout [--sockets 1000] [--rates 20] [--servers uvicorn daphne] [--seconds 8] [--all]

Through the whole product: every change is a refresh of the engine (begin, compute, diff, compare-and-set),
and goes through hub, session and budget to sockets that signed in. CPU is all that the server's process uses
meanwhile, the refreshes too. In the same run, with frames of the same length: the limit (picows sending one
message to all), and Channels as its manual has it (``group_send``, one channel for each socket, pub/sub
layer) at a rate that it can bear. A latency counts from the computing (or the sending to the group) to the
client. Where a new change overtakes the sending of the last one, sockets get both in one frame: these are
counted as conflated.
"""

import argparse
from collections.abc import Callable
from typing import Any, Final

from bench.databases import new_database
from bench.peers import Crowd
from bench.servers import SERVERS, Server, limit, subject, tokens
from tests.services import RedisServer

IDIOMATIC_RATE: Final = 2.0
GRID: Final = [(sockets, rate) for sockets in (200, 1000, 3000) for rate in (5, 20, 50)]
MARKS: Final = {"uvicorn": (2.0, 10.0), "daphne": (5.0, 5.0)}  # times the limit at most; cheaper at least
MARK_P99: Final = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[1000])
    parser.add_argument("--rates", type=float, nargs="+", default=[20])
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--turns", type=int, default=1, help="median of so many")
    parser.add_argument("--all", action="store_true", help="200, 1,000, 3,000 sockets × 5, 20, 50")
    parser.add_argument("--product-only", action="store_true")
    options = parser.parse_args()
    cases = GRID if options.all else [(n, rate) for n in options.sockets for rate in options.rates]
    with new_database("sqlite") as url:
        people = tokens(url, admin=1)["admin"]
        for sockets, rate in cases:
            case(url, people, sockets, rate, options)


def case(url: str, people: list[str], sockets: int, rate: float, options: argparse.Namespace) -> None:
    """Everything for one number of sockets and one rate, and the ratios of this run."""
    print(f"{sockets:,} sockets × {rate:g}/s", flush=True)
    costs: dict[str, float] = {}

    def measured(name: str, once: Callable[[], dict[str, Any]]) -> None:
        found = sorted((once() for _ in range(options.turns)), key=lambda one: float(one["cost"]))
        costs[name] = report(name, found[len(found) // 2])

    if not options.product_only:
        measured("limit (picows)", lambda: _limit(sockets, rate, options.seconds))
    for name in options.servers:
        measured(name, lambda name=name: _product(url, name, people, sockets, rate, options.seconds))  # type: ignore[misc]
    if options.product_only:
        return
    with RedisServer() as redis:
        for name in options.servers:
            measured(f"idiomatic, {name}", lambda name=name: _idiomatic(url, name, redis.url, sockets))  # type: ignore[misc]
    for name in options.servers:
        most, least = MARKS[name]
        print(
            f"  {name}: {costs[name] / costs['limit (picows)']:.2f} × the limit (mark ≤ {most:g}),"
            f" {costs[f'idiomatic, {name}'] / costs[name]:.1f} × cheaper than idiomatic (mark ≥ {least:g})",
            flush=True,
        )


def _limit(sockets: int, rate: float, seconds: float) -> dict[str, Any]:
    with limit() as server, Crowd(server.port, sockets, wait="message") as crowd:
        return deliveries(server, crowd, "broadcast", rate, seconds, sockets)


def _product(
    url: str, name: str, people: list[str], sockets: int, rate: float, seconds: float
) -> dict[str, Any]:
    with (
        subject(name, url, BENCH_DOCUMENT="1") as server,
        Crowd(server.port, sockets, wait="documents", tokens=people) as crowd,
    ):
        return deliveries(server, crowd, "product", rate, seconds, sockets)


def _idiomatic(url: str, name: str, redis: str, sockets: int) -> dict[str, Any]:
    with (
        subject(name, url, REDIS_URL=redis) as server,
        Crowd(server.port, sockets, wait="handshake", path="/bench/idiomatic/") as crowd,
    ):
        return deliveries(server, crowd, "idiomatic", IDIOMATIC_RATE, 8, sockets)


def deliveries(
    server: Server, crowd: Crowd, what: str, rate: float, seconds: float, sockets: int
) -> dict[str, Any]:
    """Have the server send for so long; what it cost, and what the crowd saw."""
    crowd.ready()
    server.ask(what, rate=rate, seconds=1)  # the first ones fill caches
    before, cpu = crowd.counted(), server.cpu
    server.ask(what, rate=rate, seconds=seconds)
    seen = crowd.seen()
    seen["cost"] = (server.cpu - cpu) / (seen["deliveries"] - before) * 100_000
    seen["conflated"] = round(rate * seconds + rate) * sockets - seen["deliveries"]
    return seen


def report(name: str, found: dict[str, Any]) -> float:
    """One line; CPU seconds for 100,000 deliveries."""
    ms = found["ms"]
    print(
        f"  {name}: {found['cost']:.2f} s CPU for 100,000 deliveries;"
        f" p50 {ms['p50']:.0f} ms, p99 {ms['p99']:.0f} ms,"
        f" most {ms['max']:.0f} ms; {found['gaps'] + found['lost']} lost, {found['conflated']:,} of"
        f" {found['conflated'] + found['deliveries']:,} conflated; the crowd used {found['cpu']:.1f} s",
        flush=True,
    )
    return float(found["cost"])


if __name__ == "__main__":
    main()
