"""``history``: one write, then one refresh, at 10 k, 100 k and 1 M calls; it should cost the same.

    python -m bench.history [--calls 10000 1000000] [--databases sqlite postgres] [--urls 10000=URL …]

The write ends a call through the services and answers the next; the refresh brings the documents of an admin,
a tenant, an agent and its team to the present. Between rounds the changes are folded in, as a server does
every second; that is reported apart.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from bench.databases import VENDORS, given_or_new, run, vendor_of

MARK = 1.5
TURNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", choices=VENDORS, default=VENDORS)
    parser.add_argument("--urls", nargs="*", default=(), help="CALLS=URL, of databases filled before")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--measure", action="store_true", help="here, in the database in DATABASE_URL")
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure(options.rounds)))
        return
    known = {int(calls): url for calls, _, url in (given.partition("=") for given in options.urls)}
    vendors = sorted({vendor_of(url) for url in known.values()}) or options.databases
    for vendor in vendors:
        compare(vendor, sorted(known or options.calls), known, str(options.rounds))


def compare(vendor: str, sizes: list[int], known: Mapping[int, str], rounds: str) -> None:
    """All sizes in turns, so that whatever else the machine does meets each of them."""
    with ExitStack() as stack:
        urls = {
            calls: stack.enter_context(given_or_new(known.get(calls), vendor, str(calls))) for calls in sizes
        }
        turns: dict[int, list[dict[str, float]]] = {calls: [] for calls in sizes}
        for _ in range(TURNS):
            for calls, url in urls.items():
                turns[calls].append(run(url, "bench.history", "--measure", "--rounds", rounds))
    found = {
        calls: {what: statistics.median(turn[what] for turn in some) for what in some[0]}
        for calls, some in turns.items()
    }
    for calls, figures in found.items():
        print(
            f"{vendor}, {calls:>9,} calls: " + ", ".join(f"{what} {ms:.1f}" for what, ms in figures.items())
        )
    least, most = found[sizes[0]], found[sizes[-1]]
    for what in ("write_and_refresh_ms", "write_ms", "refresh_ms"):
        print(f"{vendor}, {what}: {sizes[-1]:,} : {sizes[0]:,} = {most[what] / least[what]:.2f}")
    print(f"{vendor}: the mark is at most {MARK}", flush=True)


def measure(rounds: int) -> dict[str, Any]:
    """Medians of the rounds, in milliseconds."""
    import django

    django.setup()

    from dashboard.rollups.keeping import fold
    from domain.models import Call, User
    from domain.services import calls as services
    from domain.services.queue import receive_call
    from realtime.refresher import Refresher
    from realtime.scopes import Scope
    from realtime.stores.memory import MemoryStore

    tenant = User.objects.get(email="tenant1@bench.test")
    agent = User.objects.get(email="agent1-1@bench.test")
    scopes = [
        Scope("role", "admin"),
        Scope("user", str(tenant.pk)),
        Scope("user", str(agent.pk)),
        Scope("team", str(tenant.pk)),
    ]
    refresher = Refresher(MemoryStore())
    refresher.refresh(scopes)
    for live in Call.objects.filter(agent=agent, status="in_progress"):
        services.end_call(call=live)
    call: Call | None = None

    def write() -> None:
        nonlocal call
        if call is not None:
            services.end_call(call=call)
        call = receive_call(owner=tenant, phone_number="+14155550100")
        services.answer_call(call=call, agent=agent, recorded=True)

    writes: list[float] = []
    refreshes: list[float] = []
    folds: list[float] = []
    for number in range(rounds + 5):
        times = [_timed(write), _timed(lambda: refresher.refresh(scopes)), _timed(fold)]
        if number >= 5:  # the first ones fill caches
            for found, took in zip((writes, refreshes, folds), times, strict=True):
                found.append(took)
    both = [one + other for one, other in zip(writes, refreshes, strict=True)]
    named = {"write_and_refresh_ms": both, "write_ms": writes, "refresh_ms": refreshes, "fold_ms": folds}
    return {name: round(statistics.median(values), 2) for name, values in named.items()}


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
