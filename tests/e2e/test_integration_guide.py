"""The JavaScript of the integration guide is one program, and it does what the guide says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from domain.simulation.company import DEMO_PASSWORD, DEMO_TENANT
from tests.e2e.conftest import UNTHROTTLED, StartServer
from tests.e2e.node import Program
from tests.e2e.servers import ROOT, ServerProcess
from tests.e2e.writer import Writer
from tests.processes import wait_until

GUIDE = (ROOT / "docs" / "FRONTEND_INTEGRATION_GUIDE.md").read_text()
TOKEN_SECONDS = 6  # so that the program has to renew it while the test looks on

# Prints what the guide's program shows, and every answer that it gets over HTTP.
DRIVER = """
const say = (word, value) => console.log(JSON.stringify([word, value]));
const plain = globalThis.fetch;
globalThis.fetch = async (url, options) => {
  const response = await plain(url, options);
  say("http", [new URL(url).pathname, response.status]);
  return response;
};
await signIn(process.argv[2], process.argv[3]);
const until = () => false;
stayConnected((document) => say("pushed", document), { onState: (state) => say("state", state), until });
poll((document) => say("polled", document), { every: 200, until }).catch((error) => say("poll", `${error}`));
"""


def program(server: ServerProcess) -> str:
    """All blocks of plain JavaScript, pointed at the server under test."""
    blocks = re.findall(r"^```js\n(.*?)^```$", GUIDE, flags=re.MULTILINE | re.DOTALL)
    text = "\n".join(blocks)
    assert text.count('"127.0.0.1:8000"') == 1
    return text.replace("127.0.0.1:8000", server.url.removeprefix("http://"))


@pytest.fixture
def server(live_server_process: StartServer, fresh_sqlite: str) -> ServerProcess:
    return live_server_process(
        DATABASE_URL=fresh_sqlite, REDIS_URL="", ACCESS_TOKEN_SECONDS=str(TOKEN_SECONDS), **UNTHROTTLED
    )


@pytest.fixture
def writer(server: ServerProcess, tmp_path: Path) -> Iterator[Writer]:
    with Writer(server.env, tmp_path / "writer.log") as writer:
        writer.found_company()
        yield writer


@pytest.fixture
def running(server: ServerProcess, writer: Writer, tmp_path: Path) -> Iterator[Program]:
    script = tmp_path / "client.mjs"
    script.write_text(program(server) + DRIVER)
    running = Program(script, DEMO_TENANT.email, DEMO_PASSWORD, log=tmp_path / "client.log")
    yield running
    running.end()


def content(body: dict[str, Any]) -> dict[str, Any]:
    return {key: body[key] for key in body if key not in {"generated_at", "data_freshness", "positions"}}


def test_it_follows_polls_renews_its_token_and_comes_back(
    running: Program, server: ServerProcess, writer: Writer
) -> None:
    def agree(calls: int) -> bool:
        """Both ways show the same document, which counts the calls."""
        pushed, polled = running.said("pushed"), running.said("polled")
        return (
            bool(pushed and polled)
            and pushed[-1] == content(polled[-1])
            and pushed[-1]["call_statistics"]["total_calls"] == calls
        )

    wait_until(lambda: agree(0), seconds=60, what="the first document, both ways")
    writer.receive_call(tenant=DEMO_TENANT.email)
    wait_until(lambda: agree(1), seconds=60, what="a change, both ways")

    def answers(path: str) -> list[int]:
        return [status for each, status in running.said("http") if each == path]

    wait_until(
        lambda: 304 in answers("/api/dashboard/comprehensive/"), seconds=60, what="an answer without a body"
    )
    shown = len(running.said("state"))
    wait_until(lambda: len(answers("/api/auth/refresh/")) >= 2, seconds=60, what="the second renewal")
    writer.receive_call(tenant=DEMO_TENANT.email, phone_number="+14155550101")
    wait_until(lambda: agree(2), seconds=60, what="a change after the first token's end")
    assert "reconnecting" not in running.said("state")[:shown]

    server.stop()
    wait_until(lambda: running.said("state")[-1:] == ["reconnecting"], seconds=60, what="the loss noticed")
    server.start()
    writer.receive_call(tenant=DEMO_TENANT.email, phone_number="+14155550102")

    def counted() -> bool:
        return bool(running.said("pushed")[-1]["call_statistics"]["total_calls"] == 3)

    wait_until(counted, seconds=60, what="a change after the restart")
    assert running.said("state")[-1] == "live"


def test_the_requests_that_it_names_exist() -> None:
    for path in set(re.findall(r"(/api/[a-z/<>-]*/)", GUIDE)):
        try:
            resolve(path.replace("<id>", "1"))
        except Resolver404:  # a prefix that is spoken of
            assert path in {"/api/", "/api/auth/"}, path


@pytest.mark.parametrize("package", ["client", "view", "react", "vue", "styles"])
def test_the_packages_that_it_names_exist(package: str) -> None:
    name = json.loads((ROOT / "frontend" / "packages" / package / "package.json").read_text())["name"]
    assert f"| `{name}` |" in GUIDE


def rows(head: str) -> dict[str, list[str]]:
    """Of a table of the guide: the names in the first column, and those in the second."""
    table = GUIDE[GUIDE.index(head) :].partition("\n\n")[0].splitlines()[2:]
    found: dict[str, list[str]] = {}
    for line in table:
        _, names, others, *_ = line.split("|")
        for name in re.findall(r"`(\w+)", names):
            found[name] = re.findall(r"`(\w+)", others)
    return found


@pytest.mark.parametrize("kit", ["react", "vue"])
def test_the_tables_of_components_and_hooks_are_those_of_the_kit(kit: str) -> None:
    source = ROOT / "frontend" / "packages" / kit / "src"
    statements = re.findall(r"^export \{(.*?)\}", (source / "index.ts").read_text(), re.MULTILINE | re.DOTALL)
    exported = {name.strip() for each in statements for name in each.split(",")}
    values = {name for name in exported if name and not name.startswith("type ")}
    components, hooks = rows("| component | props |"), rows("| hook or composable |")
    assert {*components, *hooks} == values
    text = "\n".join(path.read_text() for path in source.glob("*.ts*"))
    for component, props in components.items():
        defined = re.search(rf"^export (?:const|function) {component}\b", text, re.MULTILINE)
        assert defined, component
        for prop in props:
            assert re.search(rf"\b{prop}\b", text), (component, prop)
