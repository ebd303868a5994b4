"""``refresh``: 1, 100 and 1,000 dirty documents of tenants and agents in one refresh: queries, CPU, time.

    python -m bench.refresh [--scopes 1 100 1000] [--databases sqlite postgres] [--urls URL …]

Every person's documents change before each refresh, by a call that is handled. SQLite is measured with the
store in memory, PostgreSQL with Redis, as they are deployed. CPU is that of the refreshing process; what
PostgreSQL and Redis spend is not in it, what SQLite spends is.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from bench.databases import VENDORS, given_or_new, run, vendor_of
from tests.services import RedisServer

MARK_MS: Final = 0.5
CALLS: Final = 12_000
TENANTS: Final = 1_000  # with two agents each, so that there are a thousand of either kind
AGENTS_OF_EACH: Final = 2
WARM_UP: Final = 2
POPULATIONS: Final = ("tenants", "agents", "both")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scopes", type=int, nargs="+", default=[1, 100, 1000])
    parser.add_argument("--databases", nargs="+", choices=VENDORS, default=VENDORS)
    parser.add_argument("--urls", nargs="*", default=(), help="of databases filled for this before")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--measure", action="store_true", help="here, in the database in DATABASE_URL")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.scopes, options.rounds)))
        return
    known = {vendor_of(url): url for url in options.urls}
    for vendor in known or options.databases:
        crew = ("--tenants", str(TENANTS), "--agents", str(AGENTS_OF_EACH))
        with given_or_new(known.get(vendor), vendor, str(CALLS), *crew) as url:
            compare(vendor, url, options.scopes, str(options.rounds))


def compare(vendor: str, url: str, sizes: Sequence[int], rounds: str) -> None:
    """Measure in a process of its own, and print what it found beside the marks."""
    words = ("--measure", "--rounds", rounds, "--scopes", *map(str, sizes))
    if vendor == "postgres":
        with RedisServer() as redis:
            found = run(url, "bench.refresh", *words, BENCH_REDIS_URL=redis.url)
    else:
        found = run(url, "bench.refresh", *words)
    for population in POPULATIONS:
        measured = [size for size in sizes if f"{population} {size}" in found]
        for size in measured:
            figures = found[f"{population} {size}"]
            print(
                f"{vendor}, {size:>5,} of {population}: {figures['queries']} queries,"
                f" {figures['cpu_ms'] / size:.2f} ms CPU each, {figures['ms'] / size:.2f} ms each,"
                f" {figures['ms']:.0f} ms together, {figures['moved']} moved"
            )
        counted = {found[f"{population} {size}"]["queries"] for size in measured}
        print(f"{vendor}, {population}: queries {'constant' if len(counted) == 1 else 'NOT constant'}")
    print(f"{vendor}: the mark is at most {MARK_MS} ms CPU for each of {max(sizes):,} of both", flush=True)


def measure(sizes: Sequence[int], rounds: int) -> dict[str, dict[str, float]]:
    """By population and size, the medians of the rounds."""
    import django

    django.setup()

    from dashboard.rollups.keeping import fold
    from domain.models import User
    from realtime.refresher import Refresher
    from realtime.scopes import Scope
    from realtime.servers.garbage import spare_the_lasting
    from realtime.stores.memory import MemoryStore
    from realtime.stores.redis import RedisStore

    spare_the_lasting()  # as a server does
    ids = {
        role: list(User.objects.filter(role=role).order_by("pk").values_list("pk", flat=True))
        for role in ("user", "agent")
    }
    furnish(ids["user"])
    redis = os.environ.get("BENCH_REDIS_URL")
    found = {}
    for population in POPULATIONS:
        for size in sizes:
            if size < 3 and population == "both":
                continue
            tenants = {"tenants": size, "agents": 0, "both": -(-size // 3)}[population]
            people = [*ids["user"][:tenants], *ids["agent"][: size - tenants]]
            assert len(people) == size, f"there are not {size} {population}"
            scopes = [Scope("user", str(person)) for person in people]
            refresher = Refresher(RedisStore(redis) if redis else MemoryStore())
            refresher.refresh(scopes)
            walls, cpus, moved, queries = [], [], 0, 0
            for number in range(WARM_UP + rounds):
                change(people)
                fold()
                wall, cpu = time.perf_counter(), time.process_time()
                if number == 0:
                    with counted() as statements:
                        outcomes = refresher.refresh(scopes)
                    queries = len(statements)
                else:
                    outcomes = refresher.refresh(scopes)
                cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
                if number >= WARM_UP:
                    cpus.append(1000 * cpu)
                    walls.append(1000 * wall)
                    moved = sum(bool(one.committed and one.committed.patch) for one in outcomes.values())
            found[f"{population} {size}"] = {
                "queries": queries,
                "cpu_ms": statistics.median(cpus),
                "ms": statistics.median(walls),
                "moved": moved,
            }
    return found


def furnish(tenants: Sequence[int]) -> None:
    """A callback to come for everybody: where nobody has one, the query that loads them is left out."""
    from django.utils import timezone

    from domain.models import Callback, Customer

    with_one = set(Callback.objects.filter(reason="to come").values_list("owner_id", flat=True))
    customers = Customer.objects.bulk_create(
        Customer(owner_id=tenant, phone="+14155550199", name="Ada")
        for tenant in tenants
        if tenant not in with_one
    )
    due = timezone.now() + timedelta(days=6)
    Callback.objects.bulk_create(
        Callback(owner_id=customer.owner_id, customer=customer, due_at=due, priority=1, reason="to come")
        for customer in customers
    )


def change(people: Sequence[int]) -> None:
    """Let a call of every one of them be handled: each document moves by a few figures and a list."""
    from django.utils import timezone

    from domain.models import Call, User

    now = timezone.now()
    owners = dict(User.objects.filter(pk__in=people).values_list("pk", "owner_id"))
    Call.objects.bulk_create(
        Call(
            owner_id=owners[person] or person,
            agent_id=person if owners[person] else None,
            direction="inbound",
            provider="bench",
            provider_call_id=f"refresh-{person}-{now.timestamp()}",
            phone_number="+14155550100",
            status="completed",
            outcome="interested",
            queued_at=now,
            started_at=now,
            answered_at=now,
            ended_at=now,
            talk_s=60,
            ended_reason="hangup",
        )
        for person in people
    )


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside, in the snapshot."""
    from django.db import connections

    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connections["snapshot"].execute_wrapper(note):
        yield statements


if __name__ == "__main__":
    main()
