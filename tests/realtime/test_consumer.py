"""A connection from welcome to the end, over the real consumer path and a world of dictionaries."""

import pytest

from realtime.scopes import Scope
from tests.realtime.engines import ADMINS, World, connected, engine_over


@pytest.fixture
def world() -> World:
    world = World()
    world.people.add("token")
    world.write(ADMINS, {"calls": 1}, mark=False)
    world.write(Scope("user", "7"), {"name": "Ada"}, mark=False)
    return world


async def test_a_connection_gets_a_welcome_then_its_documents_then_their_changes(world: World) -> None:
    async with engine_over(world) as engine, connected(engine) as client:
        await client.until_has("role", {"calls": 1})
        await client.until_has("user", {"name": "Ada"})
        world.write(ADMINS, {"calls": 2})
        await client.until_has("role", {"calls": 2})
    assert client.frames[0]["type"] == "welcome"
    assert client.last("diff")["patch"] == [{"op": "replace", "path": "/calls", "value": 2}]
