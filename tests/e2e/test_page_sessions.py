"""Whose page it is and how it hears: by keyboard, broadcasts, after a sign-in ended, without WebSockets."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, WebSocketRoute, expect

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_PASSWORD, DEMO_TENANT
from tests.e2e.screen import PATIENCE_MS, be_live, dashboard, figure, fill_in, read, shows, sign_in
from tests.e2e.servers import ServerProcess
from tests.e2e.writer import Writer

ADMIN, TENANT, AGENT = DEMO_ADMIN.email, DEMO_TENANT.email, DEMO_AGENT.email
OpenPage = Callable[..., Awaitable[Page]]
MANY_STOPS = 150  # more than any page has


def door(page: Page) -> Locator:
    """The button of the form at the door: nobody is signed in."""
    return page.get_by_role("button", name="Sign in", exact=True)


async def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus; whatever has it on the way can be seen to have it."""
    await expect(wanted).to_be_visible(timeout=PATIENCE_MS)
    for _ in range(MANY_STOPS):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(
            "() => { const style = getComputedStyle(document.activeElement);"
            " return document.activeElement === document.body || style.outlineStyle !== 'none'"
            " || style.boxShadow !== 'none'; }"
        )
        assert seen, await page.evaluate("document.activeElement.outerHTML")
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}")


