"""``poll``: people who poll their dashboards every 30 s against people who are pushed them, on one core.

    python -m bench poll [--server daphne] [--database URL] [--seconds 8]

1 admin, 100 tenants, 200 agents, while calls come and go at 10 writes a second; in one server process that
does the writing too. Pushed: everybody has a socket. Polled: nobody has; the dashboard is asked for over REST
as often as so many people would, each request with the ETag of the one before, and the load is raised for as
long as 99 % of the answers take at most a second. What the writes alone cost is taken off in both cases.
"""

import argparse
import asyncio
import math
import time
from itertools import cycle
from typing import Any, Final

import httpx

from bench.databases import VENDORS, given_or_new
from bench.latency import AGENTS_OF_EACH, CALLER, CALLS, TENANTS
from bench.peers import Crowd, lateness
from bench.servers import SERVERS, Server, subject, tokens

EVERY_S: Final = 30
BOUND_S: Final = 1.0  # what 99 % of the answers may take
WRITES: Final = 10.0  # a second
FIRST: Final = 120  # people who poll, at the first attempt
GROWTH: Final = 1.4  # from one attempt to the next


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", choices=SERVERS, default="daphne")
    parser.add_argument("--vendor", choices=VENDORS, default="sqlite")
    parser.add_argument("--database", help="the URL of one that bench.generate has filled")
    parser.add_argument("--seconds", type=float, default=8, help="of each measurement")
    options = parser.parse_args()
    crew = ("--tenants", str(TENANTS), "--agents", str(AGENTS_OF_EACH))
    with given_or_new(options.database, options.vendor, str(CALLS), *crew) as url:
        found = tokens(url, admin=1, user=TENANTS, agent=TENANTS * AGENTS_OF_EACH)
        people = [token for some in found.values() for token in some]
        with subject(options.server, url) as server:
            compare(server, people, options.seconds)


def compare(server: Server, people: list[str], seconds: float) -> None:
    """The writes alone, then with sockets, then with ever more polling."""
    alone = _writing(server, seconds, 0)[1]
    with Crowd(server.port, len(people), wait="documents", tokens=people, marker=CALLER) as crowd:
        crowd.ready()
        committed, cpu = _writing(server, seconds, 1_000_000)
        seen = crowd.seen()
    push_ms = lateness(committed, seen)
    per_pushed = (cpu - alone) / len(people)
    print(f"the writes alone: {100 * alone:.0f} % of a core")
    print(
        f"pushed, {len(people)} people: {100 * cpu:.0f} % of a core; a change is there after"
        f" {push_ms['p50']:.0f} ms (p50), {push_ms['p99']:.0f} ms (p99)",
        flush=True,
    )
    sustained, per_polling, count = 0, math.nan, FIRST
    for attempt in range(12):
        times, cpu = asyncio.run(_polling(server, people, count, seconds, (2 + attempt) * 1_000_000))
        p99 = sorted(times)[math.ceil(0.99 * len(times)) - 1]
        print(
            f"polled, {count} people: {100 * cpu:.0f} % of a core, answers after"
            f" {1000 * sorted(times)[len(times) // 2]:.0f} ms (p50), {1000 * p99:.0f} ms (p99); a change is"
            f" there after {EVERY_S / 2} s on average, {EVERY_S} s at worst",
            flush=True,
        )
        if p99 > BOUND_S:
            break
        sustained, per_polling = count, (cpu - alone) / count
        count = round(count * GROWTH)
    print(
        f"CPU a second for each: polled {1000 * per_polling:.2f} ms, pushed {1000 * per_pushed:.2f} ms;"
        f" one core sustains {sustained} who poll; what they cost would do for"
        f" {sustained * per_polling / per_pushed:.0f} who are pushed: {per_polling / per_pushed:.1f} times",
        flush=True,
    )


def _writing(server: Server, seconds: float, first: int) -> tuple[dict[str, float], float]:
    """What was committed when, and the server's CPU seconds per second."""
    cpu = server.cpu
    committed = server.ask("write", rate=WRITES, seconds=seconds, first=first)
    return committed, (server.cpu - cpu) / seconds


async def _polling(
    server: Server, people: list[str], count: int, seconds: float, first: int
) -> tuple[list[float], float]:
    """How long the answers took while ``count`` people polled, and the server's CPU seconds per second."""
    rate, times = count / EVERY_S, []
    etags: dict[str, str] = {}

    async def poll(client: httpx.AsyncClient, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "If-None-Match": etags.get(token, "")}
        asked = time.monotonic()
        answer = await client.get("/api/dashboard/comprehensive/", headers=headers)
        times.append(time.monotonic() - asked)
        assert answer.status_code in (200, 304), answer.text
        etags[token] = answer.headers["ETag"]

    address = f"http://127.0.0.1:{server.port}"
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=httpx.Limits()) as client:
        cpu, started = server.cpu, time.monotonic()
        write: Any = asyncio.create_task(asyncio.to_thread(_writing, server, seconds, first))
        asking = []
        for number, token in zip(range(round(rate * seconds)), cycle(people), strict=False):
            await asyncio.sleep(max(0.0, started + number / rate - time.monotonic()))
            asking.append(asyncio.create_task(poll(client, token)))
        await asyncio.gather(write, *asking)
        used = server.cpu - cpu
    # Later than it was asked for, the last answers had to be waited for: the whole work of these seconds.
    return times, used / seconds


if __name__ == "__main__":
    main()
