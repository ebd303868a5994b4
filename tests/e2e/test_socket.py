"""The wire as its document describes it, spoken with the real service by an independent WebSocket library."""

import asyncio
import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from dashboard.merge import merge
from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_PASSWORD, DEMO_TENANT
from realtime import patch
from tests.e2e.servers import ServerProcess
from tests.e2e.sockets import Socket, socket_of
from tests.e2e.writer import Writer

ADMIN, TENANT, AGENT = DEMO_ADMIN.email, DEMO_TENANT.email, DEMO_AGENT.email
OTHER_TENANT = "office@northwind-dental.example"
THIRD_TENANT = "office@blue-harbour-travel.example"
DISABLED_TENANT = "office@kestrel-insurance.example"  # by the one test that signs in as this tenant
ENVELOPE = {"generated_at", "data_freshness", "positions"}


@dataclass
class Service:
    """A server with the demo's people and no past, and a process beside it that writes."""

    server: ServerProcess
    writer: Writer
    _tokens: dict[str, str] = field(default_factory=dict)

    def sign_in(self, email: str) -> dict[str, str]:
        """A new pair of tokens."""
        who = {"email": email, "password": DEMO_PASSWORD}
        answer = httpx.post(f"{self.server.url}/api/auth/token/", json=who, timeout=60)
        assert answer.status_code == 200, answer.text
        pair: dict[str, str] = answer.json()
        return pair

    def token(self, email: str) -> str:
        """An access token, always the same one; tests that end a sign-in take a new pair."""
        if email not in self._tokens:
            self._tokens[email] = self.sign_in(email)["access"]
        return self._tokens[email]

    def sign_out(self, access: str) -> None:
        answer = httpx.post(f"{self.server.url}/api/auth/logout/", headers=bearer(access), timeout=60)
        assert answer.status_code == 204, answer.text

    async def rest(self, email: str) -> dict[str, Any]:
        """The dashboard in one request."""
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.get(
                f"{self.server.url}/api/dashboard/comprehensive/", headers=bearer(self.token(email))
            )
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def agrees(self, viewer: Socket, email: str) -> None:
        """Wait until the viewer's documents, merged, are the REST body less its envelope."""
        while True:
            body = await self.rest(email)
            there = {kind: (at["epoch"], at["version"]) for kind, at in body["positions"].items()}
            await reach(viewer, there)
            if viewer.positions == there:  # else a minute began meanwhile, and time moved a figure
                assert merge(viewer.documents.values()) == without_envelope(body)
                return


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def without_envelope(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in ENVELOPE}


async def reach(viewer: Socket, there: Mapping[str, tuple[str, int]]) -> None:
    """Wait until every document is at least where it stood ``there``."""
    await viewer.until(
        lambda: all(
            kind in viewer.positions
            and viewer.positions[kind][0] == epoch
            and viewer.positions[kind][1] >= version
            for kind, (epoch, version) in there.items()
        )
    )