async def test_an_agent_works_by_keyboard_alone(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    await asyncio.to_thread(writer.end_calls, agent=AGENT)
    await asyncio.to_thread(writer.clear_queue, tenant=TENANT)
    page = await quiet_page()
    await page.goto(shared_demo.url)
    await tab_to(page, page.get_by_label("Email"))
    await page.keyboard.type(AGENT)
    await page.keyboard.press("Tab")
    await page.keyboard.type(DEMO_PASSWORD)
    await page.keyboard.press("Enter")
    await be_live(page)

    # What a figure means, and away with it.
    waiting = page.get_by_role("region", name="Queue", exact=True)
    await tab_to(page, waiting.get_by_role("button", name="Waiting", exact=True))
    await expect(page.get_by_role("tooltip")).to_contain_text("wait")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("tooltip")).to_have_count(0)

    # Somebody calls: answered, and ended.
    await asyncio.to_thread(writer.receive_call, tenant=TENANT, phone_number="+14155550188")
    desk = page.get_by_role("region", name="My desk")
    await tab_to(page, desk.get_by_role("button", name="Answer"))
    await page.keyboard.press("Enter")
    await shows(figure(page, "Queue", "In progress"), 1)
    await tab_to(page, desk.get_by_label("Outcome"))
    await page.keyboard.press("ArrowDown")
    await tab_to(page, desk.get_by_role("button", name="End call"))
    await page.keyboard.press("Enter")
    await shows(figure(page, "Queue", "In progress"), 0)

    # A question is asked in front of the page; left, the focus is where it was.
    await tab_to(page, page.get_by_role("link", name="Customers", exact=True))
    await page.keyboard.press("Enter")
    schedule = page.get_by_role("main").get_by_role("button", name="Schedule a callback").first
    await tab_to(page, schedule)
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    assert await dialog.evaluate("element => element.contains(document.activeElement)")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(schedule).to_be_focused()

    await page.reload()
    await be_live(page)
    await tab_to(page, page.get_by_role("link", name="Skip to the content"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("main")).to_be_focused()
    await tab_to(page, page.get_by_role("button", name="Sign out"))
    await page.keyboard.press("Enter")
    await expect(door(page)).to_be_visible(timeout=PATIENCE_MS)


async def test_a_broadcast_of_the_admins_page_is_on_the_screens_it_is_for_and_on_no_other(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    admin, tenant, agent = [await quiet_page() for _ in range(3)]
    for page, email in ((admin, ADMIN), (tenant, TENANT), (agent, AGENT)):
        await sign_in(page, shared_demo.url, email)
    await admin.get_by_role("link", name="Broadcasts", exact=True).click()

    async def broadcast(title: str, *roles: str) -> None:
        await admin.get_by_label("Title").fill(title)
        for role in ("Admins", "Users", "Agents"):
            await admin.get_by_label(role, exact=True).set_checked(role in roles)
        await admin.get_by_role("button", name="Broadcast", exact=True).click()
        await expect(admin.get_by_text(f"“{title}” is on the screens")).to_be_visible(timeout=PATIENCE_MS)

    toast = asyncio.ensure_future(  # it leaves by itself: looked for from before it comes
        expect(agent.locator(".toast")).to_contain_text("Headsets are here", timeout=2 * PATIENCE_MS)
    )
    await broadcast("Headsets are here", "Agents")
    banner = agent.get_by_role("region", name="Announcements")
    await expect(banner).to_contain_text("Headsets are here", timeout=PATIENCE_MS)
    await toast
    # The next one is for the tenants. It has come, so the first would have, too.
    await broadcast("Invoices are out", "Users")
    await expect(tenant.get_by_role("region", name="Announcements")).to_contain_text(
        "Invoices are out", timeout=PATIENCE_MS
    )
    for page, other in ((tenant, "Headsets are here"), (agent, "Invoices are out")):
        assert other not in await page.content()
    await expect(admin.get_by_role("region", name="Announcements")).to_have_count(0)

    for title in ("Headsets are here", "Invoices are out"):
        row = admin.get_by_role("list", name="Broadcasts").get_by_role("listitem").filter(has_text=title)
        await row.get_by_role("button", name=re.compile("^Withdraw")).click()
        await expect(admin.get_by_text(f"“{title}” is withdrawn")).to_be_visible(timeout=PATIENCE_MS)
    for page in (agent, tenant):
        await expect(page.get_by_role("region", name="Announcements")).to_have_count(0, timeout=PATIENCE_MS)
    # Nor does a reader of the page come upon what is no longer said.
    await expect(agent.get_by_text("Headsets are here")).to_have_count(0, timeout=PATIENCE_MS)


async def test_signed_out_everywhere_each_screen_falls_to_the_door_and_comes_back_where_it_was(
    shared_demo: ServerProcess, new_page: OpenPage
) -> None:
    desk, phone = await new_page(), await new_page()
    for page in (desk, phone):
        await sign_in(page, shared_demo.url, TENANT)
    await desk.get_by_role("link", name="Customers", exact=True).click()
    await expect(desk.get_by_role("table")).to_be_visible(timeout=PATIENCE_MS)
    await phone.get_by_role("link", name="Profile", exact=True).click()
    await phone.get_by_role("button", name="Sign out everywhere").click()
    await phone.get_by_role("button", name="Really sign out everywhere").click()
    for page in (desk, phone):
        await expect(door(page)).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.locator("table, .dashboard")).to_have_count(0)
    await expect(desk.get_by_text("Your sign-in has ended.")).to_be_visible()
    await fill_in(desk, TENANT)
    await be_live(desk)
    await expect(desk.get_by_role("heading", name="Customers", level=1)).to_be_visible()
    await expect(desk.get_by_role("table")).to_be_visible(timeout=PATIENCE_MS)


async def test_the_next_person_at_the_same_screen_never_sees_the_one_before(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, TENANT)
    who = await page.locator(".topbar__who .row__main").inner_text()
    await page.get_by_role("button", name="Sign out").click()
    await expect(door(page)).to_be_visible(timeout=PATIENCE_MS)
    # Every state of the page from here on is looked at, however short it lasts.
    await page.evaluate(
        """who => {
          window.seen = [];
          const look = () => {
            if (document.body.textContent.includes(who)) window.seen.push(who);
            if (document.querySelector(".dashboard--user")) window.seen.push("the tenant's dashboard");
          };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }""",
        who,
    )
    await fill_in(page, AGENT)
    await be_live(page)
    await expect(page.locator(".dashboard--agent")).to_be_visible(timeout=PATIENCE_MS)
    assert await page.evaluate("window.seen") == []


async def test_where_no_websocket_gets_through_the_page_polls_says_so_and_comes_back_live(
    shared_demo: ServerProcess, writer: Writer, new_page: OpenPage
) -> None:
    blocked = True

    async def door_keeper(route: WebSocketRoute) -> None:
        if blocked:
            await route.close()
        else:
            route.connect_to_server()

    page = await new_page()
    await page.route_web_socket("**/ws/**", door_keeper)
    await page.goto(shared_demo.url)
    await fill_in(page, TENANT)
    badge = page.locator(".connection")
    await expect(badge).to_have_attribute("data-status", "polling", timeout=PATIENCE_MS)
    await expect(dashboard(page)).to_be_visible(timeout=PATIENCE_MS)
    shown = await dashboard(page).element_handle()
    today = figure(page, "Calls", "Today")
    before = await read(today)
    first = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(today, before + 1)
    await expect(badge).to_have_attribute("data-status", "polling")

    blocked = False
    await page.evaluate("dispatchEvent(new Event('online'))")  # as when one leaves the network that blocks
    await be_live(page)
    second = await asyncio.to_thread(writer.receive_call, tenant=TENANT)
    await shows(today, before + 2)
    assert shown is not None
    assert await shown.evaluate("element => element.isConnected")
    for call in (first, second):
        await asyncio.to_thread(writer.abandon_call, call=call)
