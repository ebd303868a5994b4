"""From the opening handshake to a signed-in socket, or to a refusal that the client can read."""

import asyncio
import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from realtime.handshake import client_address, origin_allowed, read_offer, read_resume
from realtime.limits import Limits
from realtime.positions import Position
from tests.realtime.engines import QUICK, Client, World, connected, engine_over, eventually

HASTY = replace(QUICK, limits=Limits(authenticate_timeout=0.2))


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    return world


async def refusal(client: Client) -> tuple[str, int]:
    """The code of the error frame, and the close code that follows."""
    code = await client.until_closed()
    error = client.last("error")
    assert error["fatal"] is True
    return error["code"], code


async def test_a_browsers_token_comes_with_the_subprotocol_which_is_selected(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.next()
        assert client.subprotocol == "dashboard.v1"
        assert client.last("welcome")["user"] == {"id": 7, "role": "admin"}


async def test_a_programs_token_comes_in_the_header_with_or_without_the_subprotocol(world: World) -> None:
    for offered in ([], ["dashboard.v1"]):
        headers = [(b"authorization", b"bearer token")]
        async with (
            engine_over(world) as engine,
            connected(engine, None, subprotocols=offered, headers=headers) as client,
        ):
            await client.next()
            assert client.frames[0]["type"] == "welcome"
            assert client.subprotocol == (offered[0] if offered else None)


async def test_the_subprotocols_token_comes_before_the_headers(world: World) -> None:
    headers = [(b"authorization", b"Bearer nobody")]
    async with engine_over(world) as engine, connected(engine, headers=headers) as client:
        await client.next()
        assert client.frames[0]["type"] == "welcome"


async def test_a_first_frame_may_bring_the_token(world: World) -> None:
    async with engine_over(world) as engine, connected(engine, None) as client:
        assert await client.communicator.receive_nothing(0.05)
        await client.say({"type": "authenticate", "token": "token"})
        await client.next()
        assert client.frames[0]["type"] == "welcome"


async def test_without_a_token_in_time_the_client_is_sent_away(world: World) -> None:
    async with engine_over(world, HASTY) as engine, connected(engine, None) as client:
        assert await refusal(client) == ("token_missing", 4401)
        assert engine.gate._unauthenticated == 0


async def test_what_comes_before_the_token_is_answered_and_forgiven(world: World) -> None:
    async with engine_over(world) as engine, connected(engine, None) as client:
        await client.say_text("nonsense")
        await client.say({"type": "pong", "seq": "x"})
        await client.communicator.send_to(bytes_data=b"\0")
        await client.say({"type": "authenticate", "token": "token"})
        await client.until(lambda: len(client.frames) == 4)
        assert [frame.get("code") for frame in client.frames] == ["bad_message"] * 3 + [None]


async def test_who_keeps_sending_anything_else_before_the_token_is_closed(world: World) -> None:
    async with engine_over(world) as engine, connected(engine, None) as client:
        for _ in range(10):
            await client.say_text("nonsense")
        assert await refusal(client) == ("too_many_frames", 4429)


async def test_a_client_that_leaves_before_its_token_is_forgotten(world: World) -> None:
    async with engine_over(world) as engine:
        async with connected(engine, None):
            await eventually(lambda: engine.gate._unauthenticated == 1)
        assert engine.gate._unauthenticated == 0
        assert engine.gate._waiting == {}


async def test_an_unknown_token_is_accepted_first_and_refused_in_words(world: World) -> None:
    async with engine_over(world) as engine, connected(engine, "nobody") as client:
        assert client.subprotocol == "dashboard.v1"
        assert await refusal(client) == ("token_invalid", 4401)
        assert client.last("error")["retry"] == "refresh_token"


async def test_a_token_beside_no_protocol_is_a_violation_and_nothing_is_selected(world: World) -> None:
    async with (
        engine_over(world) as engine,
        connected(engine, None, subprotocols=["bearer.token"]) as client,
    ):
        assert client.subprotocol is None
        assert await refusal(client) == ("protocol_violation", 4400)


async def test_a_token_in_the_query_is_not_read(world: World) -> None:
    async with engine_over(world, HASTY) as engine, connected(engine, None, query="?token=token") as client:
        assert await refusal(client) == ("token_missing", 4401)


async def test_an_expired_token_is_refused_whatever_the_authenticator_says(world: World) -> None:
    world.people.add("old", seconds=-1)
    async with engine_over(world) as engine, connected(engine, "old") as client:
        assert await refusal(client) == ("token_expired", 4401)
        assert [frame["type"] for frame in client.frames] == ["error"]


async def test_while_sign_ins_cannot_be_checked_there_is_no_capacity(world: World) -> None:
    world.people.away = True
    async with engine_over(world) as engine, connected(engine) as client:
        assert await refusal(client) == ("unavailable", 4503)
        assert client.last("error")["retry"] == "backoff"


async def test_a_draining_server_sends_new_clients_elsewhere(world: World) -> None:
    async with engine_over(world) as engine:
        await engine.drain()
        async with connected(engine) as client:
            assert await client.until_closed() == 4012
            assert client.last("goodbye")["reason"] == "restart"


async def test_sockets_that_wait_for_their_token_are_capped_by_address_and_in_all(world: World) -> None:
    narrow = replace(QUICK, unauthenticated_per_address=2, unauthenticated=3, limits=Limits())
    async with engine_over(world, narrow) as engine, connected(engine, None), connected(engine, None):
        await eventually(lambda: engine.gate._unauthenticated == 2)
        async with connected(engine, None) as third:
            assert await refusal(third) == ("no_capacity", 4503)
        async with connected(engine) as signed_in:  # a token at hand does not wait
            await signed_in.next()
            assert signed_in.frames[0]["type"] == "welcome"


async def test_in_all_whoever_comes_last_is_one_too_many_with_or_without_a_token(world: World) -> None:
    narrow = replace(QUICK, unauthenticated=2)
    async with engine_over(world, narrow) as engine, connected(engine, None), connected(engine, None):
        await eventually(lambda: engine.gate._unauthenticated == 2)
        for token in (None, "token"):
            async with connected(engine, token) as third:
                assert await refusal(third) == ("no_capacity", 4503)


async def test_nothing_of_a_token_is_logged_whatever_becomes_of_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "eyJhbGciOi-my-secret-token"
    async with engine_over(world, HASTY) as engine:
        for offered in ([f"bearer.{secret}"], ["dashboard.v1", f"bearer.{secret}"]):
            async with connected(engine, None, subprotocols=offered) as client:
                await client.until_closed()
        async with connected(
            engine, None, headers=[(b"authorization", b"Bearer " + secret.encode())]
        ) as client:
            await client.until_closed()
        for frame in ({"type": "authenticate", "token": secret}, {"type": secret}, {"token": secret}):
            async with connected(engine, None) as client:
                await client.say(frame)
                await client.until_closed()
                assert secret not in json.dumps(client.frames)
        world.people.away = True
        async with connected(engine, secret) as client:
            await client.until_closed()
    for record in caplog.records:
        assert secret not in record.getMessage()
        assert secret not in str(record.exc_info)


def test_an_offers_token_is_not_part_of_its_representation() -> None:
    offer = read_offer({"subprotocols": ["dashboard.v1", "bearer.my-secret-token"]}, {})
    assert offer.token == "my-secret-token"
    assert "secret" not in repr(offer)


async def test_the_application_inside_sees_no_token(world: World) -> None:
    seen: list[dict[str, Any]] = []

    async def inside(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    from channels.testing import WebsocketCommunicator

    from realtime.handshake import Handshake

    async with engine_over(world) as engine:
        communicator = WebsocketCommunicator(
            Handshake(inside, lambda: engine),
            "/ws/dashboard/",
            headers=[
                (b"authorization", b"Bearer token"),
                (b"cookie", b"session=token"),
                (b"host", b"localhost"),
            ],
            subprotocols=["dashboard.v1", "bearer.token"],
        )
        await communicator.connect()
        await communicator.wait()
    (scope,) = seen
    assert "token" not in str([scope["headers"], scope["subprotocols"]])
    assert scope["signed_in"].principal.user_id == 7


async def test_the_same_token_many_times_at_once_is_checked_once(world: World) -> None:
    async with engine_over(world) as engine:
        await asyncio.gather(*(engine.gate.sign_in("token") for _ in range(50)))
    assert world.people.authenticated == 1


# Origins


@pytest.mark.parametrize(
    "origin", ["http://localhost:8000", "https://localhost:8000", "HTTP://LOCALHOST:8000"]
)
def test_a_page_of_this_host_may_connect(origin: str) -> None:
    assert origin_allowed({"origin": [origin], "host": ["localhost:8000"]}, ())


def test_a_default_port_is_the_same_host() -> None:
    assert origin_allowed({"origin": ["https://localhost"], "host": ["localhost:443"]}, ())
    assert origin_allowed({"origin": ["http://localhost:80"], "host": ["localhost"]}, ())


def test_a_program_sends_no_origin_and_may_connect() -> None:
    assert origin_allowed({"host": ["anything"]}, ())


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost:9000",
        "http://localhost.evil.example:8000",
        "null",
        "",
        "file://",
        "capacitor://localhost:8000",
        "javascript:alert(1)",
        "http://[broken",
    ],
)
def test_a_page_of_anywhere_else_may_not(origin: str) -> None:
    assert not origin_allowed({"origin": [origin], "host": ["localhost:8000"]}, ())


