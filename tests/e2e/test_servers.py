"""The service in processes of its own: it starts, answers, ends in order and comes back."""

import httpx
from playwright.async_api import Page, expect

from tests.e2e.conftest import StartServer


def test_serve_answers_and_ends_in_order(live_server_process: StartServer) -> None:
    server = live_server_process()
    assert httpx.get(f"{server.url}/health/live", timeout=60).status_code == 200
    assert server.stop() == 0, server.log()
    assert "Traceback" not in server.log()


def test_serve_comes_back_on_its_port_after_a_kill(live_server_process: StartServer) -> None:
    server = live_server_process()
    url = server.url
    server.kill()
    server.start()
    assert httpx.get(f"{url}/health/live", timeout=60).status_code == 200


def test_one_process_needs_no_other_service(live_server_process: StartServer, fresh_sqlite: str) -> None:
    server = live_server_process(DATABASE_URL=fresh_sqlite, REDIS_URL="")
    assert httpx.get(f"{server.url}/health/live", timeout=60).status_code == 200


async def test_the_demo_opens_in_a_browser(demo_process: StartServer, page: Page) -> None:
    server = demo_process("--no-traffic", "--days", "1")
    answer = await page.goto(server.url)
    assert answer is not None
    assert answer.status == 200
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert server.stop() == 0, server.log()
