"""The page at /vue/ in a real browser: the same sign-in and the same dashboards, drawn by the Vue kit."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, Response, expect

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_TENANT
from tests.e2e.looks import axe_finds_nothing, fits_at_every_size
from tests.e2e.screen import PATIENCE_MS, be_live, dashboard, figure, read, shows, sign_in
from tests.e2e.servers import ServerProcess
from tests.e2e.writer import Writer

ADMIN, TENANT, AGENT = DEMO_ADMIN.email, DEMO_TENANT.email, DEMO_AGENT.email
OpenPage = Callable[..., Awaitable[Page]]

# A figure of each role that counts the calls that arrive.
ROLES = [
    (ADMIN, "admin", "Calls", "Waiting"),
    (TENANT, "user", "Calls", "Today"),
    (AGENT, "agent", "Queue", "Waiting"),
]


@pytest.mark.parametrize(("email", "role", "section", "label"), ROLES)
async def test_a_call_is_on_the_screen_without_a_reload_and_the_page_fits_and_axe_finds_nothing(
    shared_demo: ServerProcess,
    writer: Writer,
    quiet_page: OpenPage,
    email: str,
    role: str,
    section: str,
    label: str,
) -> None:
    # A figure that has just changed is tinted for a moment: not what axe is to look at.
    page = await quiet_page(reduced_motion="reduce")
    await sign_in(page, f"{shared_demo.url}/vue/", email)
    await expect(page.locator(f".dashboard--{role}")).to_be_visible()
    there = await dashboard(page).element_handle()
    shown = figure(page, section, label)
    before = await read(shown)
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(shown, before + 1)
    await asyncio.to_thread(writer.abandon_call, call=call)
    if label == "Waiting":
        await shows(shown, before)
    assert await there.evaluate("element => element.isConnected")
    await fits_at_every_size(page)
    await axe_finds_nothing(page)


async def test_a_broadcast_comes_and_can_be_dismissed(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, f"{shared_demo.url}/vue/", AGENT)
    alert = await asyncio.to_thread(writer.broadcast, title="Fire drill at noon", roles=["agent"])
    announcements = page.get_by_role("region", name="Announcements")
    await expect(announcements).to_contain_text("Fire drill at noon", timeout=PATIENCE_MS)
    await page.get_by_role("button", name="Dismiss: Fire drill at noon").click()
    await expect(announcements).to_have_count(0)
    await asyncio.to_thread(writer.withdraw, alert=alert)


async def test_paused_the_screen_stands_still_and_says_how_much_waits(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, f"{shared_demo.url}/vue/", TENANT)
    today = figure(page, "Calls", "Today")
    before = await read(today)
    await page.get_by_role("button", name="Pause").click()
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    resume = page.get_by_role("button", name="Resume")
    await expect(resume).to_contain_text("waiting", timeout=PATIENCE_MS)
    await shows(today, before)
    await resume.click()
    await shows(today, before + 1)
    await asyncio.to_thread(writer.abandon_call, call=call)


async def test_without_sockets_it_polls_and_says_so(
    shared_demo: ServerProcess, writer: Writer, new_page: OpenPage
) -> None:
    page = await new_page()
    await page.route_web_socket("**/ws/dashboard/**", lambda socket: socket.close())
    await page.goto(f"{shared_demo.url}/vue/")
    await page.get_by_role("button", name=DEMO_TENANT.label).click()
    badge = page.locator(".connection")
    await expect(badge).to_have_attribute("data-status", "polling", timeout=PATIENCE_MS)
    today = figure(page, "Calls", "Today")
    before = await read(today)
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(today, before + 1)
    await asyncio.to_thread(writer.abandon_call, call=call)


async def test_it_shares_the_sign_in_with_the_main_page_to_which_its_links_lead(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, f"{shared_demo.url}/vue/", AGENT)
    await page.get_by_role("link", name="Call History").click()
    await expect(page.get_by_role("heading", name="Calls", level=1)).to_be_visible(timeout=PATIENCE_MS)
    assert page.url == f"{shared_demo.url}/calls"
    await page.go_back()
    await be_live(page)
    assert page.url == f"{shared_demo.url}/vue/"
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    assert page.url == f"{shared_demo.url}/vue/"


async def test_neither_page_loads_the_framework_of_the_other(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    marks = {"vue": "__vue_app__", "react": "__reactContainer$"}
    for path, own in (("/", "react"), ("/vue/", "vue")):
        page = await quiet_page()
        scripts: list[Response] = []
        page.on("response", lambda response, found=scripts: _keep_script(response, found))
        await sign_in(page, f"{shared_demo.url}{path}", ADMIN)
        text = "".join([await script.text() for script in scripts])
        assert [name for name, mark in marks.items() if mark in text] == [own]


def _keep_script(response: Response, found: list[Response]) -> None:
    if response.request.resource_type == "script":
        found.append(response)
