"""Real servers and a real browser: everything here starts processes and cleans up after itself.

Starting a server takes seconds. Tests that leave it running share one per module (``shared_…``); those that
end it or need an empty database have their own.
"""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
import redis
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

from tests import services
from tests.e2e.browser import FLAGS, browser_environment, find_browser
from tests.e2e.servers import ROOT, ServerProcess, manage
from tests.e2e.writer import Writer
from tests.processes import remove_folder, scratch_folder

# Tests sign in as often as they like; those of the throttles are elsewhere.
UNTHROTTLED = {
    "SIGN_IN_RATE_PER_ADDRESS": "100000/min",
    "SIGN_IN_RATE_PER_EMAIL": "100000/min",
    "TOKEN_RATE_PER_ADDRESS": "100000/min",
}

_SERVERS = pytest.StashKey[list[ServerProcess]]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder is an end-to-end test."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what its servers, and those of its module, wrote beside a failed test."""
    report = yield
    if report.failed:
        for server in [server for node in item.listchain() for server in node.stash.get(_SERVERS, [])]:
            report.sections.append((f"log of {server.url}", server.log()[-20_000:]))
    return report


class StartServer(Protocol):
    """Starts the service on a database of its own, and waits until it answers."""

    def __call__(self, *options: str, **env: str) -> ServerProcess: ...


@pytest.fixture(scope="session")
def _server_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What manage.py needs to run at all, in nobody's home."""
    home = tmp_path_factory.mktemp("home")
    return {"PATH": os.environ["PATH"], "HOME": str(home), "SECRET_KEY": "a key for making databases"}


@pytest.fixture(scope="session")
def _postgres_template(postgres_url: str, _server_environment: dict[str, str]) -> Iterator[str]:
    """A migrated database to copy from: migrating takes seconds, copying does not."""
    url = services.create_database(postgres_url)
    manage("migrate", "--verbosity", "0", env={**_server_environment, "DATABASE_URL": url})
    yield url
    services.drop_database(url)


@pytest.fixture(scope="session")
def _sqlite_template(_server_environment: dict[str, str]) -> Iterator[Path]:
    """The same as a file."""
    folder = scratch_folder("template")
    file = folder / "template.sqlite3"
    manage("migrate", "--verbosity", "0", env={**_server_environment, "DATABASE_URL": f"sqlite:///{file}"})
    yield file
    remove_folder(folder)


@contextmanager
def _sqlite_copy(template: Path) -> Iterator[str]:
    folder = scratch_folder("server")
    shutil.copy(template, folder / "db.sqlite3")
    yield f"sqlite:///{folder}/db.sqlite3"
    remove_folder(folder)


@contextmanager
def _postgres_copy(server_url: str, template: str) -> Iterator[str]:
    url = services.create_database(server_url, template=template)
    yield url
    services.drop_database(url)


@pytest.fixture
def fresh_postgres(postgres_url: str, _postgres_template: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of this test's own: migrated, without a row."""
    with _postgres_copy(postgres_url, _postgres_template) as url:
        yield url


@pytest.fixture
def fresh_sqlite(_sqlite_template: Path) -> Iterator[str]:
    """The URL of an SQLite database of this test's own: migrated, without a row."""
    with _sqlite_copy(_sqlite_template) as url:
        yield url


@contextmanager
def _starter(node: pytest.Item | pytest.Collector, folder: Path) -> Iterator[Callable[..., ServerProcess]]:
    """Starts servers whose logs belong to ``node``, and stops those that still run."""
    servers = node.stash.setdefault(_SERVERS, [])
    started: list[ServerProcess] = []

    def start(command: str, options: tuple[str, ...], env: dict[str, str]) -> ServerProcess:
        log = folder / f"{command}-{len(servers)}.log"
        server = ServerProcess(command, options, {"DEBUG": "0", **env}, log)
        servers.append(server)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        if server.running:
            server.stop()


@pytest.fixture
def _start(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., ServerProcess]]:
    with _starter(request.node, tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def _start_shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., ServerProcess]]:
    with _starter(request.node, tmp_path_factory.mktemp("servers")) as start:
        yield start


@pytest.fixture
def live_server_process(
    _start: Callable[..., ServerProcess], fresh_postgres: str, redis_url: str
) -> StartServer:
    """``live_server_process(*options, **env)``: ``manage.py serve`` as in production.

    All servers of one test share its fresh PostgreSQL database and its Redis; ``env`` overrides, for example
    ``live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")`` for one process without other services.
    """

    def start(*options: str, **env: str) -> ServerProcess:
        return _start("serve", options, {"DATABASE_URL": fresh_postgres, "REDIS_URL": redis_url, **env})

    return start


