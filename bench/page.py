"""``page``: the live page in Chromium: its size, its first paint, the cost of a diff, its heap over time.

    python -m bench.page [--role admin] [--loads 7] [--seconds 30] [--minutes 0] [--rate 10]

Serves a generated company on SQLite, from one process as in production. Another process answers and ends one
agent's calls through the services at a steady rate; every write changes the documents of all three roles.
All times are the browser's own. ``--minutes`` also follows the diffs for so long and weighs the heap, after
a garbage collection, once a minute.
"""

import argparse
import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from statistics import linear_regression, median
from typing import Final, cast

import httpx
from playwright.async_api import Browser, CDPSession, Page, async_playwright

from bench.databases import environment, new_database, run
from tests.e2e.browser import FLAGS, browser_environment, find_browser
from tests.processes import free_port, wait_until

PASSWORD: Final = "a password for benchmarks"
PEOPLE: Final = {
    "admin": "admin@bench.test",
    "user": "tenant1@bench.test",
    "agent": "agent1-1@bench.test",
}
HISTORY: Final = 20_000  # calls; the page does not see how many there were
MARK_MS: Final = 4.0  # of the main thread, for each diff
SETTLE_SECONDS: Final = 5
VIEWPORT: Final = {"width": 1920, "height": 1080}

# Tells when the first frame that shows a figure was made, and counts the diffs that arrive.
_WATCH: Final = """
window.bench = { diffs: 0 };
window.bench.painted = new Promise((resolve) => {
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".summary-card__value")) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      port2.postMessage(null);
    });
  }).observe(document, { childList: true, subtree: true });
});
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      window.bench.diffs += data.startsWith('{"type":"diff"');
    });
  }
};
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--role", choices=PEOPLE, default="admin", help="whose dashboard")
    parser.add_argument("--loads", type=int, default=7, help="cold loads")
    parser.add_argument("--seconds", type=float, default=30, help="of diffs, and before that of none")
    parser.add_argument("--minutes", type=int, default=0, help="of diffs while the heap is weighed")
    parser.add_argument("--rate", type=float, default=10, help="diffs in a second")
    parser.add_argument("--write", action="store_true", help="be the process that writes")
    options = parser.parse_args()
    if options.write:
        write(options.rate)
        return
    with new_database("sqlite") as url:
        run(url, "bench.generate", str(HISTORY))
        with _served(url) as address:
            asyncio.run(measure(url, address, options))


async def measure(url: str, address: str, options: argparse.Namespace) -> None:
    """Everything in one browser, each load in a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), args=list(FLAGS), env={**browser_environment()}
        )
        print(f"Chromium {browser.version}, {options.role}, {VIEWPORT['width']} × {VIEWPORT['height']}")
        await _weigh_files(browser, address, options.role)
        if options.loads:
            await _cold_loads(browser, address, options.role, options.loads)
        if options.seconds:
            await _main_thread(browser, url, address, options)
        if options.minutes:
            await _heap(browser, url, address, options)
        await browser.close()


async def _weigh_files(browser: Browser, address: str, role: str) -> None:
    """What a first visit brings, charts included, as the server sends it to a browser."""
    page = await _follow(browser, address, role)
    await page.locator(".chart canvas").first.wait_for()
    names = await page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    found: dict[str, list[int]] = {"js": [0, 0, 0], "css": [0, 0, 0]}
    async with httpx.AsyncClient() as client:
        for name in names:
            kind = name.rpartition(".")[2]
            for place, encoding in enumerate(("identity", "gzip", "br") if kind in found else ()):
                async with client.stream("GET", name, headers={"Accept-Encoding": encoding}) as response:
                    found[kind][place] += sum([len(chunk) async for chunk in response.aiter_raw()])
    for kind, (raw, gzip, brotli) in found.items():
        print(
            f"{kind}: {raw / 1000:.1f} kB, served as gzip {gzip / 1000:.1f} kB, as br {brotli / 1000:.1f} kB"
        )
    await page.context.close()


async def _follow(browser: Browser, address: str, role: str) -> Page:
    """A dashboard opened with nothing in any cache, by somebody whose sign-in is remembered."""
    context = await browser.new_context(viewport=VIEWPORT)  # type: ignore[arg-type]
    await context.add_init_script(_WATCH + 'localStorage.setItem("switchboard.signed-in", "1");')
    who = {"email": PEOPLE[role], "password": PASSWORD}
    headers = {"X-Token-Transport": "cookie", "Origin": address}
    answer = await context.request.post(f"{address}/api/auth/token/", data=who, headers=headers)
    assert answer.ok, await answer.text()
    page = await context.new_page()
    await page.goto(address)
    await page.evaluate("window.bench.painted")
    return page


