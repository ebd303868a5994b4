"""What the README says is true: its client runs, its accounts sign in, its options exist."""

import asyncio
import contextlib
import inspect
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.management import load_command_class

from dashboard.merge import merge
from domain.simulation.company import DEMO_PASSWORD, DEMO_PEOPLE, DEMO_TENANT
from tests.e2e.servers import ROOT, ServerProcess
from tests.e2e.writer import Writer
from tests.processes import Child, wait_until

README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def writer(shared_demo: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    with Writer(shared_demo.env, tmp_path_factory.mktemp("writer") / "writer.log") as writer:
        yield writer


@pytest.fixture
def client(shared_demo: ServerProcess) -> str:
    """The README's only block of Python, pointed at the server under test."""
    [block] = re.findall(r"^```python\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    assert block.count('"127.0.0.1:8000"') == 1
    return str(block.replace("127.0.0.1:8000", shared_demo.url.removeprefix("http://")))


def test_the_client_prints_welcome_snapshots_and_diffs(
    client: str, shared_demo: ServerProcess, writer: Writer, tmp_path: Path
) -> None:
    script = tmp_path / "client.py"
    script.write_text(client)
    child = Child(
        [sys.executable, script], log=tmp_path / "client.log", env={"PYTHONUNBUFFERED": "1"}, cwd=tmp_path
    )

    def printed() -> list[list[str]]:
        assert child.running, child.log()
        return [line.split() for line in child.log().splitlines()]

    try:
        wait_until(lambda: len(printed()) >= 3, seconds=60, what="the first frames")
        writer.receive_call(tenant=DEMO_TENANT.email)
        wait_until(lambda: printed()[-1][0] == "diff", seconds=60, what="a diff")
    finally:
        child.end(signal.SIGKILL)
    types = [words[0] for words in printed_lines(child)]
    assert types[:3] == ["welcome", "snapshot", "snapshot"]
    assert set(types[3:]) <= {"diff", "ping"}
    assert all(words[-1] == "bytes" for words in printed_lines(child))


def printed_lines(child: Child) -> list[list[str]]:
    return [line.split() for line in child.log().splitlines()]


async def test_what_the_client_holds_is_what_rest_answers(
    client: str, shared_demo: ServerProcess, writer: Writer
) -> None:
    heard: list[tuple[Any, ...]] = []
    held: dict[str, Any] = {}

    def see(*words: Any) -> None:
        """Stands in for the print at the end of the client's loop, to look at what it has by then."""
        caller = inspect.currentframe()
        assert caller is not None
        assert caller.f_back is not None
        held.update(caller.f_back.f_locals["documents"])
        heard.append(words)

    program: dict[str, Any] = {"print": see}
    definitions, run = client.rsplit("asyncio.run(", 1)
    assert run.strip() == f'follow(sign_in("{DEMO_TENANT.email}", "{DEMO_PASSWORD}")))'
    exec(definitions, program)
    token = await asyncio.to_thread(program["sign_in"], DEMO_TENANT.email, DEMO_PASSWORD)
    following = asyncio.create_task(program["follow"](token))
    try:
        for _ in range(3):
            call = await asyncio.to_thread(writer.receive_call, tenant=DEMO_TENANT.email)
            await asyncio.to_thread(writer.abandon_call, call=call)
        async with asyncio.timeout(60):
            while True:
                body = await rest(shared_demo, token)
                there = {kind: (at["epoch"], at["version"]) for kind, at in body.pop("positions").items()}
                if there == {kind: (epoch, version) for kind, (epoch, version, _) in held.items()}:
                    break
                assert not following.done(), following.exception()
                await asyncio.sleep(0.05)  # the server may still be at the last change
        del body["generated_at"], body["data_freshness"]
        assert merge(data for _, _, data in held.values()) == body
        assert "diff" in {kind for kind, *_ in heard}
    finally:
        following.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await following


async def rest(server: ServerProcess, token: str) -> dict[str, Any]:
    """As the README says: one request with the access token."""
    assert "GET /api/dashboard/comprehensive/" in README
    async with httpx.AsyncClient(timeout=60) as client:
        answer = await client.get(
            f"{server.url}/api/dashboard/comprehensive/", headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_accounts_are_those_of_the_demo() -> None:
    rows = re.findall(r"^\| `(\S+@\S+)` \| `(\S+)` \|", README, flags=re.MULTILINE)
    assert rows == [(person.email, DEMO_PASSWORD) for person in DEMO_PEOPLE]


def test_the_variables_have_the_defaults_that_it_names() -> None:
    lifetimes = [
        settings.SIMPLE_JWT[f"{kind}_TOKEN_LIFETIME"].total_seconds() for kind in ("ACCESS", "REFRESH")
    ]
    row = "| `ACCESS_TOKEN_SECONDS`, `REFRESH_TOKEN_SECONDS` | {:,.0f}, {:,.0f} | |"
    assert row.format(*lifetimes) in README


@pytest.mark.parametrize(
    ("app", "command", "options"),
    [
        ("project", "demo", ["--speed", "10", "--no-traffic", "--fresh"]),
        ("realtime", "serve", ["--host", "::1", "--port", "80", "--server", "uvicorn"]),
        ("realtime", "watch", ["--email", DEMO_TENANT.email]),
    ],
)
def test_the_options_that_it_names_exist(app: str, command: str, options: list[str]) -> None:
    assert f"{command} --" in README or command == "demo"
    for option in options:
        if option.startswith("--"):
            assert f"{option} " in README or f"{option}`" in README
    load_command_class(app, command).create_parser("manage.py", command).parse_args(options)
