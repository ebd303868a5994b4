"""The live page in a real browser: each role sees what happens, acts on it, and knows whether it is live."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_TENANT
from tests.e2e.conftest import StartServer
from tests.e2e.screen import PATIENCE_MS, be_live, dashboard, figure, fill_in, read, shows, sign_in
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


async def never_left(page: Page) -> Callable[[], Awaitable[bool]]:
    """Asks later whether the page, and the dashboard in it, are still those of now."""
    shown = await dashboard(page).element_handle()
    return lambda: shown.evaluate("element => element.isConnected")


@pytest.mark.parametrize(("email", "role", "section", "label"), ROLES)
async def test_a_call_that_another_process_writes_is_on_the_screen_without_a_reload(
    shared_demo: ServerProcess,
    writer: Writer,
    quiet_page: OpenPage,
    email: str,
    role: str,
    section: str,
    label: str,
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, email)
    await expect(page.locator(f".dashboard--{role}")).to_be_visible()
    still_there = await never_left(page)
    shown = figure(page, section, label)
    before = await read(shown)
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(shown, before + 1)
    if label == "Waiting":
        await asyncio.to_thread(writer.abandon_call, call=call)
        await shows(shown, before)
    assert await still_there()


async def test_an_agent_answers_a_waiting_call_and_the_counter_falls_on_every_screen(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    await asyncio.to_thread(writer.make_available, agent=AGENT)
    await asyncio.to_thread(writer.clear_queue, tenant=TENANT)
    wall, desk = await quiet_page(), await quiet_page()
    for page in (wall, desk):
        await sign_in(page, shared_demo.url, AGENT)
    wall_still_there, desk_still_there = await never_left(wall), await never_left(desk)
    waiting = figure(wall, "Queue", "Waiting")
    await shows(waiting, 0)
    await asyncio.to_thread(writer.receive_call, tenant=TENANT, phone_number="+14155550177")
    await shows(waiting, 1)
    await expect(wall.get_by_role("list", name="Waiting calls")).to_contain_text("+14155550177")

    await desk.get_by_role("link", name="Answer a Call").click()
    row = desk.get_by_role("row").filter(has_text="+14155550177")
    await row.get_by_role("button", name="Answer").click()
    await expect(desk.get_by_text("Call answered: you are talking to")).to_be_visible(timeout=PATIENCE_MS)

    await shows(waiting, 0)
    await shows(figure(wall, "Queue", "In progress"), 1)
    assert await wall_still_there()
    await desk.get_by_role("link", name="Dashboard", exact=True).click()
    await shows(figure(desk, "Queue", "Waiting"), 0)
    assert not await desk_still_there(), "it went to the list and came back"
    await asyncio.to_thread(writer.end_calls, agent=AGENT)
    await shows(figure(wall, "Queue", "In progress"), 0)


async def test_a_broadcast_is_on_the_screens_of_its_roles_and_goes_when_it_is_withdrawn(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    agent, tenant = await quiet_page(), await quiet_page()
    await sign_in(agent, shared_demo.url, AGENT)
    await sign_in(tenant, shared_demo.url, TENANT)
    alert = await asyncio.to_thread(writer.broadcast, title="Fire drill at noon", roles=["agent"])
    announcements = agent.get_by_role("region", name="Announcements")
    await expect(announcements).to_contain_text("Fire drill at noon", timeout=PATIENCE_MS)
    # What comes next to the tenant is about something else: the announcement was not on its way.
    today = figure(tenant, "Calls", "Today")
    before = await read(today)
    call = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(today, before + 1)
    await expect(tenant.get_by_text("Fire drill at noon")).to_have_count(0)
    await asyncio.to_thread(writer.abandon_call, call=call)
    await asyncio.to_thread(writer.withdraw, alert=alert)
    await expect(announcements).to_have_count(0, timeout=PATIENCE_MS)


async def test_paused_the_screen_stands_still_and_says_how_much_waits(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, TENANT)
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


async def test_over_a_restart_the_page_says_so_keeps_its_figures_and_comes_back_live(
    demo_process: StartServer, new_page: OpenPage, tmp_path: Path
) -> None:
    server = demo_process("--days", "0", "--seed", "1", "--no-traffic")
    page = await new_page()
    await sign_in(page, server.url, AGENT)
    still_there = await never_left(page)
    waiting = figure(page, "Queue", "Waiting")
    with Writer(server.env, tmp_path / "writer.log") as writer:
        before = await read(waiting)
        await asyncio.to_thread(writer.receive_call, tenant=TENANT)
        await shows(waiting, before + 1)
        assert await asyncio.to_thread(server.stop) == 0
        badge = page.locator(".connection")
        await expect(badge).to_have_attribute("data-status", "reconnecting", timeout=PATIENCE_MS)
        await expect(badge).to_contain_text("Reconnecting")
        await shows(waiting, before + 1)
        await asyncio.to_thread(writer.receive_call, tenant=TENANT)  # while nobody serves
        await asyncio.to_thread(server.start)
        await be_live(page)
        await shows(waiting, before + 2)
        await asyncio.to_thread(writer.receive_call, tenant=TENANT)
        await shows(waiting, before + 3)
    assert await still_there()


async def test_a_reload_keeps_the_sign_in_and_signing_out_ends_it(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, TENANT)
    await page.reload()
    await be_live(page)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await expect(page.get_by_text(TENANT)).to_have_count(1)  # among the demo's accounts, no more
    await expect(page.locator(".dashboard")).to_have_count(0)
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while await page.context.cookies():  # noqa: ASYNC110 - the server's answer takes it away, and nobody tells
            await asyncio.sleep(0.1)
    await page.reload()
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


async def test_no_token_is_kept_where_scripts_can_read_it(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, ADMIN)
    stored = await page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "eyJ" not in stored  # how every JSON Web Token begins
    [cookie] = await page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/api/auth/")


async def test_a_wrong_password_is_said_at_the_form_and_the_next_try_works(
    shared_demo: ServerProcess, new_page: OpenPage
) -> None:
    page = await new_page()
    await page.goto(shared_demo.url)
    await fill_in(page, ADMIN, "not the password")
    await expect(page.get_by_role("alert")).to_contain_text(
        "The email or the password is wrong.", timeout=PATIENCE_MS
    )
    await expect(page.get_by_label("Email")).to_be_focused()
    await expect(page.get_by_label("Email")).to_have_value(ADMIN)
    await fill_in(page, ADMIN)
    await be_live(page)


async def test_the_demo_offers_its_accounts_at_the_door(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await page.goto(shared_demo.url)
    await page.get_by_role("button", name=DEMO_ADMIN.label).click()
    await expect(page.locator(".dashboard--admin")).to_be_visible(timeout=PATIENCE_MS)


async def test_djangos_runserver_serves_the_page_and_what_happens(
    runserver_process: StartServer, quiet_page: OpenPage, tmp_path: Path
) -> None:
    server = runserver_process()
    with Writer(server.env, tmp_path / "writer.log") as writer:
        await asyncio.to_thread(writer.found_company)
        page = await quiet_page()
        await sign_in(page, server.url, AGENT)
        waiting = figure(page, "Queue", "Waiting")
        await shows(waiting, 0)
        await asyncio.to_thread(writer.receive_call, tenant=TENANT)
        await shows(waiting, 1)
