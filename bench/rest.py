"""``rest``: ``GET /api/dashboard/comprehensive/`` at 1 M calls on PostgreSQL, each with a fresh computation.

python -m bench.rest [--calls 1000000] [--database URL of a generated one] [--server daphne]
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import httpx
import psutil

from bench.databases import VENDORS, environment, given_or_new
from tests.processes import free_port, wait_until

PEOPLE: Final = {  # and what they may take at most, in milliseconds
    "admin": ("admin@bench.test", 40),
    "user": ("tenant1@bench.test", 20),
    "agent": ("agent1-1@bench.test", 15),
}
PASSWORD: Final = "a password for benchmarks"
WARM_UP: Final = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--vendor", choices=VENDORS, default="postgres")
    parser.add_argument("--database", help="the URL of a database that bench.generate has filled")
    parser.add_argument("--server", choices=("daphne", "uvicorn"), default="daphne")
    parser.add_argument("--requests", type=int, default=100)
    options = parser.parse_args()
    with (
        given_or_new(options.database, options.vendor, str(options.calls)) as url,
        _served(url, options.server) as (address, server),
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        for role, (email, mark) in PEOPLE.items():
            found = list(_times(client, server, email, options.requests))
            times = sorted(took for took, _ in found)
            print(
                f"{role}: median {statistics.median(times):.1f} ms,"
                f" p95 {times[int(0.95 * len(times))]:.1f} ms, least {times[0]:.1f} ms,"
                f" {statistics.mean(cpu for _, cpu in found):.1f} ms CPU of the server;"
                f" the mark is {mark} ms",
                flush=True,
            )


@contextmanager
def _served(url: str, server: str) -> Iterator[tuple[str, psutil.Process]]:
    port = free_port()
    words = [sys.executable, "manage.py", "serve", "--port", str(port), "--server", server]
    process = subprocess.Popen(
        words, env=environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(address), seconds=60, what="the server")
        yield address, psutil.Process(process.pid)  # type: ignore[no-untyped-call]
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready/", timeout=5).status_code < 500
    except httpx.TransportError:
        return False


def _times(
    client: httpx.Client, server: psutil.Process, email: str, requests: int
) -> Iterator[tuple[float, float]]:
    """How long each answer took, and the CPU that the server used meanwhile, in milliseconds."""
    answer = client.post("/api/auth/token/", json={"email": email, "password": PASSWORD}).raise_for_status()
    headers = {"Authorization": f"Bearer {answer.json()['access']}"}
    for number in range(WARM_UP + requests):
        cpu, started = server.cpu_times(), time.perf_counter()
        client.get("/api/dashboard/comprehensive/", headers=headers).raise_for_status()
        if number >= WARM_UP:
            took, used = time.perf_counter() - started, server.cpu_times()
            yield 1000 * took, 1000 * (used.user + used.system - cpu.user - cpu.system)


if __name__ == "__main__":
    main()
