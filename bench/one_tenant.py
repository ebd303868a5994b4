"""``one_tenant``: 500 agents of one tenant watch its queue, which changes 5 times a second.

    python -m bench one_tenant [--agents 500] [--servers uvicorn daphne] [--rate 5] [--seconds 15]

On PostgreSQL and Redis, one server process. The changes go through the services; counted is how often the
team's document was computed and put into bytes for them.
"""

import argparse
from typing import Final

from bench.databases import new_database, run
from bench.latency import CALLER
from bench.peers import Crowd, lateness
from bench.servers import SERVERS, Server, subject, tokens
from tests.services import RedisServer

MARK_P99: Final = 250


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with new_database("postgres") as url, RedisServer() as redis:
        run(url, "bench.generate", "2000", "--tenants", "1", "--agents", str(options.agents))
        people = tokens(url, agent=options.agents)["agent"]
        for name in options.servers:
            with subject(name, url, REDIS_URL=redis.url) as server:
                measure(name, server, people, options.rate, options.seconds)


def measure(name: str, server: Server, people: list[str], rate: float, seconds: float) -> None:
    with Crowd(server.port, len(people), wait="documents", tokens=people, marker=CALLER) as crowd:
        crowd.ready()
        before = server.ask("figures")
        committed = server.ask("write", rate=rate, seconds=seconds)
        after = server.ask("figures")
        seen = crowd.seen()
    ms = lateness(committed, seen)

    def more(what: str, kind: str) -> int:
        return int(after[what].get(kind, 0) - before[what].get(kind, 0))

    print(
        f"{name}, {len(people)} agents, {round(rate * seconds)} changes of the queue:"
        f" its document was computed {more('refreshes', 'team')} times,"
        f" a change of it encoded {more('encodings', 'Diff team')} times,"
        f" the whole of it {more('encodings', 'Snapshot team')} times, for {seen['deliveries']:,} frames"
    )
    print(
        f"{name}: p50 {ms['p50']:.0f} ms, p99 {ms['p99']:.0f} ms (mark ≤ {MARK_P99}),"
        f" most {ms['max']:.0f} ms, from {ms['count']:,.0f} arrivals of {len(committed)} calls;"
        f" lost {seen['gaps'] + seen['lost']};"
        f" the server used {100 * (after['cpu'] - before['cpu']) / seconds:.0f} % of a core",
        flush=True,
    )


if __name__ == "__main__":
    main()
