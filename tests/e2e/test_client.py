"""The TypeScript client against a real server: whatever happens in between, it ends at the truth."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.simulation.company import DEMO_AGENT, DEMO_PASSWORD, DEMO_TENANT
from tests.e2e.conftest import UNTHROTTLED, StartServer
from tests.e2e.follower import Follower, build_client
from tests.e2e.proxy import proxy_to
from tests.e2e.servers import ServerProcess
from tests.e2e.writer import Writer

TENANT, AGENT = DEMO_TENANT.email, DEMO_AGENT.email
DASHBOARD = "/api/dashboard/comprehensive/"
BRISK = {"DJANGO_SETTINGS_MODULE": "tests.e2e.brisk_settings", "REDIS_URL": "", **UNTHROTTLED}
Follow = Callable[..., Follower]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client, compiled."""
    return build_client(tmp_path_factory.mktemp("client"))


@pytest.fixture
def follow(module: Path, tmp_path: Path) -> Iterator[Follow]:
    """``follow(url, email)``: the client, following from then on."""
    started: list[Follower] = []

    def start(url: str, email: str, **options: Any) -> Follower:
        follower = Follower(module, url, email, tmp_path / f"follower-{len(started)}.log", **options)
        started.append(follower)
        return follower

    yield start
    for follower in started:
        follower.end()


@pytest.fixture
def server(live_server_process: StartServer, fresh_sqlite: str) -> ServerProcess:
    """A server of this test's own, which pings every second."""
    return live_server_process(DATABASE_URL=fresh_sqlite, **BRISK)


@pytest.fixture
def writer(server: ServerProcess, tmp_path: Path) -> Iterator[Writer]:
    """Another process, which writes to the server's database; it has founded the company."""
    with Writer(server.env, tmp_path / "writer.log") as writer:
        writer.found_company()
        yield writer


def sign_in(server: ServerProcess, email: str) -> dict[str, str]:
    """The headers of somebody who is signed in."""
    body = {"email": email, "password": DEMO_PASSWORD}
    answer = httpx.post(f"{server.url}/api/auth/token/", json=body, timeout=30)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access']}"}


_signed_in: dict[tuple[str, str], dict[str, str]] = {}


def truth(server: ServerProcess, email: str) -> dict[str, Any]:
    """The document over REST; ``{}`` while the sign-in is renewed."""
    headers = _signed_in.setdefault((server.url, email), {}) or sign_in(server, email)
    answer = httpx.get(f"{server.url}{DASHBOARD}", headers=headers, timeout=30)
    _signed_in[server.url, email] = headers if answer.status_code == 200 else {}
    assert answer.status_code in (200, 401), answer.text
    envelope = {"generated_at", "data_freshness", "positions"}
    return {key: value for key, value in answer.json().items() if key not in envelope | {"type", "errors"}}


def sign_out_everywhere(server: ServerProcess, email: str) -> None:
    """From another place."""
    address = f"{server.url}/api/auth/logout/?all=1"
    answer = httpx.post(address, headers=sign_in(server, email), json={}, timeout=30)
    assert answer.status_code == 204, answer.text


async def at_the_truth(follower: Follower, server: ServerProcess, email: str) -> None:
    """Wait until it is live and shows what REST shows."""
    await follower.reaches(
        lambda: follower.status == "live" and follower.document == truth(server, email), "the truth"
    )


async def a_call(writer: Writer) -> None:
    """Something that changes the documents of the tenant and of its agents."""
    await asyncio.to_thread(writer.receive_call, tenant=TENANT)


