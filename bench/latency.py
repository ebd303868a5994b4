"""``latency``: 300 people watch their dashboards, 50 writes a second; from the commit to every screen.

    python -m bench latency [--servers uvicorn daphne] [--rate 50] [--seconds 15]

1 admin, 100 tenants, 200 agents at two server processes, on PostgreSQL and Redis. The writes go through the
services in both servers, as requests would: calls come into the queues and leave them. A caller's number
shows which frame brings which write; every socket counts that it comes to.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from bench.databases import new_database, run
from bench.peers import Crowd, lateness
from bench.servers import SERVERS, Server, subject, tokens
from tests.services import RedisServer

TENANTS: Final = 100
AGENTS_OF_EACH: Final = 2
CALLS: Final = 2_000
MARK_P50: Final = 40
MARK_P99: Final = 250
CALLER: Final = r"\+555\d{7}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with new_database("postgres") as url, RedisServer() as redis:
        run(url, "bench.generate", str(CALLS), "--tenants", str(TENANTS), "--agents", str(AGENTS_OF_EACH))
        found = tokens(url, admin=1, user=TENANTS, agent=TENANTS * AGENTS_OF_EACH)
        people = [*found["admin"], *found["user"], *found["agent"]]
        for name in options.servers:
            with (
                subject(name, url, REDIS_URL=redis.url) as one,
                subject(name, url, REDIS_URL=redis.url) as other,
            ):
                measure(name, (one, other), people, options.rate, options.seconds)


def measure(
    name: str, servers: tuple[Server, Server], people: list[str], rate: float, seconds: float
) -> None:
    """The people spread over the servers, half of the writes at each."""
    shares = [people[n :: len(servers)] for n in range(len(servers))]
    crowds = [
        Crowd(server.port, len(share), wait="documents", tokens=share, marker=CALLER)
        for server, share in zip(servers, shares, strict=True)
    ]
    with crowds[0], crowds[1], ThreadPoolExecutor(len(servers)) as threads:
        for crowd in crowds:
            crowd.ready()
        before, started = _totals(servers), time.monotonic()

        def write(n: int) -> dict[str, float]:
            written: dict[str, float] = servers[n].ask(
                "write", rate=rate / len(servers), seconds=seconds, first=n * 1_000_000
            )
            return written

        committed = {
            number: at for part in threads.map(write, range(len(servers))) for number, at in part.items()
        }
        took = time.monotonic() - started
        used = {what: total - before[what] for what, total in _totals(servers).items()}
        seen = [crowd.seen() for crowd in crowds]
    _report(name, len(people), committed, seen, used, took)


def _totals(servers: tuple[Server, Server]) -> dict[str, float]:
    figures = [server.ask("figures") for server in servers]
    names = ("cpu", "refreshes_total", "refreshed_scopes_total", "refresh_seconds_total")
    return {name: sum(one[name] for one in figures) for name in names}


def _report(
    name: str,
    people: int,
    committed: dict[str, float],
    seen: list[dict[str, Any]],
    used: dict[str, float],
    took: float,
) -> None:
    ms = lateness(committed, *seen)
    never = sum(not any(one["arrivals"].get(number) for one in seen) for number in committed)
    print(
        f"{name}, {people} sockets: p50 {ms['p50']:.0f} ms (mark ≤ {MARK_P50}), p99 {ms['p99']:.0f} ms"
        f" (mark ≤ {MARK_P99}), most {ms['max']:.0f} ms,"
        f" from {ms['count']:,.0f} arrivals of {len(committed):,} calls;"
        f" {never} never seen, lost {sum(one['gaps'] + one['lost'] for one in seen)};"
        f" both servers together used {100 * used['cpu'] / took:.0f} % of a core for"
        f" {1000 * used['refresh_seconds_total'] / used['refreshes_total']:.0f} ms each of"
        f" {used['refreshes_total']} refreshes of {used['refreshed_scopes_total']} documents",
        flush=True,
    )


if __name__ == "__main__":
    main()
