"""A whole service that can be broken anywhere: two servers, PostgreSQL, Redis, a process that writes."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_PASSWORD, DEMO_TENANT
from tests.e2e.servers import ServerProcess, manage
from tests.e2e.viewers import Ledger, Viewer
from tests.e2e.writer import Writer
from tests.processes import wait_until
from tests.services import PostgresServer, RedisServer

ADMIN, TENANT, AGENT = DEMO_ADMIN.email, DEMO_TENANT.email, DEMO_AGENT.email
EVERYBODY = ["admin", "user", "agent"]
_numbers = count(1)


@dataclass
class Stage:
    """``one`` is Daphne, ``two`` Uvicorn. Whatever a test does to them, it leaves them running and well."""

    redis: RedisServer
    postgres: PostgresServer
    one: ServerProcess
    two: ServerProcess
    writer: Writer
    folder: Path
    ledger: Ledger = field(default_factory=Ledger)
    _tokens: dict[str, str] = field(default_factory=dict)

    def token(self, email: str) -> str:
        if email not in self._tokens:
            who = {"email": email, "password": DEMO_PASSWORD}
            answer = httpx.post(f"{self.one.url}/api/auth/token/", json=who, timeout=60)
            assert answer.status_code == 200, answer.text
            self._tokens[email] = answer.json()["access"]
        return self._tokens[email]

    def viewer(self, email: str, *servers: ServerProcess) -> Viewer:
        """Watches through the first server, and through the next one whenever it loses its connection."""
        return Viewer(servers, email, self.token(email), self.ledger)

    def audience(self) -> list[Viewer]:
        """One of each role at each server; who loses it goes to the other."""
        return [
            self.viewer(email, *servers)
            for servers in ((self.one, self.two), (self.two, self.one))
            for email in (ADMIN, TENANT, AGENT)
        ]

    # Writes

    async def write(self) -> str:
        """Change something in everybody's documents, from a process beside the servers; says what to find."""
        number = next(_numbers)
        title = f"Notice {number} is here"
        if number % 2:
            await asyncio.to_thread(self.writer.receive_call, tenant=TENANT)
        else:
            await asyncio.to_thread(self.writer.clear_queue, tenant=TENANT)
        await asyncio.to_thread(self.writer.broadcast, title=title, roles=EVERYBODY)
        return title

    async def post(self, server: ServerProcess) -> str:
        """Change something in everybody's documents through a server, however that request ends."""
        title = f"Notice {next(_numbers)} is here"
        try:
            async with httpx.AsyncClient(timeout=60) as client:
                await client.post(
                    f"{server.url}/api/system-alerts/",
                    json={"title": title, "target_roles": EVERYBODY},
                    headers=self._bearer(ADMIN),
                )
        except httpx.TransportError:
            await reaches(lambda: not server.running, within=30, what="the end of a server that broke off")
        return title

    async def rest(self, server: ServerProcess, email: str) -> dict[str, Any]:
        """The dashboard in one request."""
        async with httpx.AsyncClient(timeout=60) as client:
            address = f"{server.url}/api/dashboard/comprehensive/"
            answer = await client.get(address, headers=self._bearer(email))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def _bearer(self, email: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(email)}"}

    # Faults

    def order(self, server: ServerProcess, name: str, what: str) -> None:
        """Leave an order for a server, see ``tests.e2e.faulty``; an empty one takes it back."""
        path = Path(server.env["FAULTS"]) / name
        path.unlink(missing_ok=True)
        if what:
            draft = path.with_suffix(".draft")
            draft.write_text(what)
            draft.rename(path)

    @contextmanager
    def ordered(self, name: str, what: Mapping[int, str]) -> Iterator[None]:
        """The same for the block, by the server's number: ``{1: "drop"}``."""
        servers = {1: self.one, 2: self.two}
        for number, words in what.items():
            self.order(servers[number], name, words)
        try:
            yield
        finally:
            for number in what:
                self.order(servers[number], name, "")

    # What must hold

    async def settled(
        self,
        viewers: Sequence[Viewer],
        *,
        within: float,
        shows: str | None = None,
        at_their_instants: bool = False,
    ) -> None:
        """Wait until everybody's documents are the truth of the database, with ``shows`` in it.

        The truth is computed beside the servers and their store: asking for it refreshes nothing. Of now, or
        of the instants that the viewers' documents name.
        """
        deadline = time.monotonic() + within
        while differing := await self._differing(viewers, shows, at_their_instants):
            for viewer in viewers:
                viewer.check()
            if time.monotonic() > deadline:
                raise AssertionError(f"after {within} s not at the truth: {differing}")
            await asyncio.sleep(0.15)  # each look asks the server for a fresh document

    async def _differing(
        self, viewers: Sequence[Viewer], shows: str | None, at_their_instants: bool
    ) -> list[str]:
        found: list[str] = []
        truths: dict[str, dict[str, Any]] = {}
        for viewer in viewers:
            instants = {kind: at.isoformat() for kind, at in viewer.instants.items()}
            if at_their_instants or viewer.email not in truths:
                truths[viewer.email] = await asyncio.to_thread(
                    self.writer.documents,
                    email=viewer.email,
                    instants=instants if at_their_instants else None,
                )
            truth = truths[viewer.email]
            if shows is not None and shows not in str(truth):
                found.append(f"the truth of {viewer.email} has no {shows!r}")
            found += [
                f"{viewer.email} {kind} at {viewer.positions.get(kind)}, closed with {viewer.close_codes}"
                for kind, document in truth.items()
                if viewer.documents.get(kind) != document
            ]
        return found


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """The process stands still during the block, and does not know."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def stands_still(pid: int) -> bool:
    """Whether a process was stopped by a signal."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


async def reaches(condition: Callable[[], bool], *, within: float, what: str) -> None:
    """Wait for ``condition`` without holding up the viewers."""
    await asyncio.to_thread(wait_until, condition, seconds=within, what=what)


@contextmanager
def breakable_stage(
    start: Callable[..., ServerProcess], folder: Path, extra: Mapping[str, str]
) -> Iterator[Stage]:
    """Everything of its own, so that nothing else suffers; ``extra`` goes into the servers' environment."""
    with ExitStack() as stack:
        redis = stack.enter_context(RedisServer())
        postgres = stack.enter_context(PostgresServer())
        env = {"DATABASE_URL": postgres.create_database(), "REDIS_URL": redis.url, **extra}
        manage("migrate", "--verbosity", "0", env={"SECRET_KEY": "for the migration", **env})
        servers = []
        for name in ("daphne", "uvicorn"):
            faults = folder / name
            faults.mkdir()
            faulty = {"DJANGO_SETTINGS_MODULE": "tests.e2e.faulty.settings", "FAULTS": str(faults)}
            servers.append(start("serve", ("--server", name), {**env, **faulty}))
        writer = stack.enter_context(Writer(servers[0].env, folder / "writer.log"))
        writer.found_company()
        yield Stage(redis, postgres, servers[0], servers[1], writer, folder)