async def test_a_server_that_was_killed_and_is_back(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    follower = follow(server.url, AGENT)  # of three documents
    await at_the_truth(follower, server, AGENT)
    await asyncio.to_thread(server.kill)
    await follower.becomes("reconnecting")
    assert follower.document is not None
    await a_call(writer)
    await asyncio.to_thread(server.start)
    await at_the_truth(follower, server, AGENT)
    first, *later = follower.said("opened")
    assert first["resume"] == []
    assert {position.partition(":")[0] for position in later[-1]["resume"]} == {"role", "team", "user"}
    assert "signed_out" not in follower.statuses


async def test_a_connection_that_was_cut_is_resumed(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    async with proxy_to(server.url) as proxy:
        follower = follow(proxy.url, AGENT)
        await at_the_truth(follower, server, AGENT)
        snapshots = len(follower.frames("snapshot"))
        proxy.handshakes = "refuse"
        proxy.cut()
        await follower.reaches(lambda: follower.status != "live", "the loss noticed")
        await a_call(writer)
        proxy.handshakes = "pass"
        await at_the_truth(follower, server, AGENT)
        assert len(follower.frames("resumed")) == 3
        assert len(follower.frames("snapshot")) == snapshots


async def test_a_goodbye_is_obeyed(server: ServerProcess, writer: Writer, follow: Follow) -> None:
    follower = follow(server.url, TENANT)
    await at_the_truth(follower, server, TENANT)
    await asyncio.to_thread(server.stop)
    await follower.becomes("reconnecting")
    await asyncio.to_thread(server.start)
    await a_call(writer)
    await at_the_truth(follower, server, TENANT)
    [goodbye] = follower.frames("goodbye")
    assert 4012 in follower.said("closed")
    again = follower.said("opened")[1]
    assert again["at"] - goodbye["at"] >= goodbye["retry_after_ms"] - 5  # timers may round a little down


@pytest.fixture
def forgetful(live_server_process: StartServer, fresh_sqlite: str) -> ServerProcess:
    """A server whose access tokens end after six seconds."""
    return live_server_process(DATABASE_URL=fresh_sqlite, ACCESS_TOKEN_SECONDS="6", **BRISK)


async def test_a_token_is_renewed_before_its_end_and_the_connection_stays(
    forgetful: ServerProcess, follow: Follow, tmp_path: Path
) -> None:
    with Writer(forgetful.env, tmp_path / "writer.log") as writer:
        writer.found_company()
        follower = follow(forgetful.url, TENANT)
        await follower.reaches(lambda: len(follower.frames("authenticated")) >= 2, "two renewals")
        await a_call(writer)
        await at_the_truth(follower, forgetful, TENANT)
        assert set(follower.statuses) <= {"connecting", "live"}
        assert len(follower.said("opened")) == 1


async def test_a_token_that_ended_is_renewed_once(
    forgetful: ServerProcess, follow: Follow, tmp_path: Path
) -> None:
    with Writer(forgetful.env, tmp_path / "writer.log") as writer:
        writer.found_company()
        follower = follow(forgetful.url, TENANT, deaf="authenticate")
        await follower.reaches(lambda: 4401 in follower.said("closed"), "the end of the token")
        await a_call(writer)
        await at_the_truth(follower, forgetful, TENANT)
        assert "signed_out" not in follower.statuses
        # One beforehand, whose frame was lost, and one after each end.
        renewals = len(follower.answers("/api/auth/refresh/"))
        assert renewals <= 2 * follower.said("closed").count(4401) + 1


async def test_a_revoked_sign_in_ends_at_the_door(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    follower = follow(server.url, TENANT)
    await at_the_truth(follower, server, TENANT)
    await asyncio.to_thread(sign_out_everywhere, server, TENANT)
    await follower.becomes("signed_out")
    assert follower.document is None
    assert follower.said("closed") == [4401]
    assert follower.answers("/api/auth/refresh/") == [401]


async def test_a_lost_diff_costs_one_resync_and_a_repeated_one_nothing(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    async with proxy_to(server.url) as proxy:
        follower = follow(proxy.url, TENANT)
        await at_the_truth(follower, server, TENANT)
        diffs = len(follower.frames("diff"))
        proxy.repeat_next_diff()
        await a_call(writer)
        await follower.reaches(lambda: len(follower.frames("diff")) >= diffs + 2, "a diff, twice")
        await at_the_truth(follower, server, TENANT)
        assert follower.sent("resync") == []

        proxy.lose_next_diff()
        await a_call(writer)
        await at_the_truth(follower, server, TENANT)
        await a_call(writer)
        await at_the_truth(follower, server, TENANT)
        assert len(follower.sent("resync")) == 1
        assert [frame["reason"] for frame in follower.frames("snapshot")][-1] == "resync"
        assert set(follower.statuses) <= {"connecting", "live"}


async def test_where_websockets_are_blocked_it_polls_and_returns_to_live_by_itself(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    async with proxy_to(server.url) as refusing, proxy_to(server.url) as swallowing:
        refusing.handshakes, swallowing.handshakes = "refuse", "swallow"
        followers = [follow(refusing.url, TENANT), follow(swallowing.url, AGENT)]
        for follower, email in zip(followers, (TENANT, AGENT), strict=True):
            await follower.becomes("polling")
            await follower.reaches(
                lambda f=follower, e=email: f.document == truth(server, e), "the document over REST"
            )
        for follower in followers:
            await follower.reaches(
                lambda f=follower: 304 in f.answers(DASHBOARD), "an answer that says: as before"
            )
        await a_call(writer)
        for follower, email in zip(followers, (TENANT, AGENT), strict=True):
            await follower.reaches(
                lambda f=follower, e=email: f.document == truth(server, e), "a change over REST"
            )
            assert "live" not in follower.statuses
        refusing.handshakes = swallowing.handshakes = "pass"
        for follower, email in zip(followers, (TENANT, AGENT), strict=True):
            await at_the_truth(follower, server, email)
        await a_call(writer)
        for follower, email in zip(followers, (TENANT, AGENT), strict=True):
            await at_the_truth(follower, server, email)


async def test_a_half_open_socket_is_noticed_and_replaced(
    server: ServerProcess, writer: Writer, follow: Follow
) -> None:
    async with proxy_to(server.url) as proxy:
        follower = follow(proxy.url, TENANT)
        await at_the_truth(follower, server, TENANT)
        proxy.fall_silent()
        await a_call(writer)
        await follower.reaches(lambda: len(follower.said("opened")) >= 2, "another socket")
        await at_the_truth(follower, server, TENANT)
        assert len(follower.sent("ping")) >= 1
        assert len(follower.said("opened")[-1]["resume"]) == 2