@pytest.fixture(scope="module", params=["single_process", "uvicorn"])
def service(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    server: ServerProcess = request.getfixturevalue(f"shared_{request.param}")
    with Writer(server.env, tmp_path_factory.mktemp("writer") / "writer.log") as writer:
        writer.found_company()
        yield Service(server, writer)
        assert "Traceback" not in server.log()


async def complete(viewer: Socket) -> None:
    """Wait for the snapshot of every document that the welcome names."""
    await viewer.next()
    assert viewer.frames[0]["type"] == "welcome", viewer.frames[0]
    await viewer.until(lambda: set(viewer.documents) == set(viewer.frames[0]["scopes"]))


async def refused(viewer: Socket) -> tuple[str, str, int]:
    """The one frame of a refused connection: its code, its advice, and the close code behind it."""
    close_code = await viewer.until_closed()
    [error] = viewer.frames
    assert (error["type"], error["fatal"]) == ("error", True)
    assert error["message"]
    return error["code"], error["retry"], close_code


async def next_of(viewer: Socket, kind: str) -> dict[str, Any]:
    """Wait for the next frame of a type."""
    while (frame := await viewer.next())["type"] != kind:
        pass
    return frame


async def hear(viewer: Socket, text: str) -> None:
    """Wait until something that the viewer was sent has this in it."""
    await viewer.until(lambda: text in json.dumps(viewer.frames))


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def count(viewer: Socket, kind: str) -> int:
    return sum(frame["type"] == kind for frame in viewer.frames)


# Documents


@pytest.mark.parametrize(
    ("email", "scopes"),
    [(ADMIN, ["role", "user"]), (TENANT, ["role", "user"]), (AGENT, ["role", "team", "user"])],
)
async def test_welcome_snapshots_then_a_diff_for_what_another_process_writes(
    service: Service, email: str, scopes: list[str]
) -> None:
    async with socket_of(service.server, service.token(email)) as viewer:
        await complete(viewer)
        welcome, *rest = viewer.frames
        assert welcome["protocol"] == "dashboard.v1"
        assert welcome["scopes"] == scopes
        assert {frame["reason"] for frame in rest if frame["type"] == "snapshot"} == {"connect"}
        await service.agrees(viewer, email)
        before = len(viewer.frames)
        await asyncio.to_thread(service.writer.receive_call, tenant=TENANT)
        await viewer.until(lambda: len(viewer.frames) > before)
        assert viewer.frames[before]["type"] == "diff"
        await service.agrees(viewer, email)
        await asyncio.to_thread(service.writer.clear_queue, tenant=TENANT)
        await service.agrees(viewer, email)
        assert sum(frame["type"] == "snapshot" for frame in viewer.frames) == len(scopes)


@pytest.mark.parametrize("email", [ADMIN, TENANT, AGENT])
async def test_a_socket_resumes_from_the_positions_of_a_rest_answer(service: Service, email: str) -> None:
    body = await service.rest(email)
    query = "&".join(f"resume={kind}:{at['epoch']}:{at['version']}" for kind, at in body["positions"].items())
    call = await asyncio.to_thread(service.writer.receive_call, tenant=TENANT)
    async with socket_of(service.server, service.token(email), f"?{query}") as viewer:
        for kind, at in body["positions"].items():
            viewer.documents[kind] = without_envelope(body)
            viewer.positions[kind] = (at["epoch"], at["version"])
        await asyncio.to_thread(service.writer.abandon_call, call=call)
        now = await service.rest(email)
        there = {kind: (at["epoch"], at["version"]) for kind, at in now["positions"].items()}
        await viewer.until(lambda: count(viewer, "resumed") == len(body["positions"]))
        await reach(viewer, there)
    types = [(frame["type"], frame.get("scope")) for frame in viewer.frames]
    assert {("resumed", kind) for kind in body["positions"]} <= set(types)
    assert "snapshot" not in {kind for kind, _ in types}
    # The leaves of the documents are apart: every patch fits the merged body as well as its own document.
    merged: Any = without_envelope(body)
    for frame in viewer.frames:
        if frame["type"] == "diff":
            merged = patch.apply(merged, frame["patch"])
    if viewer.positions == there:
        assert merged == without_envelope(now)


@pytest.mark.parametrize(
    "positions", ["resume=role:nobody:3", "resume=role", "resume=role:x:-1", "resume=team:x:1&resume=%00"]
)
async def test_a_position_that_is_foreign_or_malformed_is_followed_by_a_snapshot(
    service: Service, positions: str
) -> None:
    async with socket_of(service.server, service.token(TENANT), f"?{positions}") as viewer:
        await complete(viewer)
        await service.agrees(viewer, TENANT)


async def test_a_document_in_doubt_is_sent_again(service: Service) -> None:
    async with socket_of(service.server, service.token(AGENT)) as viewer:
        await complete(viewer)
        viewer.documents["team"] = None
        await viewer.connection.send(json.dumps({"type": "resync", "scope": "team"}))
        await viewer.until(lambda: viewer.documents["team"] is not None)
        snapshots = [frame for frame in viewer.frames if frame["type"] == "snapshot"]
        assert snapshots[-1]["reason"] == "resync"
        await service.agrees(viewer, AGENT)


@pytest.mark.parametrize(("email", "scope"), [(ADMIN, "role"), (TENANT, "user")])
async def test_what_comes_due_by_the_passage_of_time_arrives_when_it_happens(
    service: Service, email: str, scope: str
) -> None:
    def overdue() -> int:
        return int(viewer.documents[scope]["callback_management"]["overdue_callbacks"])

    async with socket_of(service.server, service.token(email)) as viewer:
        await complete(viewer)
        before = overdue()
        callback, due_at = await asyncio.to_thread(service.writer.promise_callback, tenant=TENANT, seconds=2)
        await viewer.until(lambda: overdue() == before + 1)
        assert instant(viewer.frames[-1]["generated_at"]) > instant(due_at)
        await service.agrees(viewer, email)
        await asyncio.to_thread(service.writer.cancel_callback, callback=callback)
        await viewer.until(lambda: overdue() == before)


async def test_nobody_sees_a_byte_of_another_tenant(service: Service) -> None:
    ours, theirs = "Of our own", "Zebulon Quartermaine"
    do = service.writer
    async with (
        socket_of(service.server, service.token(TENANT)) as tenant,
        socket_of(service.server, service.token(AGENT)) as agent,
        socket_of(service.server, service.token(OTHER_TENANT)) as other,
    ):
        for viewer in (tenant, agent, other):
            await complete(viewer)
        before = len(tenant.frames), len(agent.frames)
        await asyncio.to_thread(do.add_customer, tenant=OTHER_TENANT, name=theirs)
        for number in ("+19995550123", "+19995550124"):
            await asyncio.to_thread(do.receive_call, tenant=OTHER_TENANT, phone_number=number)
            await hear(other, number)
        await service.agrees(other, OTHER_TENANT)
        # What comes next to the others is about themselves: nothing else was on its way.
        await asyncio.to_thread(do.add_customer, tenant=TENANT, name=ours)
        await asyncio.to_thread(do.receive_call, tenant=TENANT, phone_number="+18885550123")
        for viewer, email in ((tenant, TENANT), (agent, AGENT)):
            await hear(viewer, "+18885550123")
            await service.agrees(viewer, email)
        assert len(tenant.frames) > before[0]
        assert len(agent.frames) > before[1]
        for viewer, email in ((tenant, TENANT), (agent, AGENT)):
            seen = json.dumps([viewer.frames, await service.rest(email)])
            for secret in (theirs, "+19995550123", "+19995550124", OTHER_TENANT, "Northwind"):
                assert secret not in seen
    await asyncio.to_thread(do.clear_queue, tenant=TENANT)
    await asyncio.to_thread(do.clear_queue, tenant=OTHER_TENANT)


# Who is let in


@pytest.mark.parametrize(
    ("which", "code", "retry", "close_code"),
    [
        ("malformed", "token_invalid", "refresh_token", 4401),
        ("empty", "token_invalid", "refresh_token", 4401),
        ("expired", "token_expired", "refresh_token", 4401),
        ("signed out", "session_revoked", "refresh_token", 4401),
        ("signed with another key", "token_invalid", "refresh_token", 4401),
        ("a refresh token", "token_invalid", "refresh_token", 4401),
        ("of a disabled account", "account_disabled", "never", 4403),
    ],
)
async def test_a_token_is_refused_in_words_that_a_browser_can_read(
    service: Service, which: str, code: str, retry: str, close_code: int
) -> None:
    token = await asyncio.to_thread(unwelcome_token, service, which)
    # As a browser sends it; dashboard.v1 is selected, or the browser would fail the handshake.
    async with connect(
        f"{service.server.websocket_url}/ws/dashboard/",
        subprotocols=["dashboard.v1", f"bearer.{token}"],  # type: ignore[list-item]
    ) as connection:
        assert connection.subprotocol == "dashboard.v1"
        assert await refused(Socket(connection)) == (code, retry, close_code)
    # As a program sends it.
    async with socket_of(service.server, None, additional_headers=bearer(token)) as viewer:
        assert await refused(viewer) == (code, retry, close_code)
    # As the first frame.
    async with socket_of(service.server, None) as viewer:
        await viewer.connection.send(json.dumps({"type": "authenticate", "token": token}))
        assert await refused(viewer) == (code, retry, close_code)
    if token:
        assert token not in service.server.log()


def unwelcome_token(service: Service, which: str) -> str:
    if which == "malformed":
        return "not.a.token"
    if which == "empty":
        return ""
    if which == "expired":
        return str(service.writer.expired_token(email=ADMIN))
    pair = service.sign_in(DISABLED_TENANT if which == "of a disabled account" else THIRD_TENANT)
    if which == "signed out":
        service.sign_out(pair["access"])
    elif which == "signed with another key":
        head, claims, _ = pair["access"].split(".")
        signature = base64.urlsafe_b64encode(b"another key's signature, 32 byte").decode().rstrip("=")
        return f"{head}.{claims}.{signature}"
    elif which == "a refresh token":
        return pair["refresh"]
    elif which == "of a disabled account":
        service.writer.disable(email=DISABLED_TENANT)
    return pair["access"]


async def test_a_token_beside_no_protocol_is_a_violation(service: Service) -> None:
    offered: Any = [f"bearer.{service.token(ADMIN)}"]
    url = f"{service.server.websocket_url}/ws/dashboard/"
    async with connect(url, subprotocols=offered) as connection:
        assert connection.subprotocol is None
        assert await refused(Socket(connection)) == ("protocol_violation", "never", 4400)


async def test_without_a_token_the_server_says_nothing_and_waits_for_one(service: Service) -> None:
    async with socket_of(service.server, None) as viewer:
        with pytest.raises(TimeoutError):
            await viewer.next(0.3)
        await viewer.connection.send(json.dumps({"type": "authenticate", "token": service.token(AGENT)}))
        await complete(viewer)
        assert viewer.frames[0]["user"]["role"] == "agent"


async def test_a_token_in_the_query_string_is_not_read(service: Service) -> None:
    token = service.token(ADMIN)
    async with socket_of(service.server, None, f"?token={token}&access_token={token}") as viewer:
        with pytest.raises(TimeoutError):
            await viewer.next(0.3)


async def test_a_fresh_token_of_the_same_person_keeps_the_connection_and_anothers_ends_it(
    service: Service,
) -> None:
    async with socket_of(service.server, service.token(TENANT)) as viewer:
        await complete(viewer)
        fresh = await asyncio.to_thread(service.sign_in, TENANT)
        await viewer.connection.send(json.dumps({"type": "authenticate", "token": fresh["access"]}))
        await viewer.until(lambda: viewer.frames[-1]["type"] == "authenticated")
        foreign = service.token(OTHER_TENANT)
        await viewer.connection.send(json.dumps({"type": "authenticate", "token": foreign}))
        assert await viewer.until_closed() == 4401
        assert viewer.frames[-1]["code"] == "other_principal"


async def test_access_ends_on_an_open_socket_with_its_sign_in_and_with_its_account(service: Service) -> None:
    leaves, stays = [await asyncio.to_thread(service.sign_in, THIRD_TENANT) for _ in range(2)]
    async with (
        socket_of(service.server, leaves["access"]) as leaving,
        socket_of(service.server, stays["access"]) as staying,
    ):
        await complete(leaving)
        await complete(staying)
        await asyncio.to_thread(service.sign_out, leaves["access"])
        assert await leaving.until_closed() == 4401
        assert leaving.frames[-1]["code"] == "session_revoked"
        await service.agrees(staying, THIRD_TENANT)
        await asyncio.to_thread(service.writer.disable, email=THIRD_TENANT)
        assert await staying.until_closed() == 4403
        assert staying.frames[-1]["code"] == "account_disabled"
    await asyncio.to_thread(service.writer.enable, email=THIRD_TENANT)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_page_of_another_site_is_refused_in_the_handshake(service: Service, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with socket_of(service.server, service.token(ADMIN), origin=origin):
            pass
    assert refusal.value.response.status_code == 403


async def test_a_page_of_this_site_and_a_program_without_an_origin_are_let_in(service: Service) -> None:
    for origin in (service.server.url, None):
        async with socket_of(service.server, service.token(ADMIN), origin=origin) as viewer:
            await complete(viewer)


# What a client sends

BAD_FRAMES: dict[str, str | bytes] = {
    "not JSON": "hello",
    "cut off": '{"type": "ping", "id": ',
    "not an object": "[1, 2]",
    "no type": '{"id": 1}',
    "unknown type": '{"type": "subscribe", "scope": "role"}',
    "a field of another type": '{"type": "resync", "scope": 7}',
    "a field missing": '{"type": "authenticate"}',
    "binary": b'{"type": "ping", "id": 1}',
    "over 4 KiB": json.dumps({"type": "ping", "id": "x" * 4096}),
}


async def test_bad_frames_are_answered_and_change_nothing(service: Service) -> None:
    assert len(BAD_FRAMES) < 10, "ten in a minute end the connection"
    async with socket_of(service.server, service.token(TENANT)) as viewer:
        await complete(viewer)
        for kind, frame in BAD_FRAMES.items():
            await viewer.connection.send(frame)
            error = await next_of(viewer, "error")
            assert (error["code"], error["fatal"]) == ("bad_message", False), kind
        await viewer.connection.send('{"type": "ping", "id": 7}')
        await viewer.until(lambda: {"type": "pong", "id": 7} in viewer.frames)
        call = await asyncio.to_thread(service.writer.receive_call, tenant=TENANT)
        await service.agrees(viewer, TENANT)
        await asyncio.to_thread(service.writer.abandon_call, call=call)
        await service.agrees(viewer, TENANT)
        assert count(viewer, "snapshot") == 2
        assert count(viewer, "diff") >= 2


async def test_the_tenth_bad_frame_in_a_minute_ends_the_connection(service: Service) -> None:
    async with socket_of(service.server, service.token(TENANT)) as viewer:
        await complete(viewer)
        for _ in range(10):
            await viewer.connection.send("nonsense")
        assert await viewer.until_closed() == 4429
        assert viewer.frames[-1]["code"] == "too_many_frames"
        assert viewer.frames[-1]["fatal"] is True


async def test_a_flood_of_good_frames_ends_the_connection(service: Service) -> None:
    async with socket_of(service.server, service.token(TENANT)) as viewer:
        await complete(viewer)
        for number in range(21):
            await viewer.connection.send(json.dumps({"type": "ping", "id": number}))
        assert await viewer.until_closed() == 4429


async def test_bad_frames_before_the_token_are_answered_too(service: Service) -> None:
    async with socket_of(service.server, None) as viewer:
        await viewer.connection.send("nonsense")
        assert (await viewer.next())["code"] == "bad_message"
        await viewer.connection.send(json.dumps({"type": "authenticate", "token": service.token(ADMIN)}))
        assert (await viewer.next())["type"] == "welcome"
