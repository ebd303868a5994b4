"""Every page of every role fits every screen, and axe finds nothing on it; the door and the dialogs too."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_TENANT
from tests.e2e.looks import axe_finds_nothing, be_settled, fits_at_every_size
from tests.e2e.screen import PATIENCE_MS, be_live, fill_in
from tests.e2e.servers import ServerProcess
from tests.e2e.writer import Writer

OpenPage = Callable[..., Awaitable[Page]]

# For each role: how many pages its navigation has, and a form that a page of it opens.
ROLES = [
    (DEMO_ADMIN.email, 12, "Users", "Edit"),
    (DEMO_TENANT.email, 10, "Customers", "Schedule a callback"),
    (DEMO_AGENT.email, 6, "Customers", "Edit"),
]


@pytest.mark.parametrize(("email", "pages", "dialogs", "action"), ROLES)
async def test_every_page_fits_every_screen_and_axe_finds_nothing(
    shared_demo: ServerProcess,
    writer: Writer,
    quiet_page: OpenPage,
    email: str,
    pages: int,
    dialogs: str,
    action: str,
) -> None:
    # A figure that has just changed is tinted for a moment: not what is looked at here.
    page = await quiet_page(reduced_motion="reduce")
    await page.goto(shared_demo.url)
    await expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    await fits_at_every_size(page)
    await axe_finds_nothing(page)
    await fill_in(page, email)
    await be_live(page)
    alert = await asyncio.to_thread(
        writer.broadcast, title="Maintenance tonight", roles=["admin", "user", "agent"]
    )
    await expect(page.get_by_role("region", name="Announcements")).to_be_visible(timeout=PATIENCE_MS)
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    titles = await links.all_inner_texts()
    assert len(titles) == pages
    for title in titles:
        await links.get_by_text(title, exact=True).click()
        await be_settled(page)
        await fits_at_every_size(page)
        await axe_finds_nothing(page)
        if title == dialogs:
            await page.get_by_role("main").get_by_role("button", name=action, exact=True).first.click()
            await expect(page.get_by_role("dialog")).to_be_visible()
            await axe_finds_nothing(page)
            await page.keyboard.press("Escape")
            await expect(page.get_by_role("dialog")).to_have_count(0)
    await asyncio.to_thread(writer.withdraw, alert=alert)


async def test_with_reduced_motion_nothing_moves(
    shared_demo: ServerProcess, writer: Writer, quiet_page: OpenPage
) -> None:
    page = await quiet_page(reduced_motion="reduce")
    await page.goto(shared_demo.url)
    await fill_in(page, DEMO_TENANT.email)
    await be_live(page)
    await page.evaluate(_RECORD_MOTION)
    call = await asyncio.to_thread(writer.receive_call, tenant=DEMO_TENANT.email)
    toast = asyncio.ensure_future(expect(page.locator(".toast")).to_be_visible(timeout=PATIENCE_MS))
    alert = await asyncio.to_thread(writer.broadcast, title="Hold still", roles=["user"])
    await toast
    await expect(page.locator(".figure--changed").first).to_be_attached(timeout=PATIENCE_MS)
    await page.evaluate(_TWO_FRAMES)  # the browser tells of an animation one frame after what moves is there
    await expect(page.locator("html")).not_to_have_attribute("data-motions", re.compile(""))
    await asyncio.to_thread(writer.abandon_call, call=call)
    await asyncio.to_thread(writer.withdraw, alert=alert)


_TWO_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_RECORD_MOTION = """() => {
  const motions = new Set();
  const record = (motion) => {
    motions.add(motion);
    document.documentElement.dataset.motions = [...motions].join(", ");
  };
  document.addEventListener("animationstart", ({ animationName }) => record(animationName));
  document.addEventListener("transitionrun", ({ propertyName }) => record(propertyName));
}"""