async def _cold_loads(browser: Browser, address: str, role: str, loads: int) -> None:
    times = []
    for number in range(loads + 1):
        page = await _follow(browser, address, role)
        if number:  # the first one wakes the server
            times.append(cast("float", await page.evaluate("window.bench.painted")))
        await page.context.close()
    print(
        f"cold load to the first figure: median {median(times):.0f} ms, {min(times):.0f} to {max(times):.0f}"
    )


async def _main_thread(browser: Browser, url: str, address: str, options: argparse.Namespace) -> None:
    page = await _follow(browser, address, options.role)
    devtools = await page.context.new_cdp_session(page)
    # Its own seconds, not those that other processes of a busy machine took from it.
    await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    await asyncio.sleep(SETTLE_SECONDS)
    idle, _ = await _spent(page, devtools, options.seconds)
    with _writing(url, options.rate):
        await asyncio.sleep(SETTLE_SECONDS)
        busy, diffs = await _spent(page, devtools, options.seconds)
    print(
        f"{diffs} diffs in {options.seconds:.0f} s; main thread for each, in ms, without what it does idle:"
    )
    for name in busy:
        print(f"  {name}: {1000 * (busy[name] - idle[name]) / diffs:.2f} (idle: {idle[name]:.2f} s in all)")
    print(f"  the mark for TaskDuration is {MARK_MS} ms")
    await page.context.close()


async def _spent(page: Page, devtools: CDPSession, seconds: float) -> tuple[dict[str, float], int]:
    """What the main thread did for so long, in seconds, and how many diffs came."""
    names = ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")

    async def read() -> tuple[dict[str, float], int]:
        answer = await devtools.send("Performance.getMetrics")
        metrics = {item["name"]: item["value"] for item in answer["metrics"]}
        return {name: metrics[name] for name in names}, await page.evaluate("window.bench.diffs")

    first, diffs_before = await read()
    await asyncio.sleep(seconds)
    last, diffs_after = await read()
    return {name: last[name] - first[name] for name in names}, diffs_after - diffs_before


async def _heap(browser: Browser, url: str, address: str, options: argparse.Namespace) -> None:
    page = await _follow(browser, address, options.role)
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("HeapProfiler.enable")
    sizes: list[float] = []
    with _writing(url, options.rate):
        started = time.monotonic()
        for minute in range(options.minutes + 1):
            await asyncio.sleep(max(0, started + 60 * minute - time.monotonic()))
            await devtools.send("HeapProfiler.collectGarbage")
            sizes.append((await devtools.send("Runtime.getHeapUsage"))["usedSize"])
            nodes = (await devtools.send("Memory.getDOMCounters"))["nodes"]
            diffs = await page.evaluate("window.bench.diffs")
            print(f"minute {minute}: {sizes[-1] / 1e6:.2f} MB, {nodes} nodes, {diffs} diffs", flush=True)
    settled = sizes[len(sizes) // 2 :]  # before that, what the browser compiles and keeps still grows
    slope, _ = linear_regression(range(len(settled)), settled)
    print(f"heap: {slope / 1000:+.1f} kB in a minute over the second half, by least squares")
    await page.context.close()


@contextmanager
def _served(url: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "manage.py", "serve", "--port", str(port)]
    process = subprocess.Popen(
        words, env=environment(url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: _answers(address), seconds=60, what="the server")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def _writing(url: str, rate: float) -> Iterator[None]:
    words = [sys.executable, "-m", "bench.page", "--write", "--rate", str(rate)]
    process = subprocess.Popen(words, env=environment(url))
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("the process that writes has ended")
    finally:
        process.terminate()
        process.wait(timeout=30)


def write(rate: float) -> None:
    """Receive, answer and end calls of one agent, one step at a time, until terminated."""
    import django

    django.setup()

    from domain.models import Call, User
    from domain.services import calls, queue

    tenant = User.objects.get(email=PEOPLE["user"])
    agent = User.objects.get(email=PEOPLE["agent"])
    for live in Call.objects.filter(agent=agent, status="in_progress"):
        calls.end_call(call=live)
    call = None
    due = time.monotonic()
    for step in cycle(("receive", "answer", "end")):
        if step == "receive":
            call = queue.receive_call(owner=tenant, phone_number="+14155550100")
        elif step == "answer" and call:
            call = calls.answer_call(call=call, agent=agent, recorded=True)
        elif call:
            calls.end_call(call=call, outcome="interested")
        due += 1 / rate
        time.sleep(max(0, due - time.monotonic()))


if __name__ == "__main__":
    main()