@pytest.fixture
def demo_process(_start: Callable[..., ServerProcess], fresh_sqlite: str) -> StartServer:
    """``demo_process(*options, **env)``: ``manage.py demo`` as of ``make run``, on a fresh SQLite file."""

    def start(*options: str, **env: str) -> ServerProcess:
        return _start("demo", options, {"DATABASE_URL": fresh_sqlite, "DEBUG": "1", **env})

    return start


@pytest.fixture
def runserver_process(_start: Callable[..., ServerProcess], fresh_sqlite: str) -> StartServer:
    """``runserver_process(*options, **env)``: Django's ``manage.py runserver``, on a fresh SQLite file."""

    def start(*options: str, **env: str) -> ServerProcess:
        return _start("runserver", options, {"DATABASE_URL": fresh_sqlite, "DEBUG": "1", **env})

    return start


@pytest.fixture(scope="module")
def shared_single_process(
    _start_shared: Callable[..., ServerProcess], _sqlite_template: Path
) -> Iterator[ServerProcess]:
    """``manage.py serve`` as it comes: one Daphne on SQLite, no other service. One for the module."""
    with _sqlite_copy(_sqlite_template) as url:
        yield _start_shared("serve", (), {"DATABASE_URL": url, **UNTHROTTLED})


@pytest.fixture(scope="module")
def shared_uvicorn(
    _start_shared: Callable[..., ServerProcess],
    postgres_url: str,
    _postgres_template: str,
    redis_server_url: str,
) -> Iterator[ServerProcess]:
    """``manage.py serve --server uvicorn`` on PostgreSQL and Redis. One for the module."""
    with redis.Redis.from_url(redis_server_url) as client:
        client.flushdb()
    with _postgres_copy(postgres_url, _postgres_template) as url:
        env = {"DATABASE_URL": url, "REDIS_URL": redis_server_url, **UNTHROTTLED}
        yield _start_shared("serve", ("--server", "uvicorn"), env)


@pytest.fixture(scope="module")
def shared_demo(
    _start_shared: Callable[..., ServerProcess], _sqlite_template: Path
) -> Iterator[ServerProcess]:
    """A small demo that stands still: what moves in it, the tests move. One for the module."""
    with _sqlite_copy(_sqlite_template) as url:
        env = {"DATABASE_URL": url, "DEBUG": "1", **UNTHROTTLED}
        yield _start_shared("demo", ("--days", "2", "--seed", "1", "--no-traffic"), env)


@pytest.fixture(scope="module")
def writer(shared_demo: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    """Another process, which writes to the shared demo's database. One for the module."""
    with Writer(shared_demo.env, tmp_path_factory.mktemp("writer") / "writer.log") as writer:
        yield writer


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium of this test's own.

    By Playwright's asynchronous API: the other one keeps a loop running, and no asynchronous test can
    start beside it.
    """
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=find_browser(), args=list(FLAGS), env={**browser_environment()}
        )
        yield launched
        await launched.close()


@pytest.fixture
async def new_page(
    browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """``await new_page(**context_options)``: a page with cookies of its own, as of another person.

    An error that no page caught fails the test; a picture of every page of a failed test goes to var/e2e.
    """
    pages: list[Page] = []
    uncaught: list[Error] = []

    async def open_page(**options: Any) -> Page:
        context = await browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        page = await context.new_page()
        page.on("pageerror", lambda error: uncaught.append(error))
        pages.append(page)
        return page

    failures = request.session.testsfailed
    yield open_page
    if request.session.testsfailed > failures:
        for number, page in enumerate(pages):
            name = f"{request.node.name}-{number}.png".replace("/", "_")
            await page.screenshot(path=ROOT / "var" / "e2e" / name, full_page=True)
    assert not uncaught, f"errors that no page caught: {[error.message for error in uncaught]}"


@pytest.fixture
async def page(new_page: Callable[..., Awaitable[Page]]) -> Page:
    """One empty page."""
    return await new_page()


@pytest.fixture
async def quiet_page(
    new_page: Callable[..., Awaitable[Page]],
) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """As ``new_page``; whatever the browser's console complains about fails the test.

    That includes everything that the content security policy refuses.
    """
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text}")

    async def open_page(**options: Any) -> Page:
        page = await new_page(**options)
        page.on("console", listen)
        return page

    yield open_page
    assert not complaints