def test_a_host_that_is_not_ours_makes_nobody_the_same_host(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["app.example"]
    assert origin_allowed({"origin": ["https://app.example"], "host": ["app.example"]}, ())
    assert not origin_allowed({"origin": ["https://rebound.example"], "host": ["rebound.example"]}, ())


def test_two_origins_are_none() -> None:
    headers = {"origin": ["http://localhost:8000", "http://localhost:8000"], "host": ["localhost:8000"]}
    assert not origin_allowed(headers, ())


def test_an_allowed_origin_may_connect_and_its_neighbours_may_not() -> None:
    headers = {"origin": ["https://app.example"], "host": ["api.example"]}
    assert origin_allowed(headers, ("https://app.example",))
    assert not origin_allowed({**headers, "origin": ["http://app.example"]}, ("https://app.example",))
    assert not origin_allowed({**headers, "origin": ["https://other.example"]}, ("https://app.example",))


async def test_a_forbidden_origin_is_refused_in_the_handshake(world: World) -> None:
    async with engine_over(world) as engine:
        client = Client(engine, "token", headers=[(b"origin", b"https://evil.example")])
        assert await client.communicator.connect() == (False, 4403)
        await client.communicator.wait()


# Resume and addresses


def test_resume_positions_are_read_by_kind() -> None:
    assert read_resume(b"resume=role:e1:12&x=1&resume=user:e:2:3") == {
        "role": Position("e1", 12),
        "user": Position("e:2", 3),
    }


@pytest.mark.parametrize(
    "query",
    [
        b"",
        b"resume",
        b"resume=",
        b"resume=role",
        b"resume=role:e",
        b"resume=role:e:",
        b"resume=role::3",
        b"resume=:e:3",
        b"resume=role:e:-1",
        b"resume=role:e:1.5",
        b"resume=role:e:" + b"9" * 5000,
        "resume=role:e:²".encode(),
        b"\xff\xfe=%ff",
        b"&".join([b"a=1"] * 1000),
    ],
)
def test_malformed_positions_are_ignored(query: bytes) -> None:
    assert read_resume(query) == {}


def test_an_address_is_the_peers_unless_proxies_are_trusted(settings: Settings) -> None:
    scope: Any = {"client": ("10.0.0.1", 5)}
    forged = {"x-forwarded-for": ["1.1.1.1, 2.2.2.2"]}
    assert client_address(scope, forged) == "10.0.0.1"
    settings.REALTIME = {**settings.REALTIME, "TRUSTED_PROXIES": 1}
    assert client_address(scope, forged) == "2.2.2.2"
    assert client_address(scope, {}) == "10.0.0.1"
    assert client_address({"client": None}, {}) == "unknown"
