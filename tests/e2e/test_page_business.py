"""What a tenant buys and what an admin announced, on pages of a real server: the screens follow."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect

from domain.simulation.company import DEMO_ADMIN, DEMO_TENANT
from tests.e2e.looks import axe_finds_nothing, be_settled, fits_at_every_size
from tests.e2e.screen import PATIENCE_MS, sign_in
from tests.e2e.servers import ServerProcess

OpenPage = Callable[..., Awaitable[Page]]


def offer(page: Page, plan: str) -> Locator:
    """The plan with this name, among those to choose from."""
    plans = page.get_by_role("list", name="Plans", exact=True)
    return plans.get_by_role("listitem").filter(has_text=re.compile(f"^{plan} · "))


async def choose(page: Page, action: str, plan: str) -> None:
    """Press the button of a plan, and say yes."""
    await offer(page, plan).get_by_role("button", name=re.compile(f"^{action}")).click(timeout=PATIENCE_MS)
    await page.get_by_role("dialog").get_by_role("button", name=f"{action}, yes").click()


async def test_a_tenant_switches_cancels_and_resumes_and_is_told_why_a_plan_is_too_small(
    shared_demo: ServerProcess, new_page: OpenPage
) -> None:
    desk, phone = await new_page(), await new_page()
    for page in (desk, phone):
        await sign_in(page, shared_demo.url, DEMO_TENANT.email)
        await page.get_by_role("link", name="Billing", exact=True).click()
        await expect(offer(page, "Pro")).to_contain_text("Your plan", timeout=PATIENCE_MS)

    await choose(desk, "Switch", "Starter")
    dialog = desk.get_by_role("dialog")
    await expect(dialog.get_by_role("alert")).to_contain_text(
        re.compile(r"Agents with an open account: \d+; the plan allows 3\. Disable an agent's account first"),
        timeout=PATIENCE_MS,
    )
    await axe_finds_nothing(desk)
    await dialog.get_by_role("button", name="No", exact=True).click()

    await choose(desk, "Switch", "Enterprise")
    for page in (desk, phone):
        await expect(offer(page, "Enterprise")).to_contain_text("Your plan", timeout=PATIENCE_MS)
        await expect(offer(page, "Pro")).not_to_contain_text("Your plan")
        plan = page.get_by_role("region", name="Plan", exact=True)
        await expect(plan).to_contain_text("Enterprise", timeout=PATIENCE_MS)

    await choose(phone, "Cancel", "Enterprise")
    for page in (desk, phone):
        plan = page.get_by_role("region", name="Plan", exact=True)
        await expect(plan).to_contain_text("runs to the end of the period", timeout=PATIENCE_MS)
    await fits_at_every_size(desk)
    await axe_finds_nothing(desk)
    await choose(desk, "Resume", "Enterprise")
    for page in (desk, phone):
        await expect(offer(page, "Enterprise").get_by_role("button")).to_contain_text(
            "Cancel", timeout=PATIENCE_MS
        )


async def test_an_admin_moves_a_tenant_to_another_plan_cancels_it_and_lets_it_go_on(
    shared_demo: ServerProcess, new_page: OpenPage
) -> None:
    desk, tenant = await new_page(), await new_page()
    await sign_in(tenant, shared_demo.url, DEMO_TENANT.email)
    plan = tenant.get_by_role("region", name="Plan", exact=True)
    await sign_in(desk, shared_demo.url, DEMO_ADMIN.email)
    await desk.get_by_role("link", name="Subscriptions", exact=True).click()
    await desk.get_by_role("searchbox").fill(DEMO_TENANT.email)
    await desk.get_by_role("button", name="Search").click()
    await expect(desk.get_by_text("1 entry")).to_be_visible(timeout=PATIENCE_MS)
    row = desk.get_by_role("row").filter(has_text=DEMO_TENANT.email)
    dialog = desk.get_by_role("dialog")

    async def change_to(name: str) -> None:
        await row.get_by_role("button", name="Change plan").click(timeout=PATIENCE_MS)
        option = dialog.get_by_role("option", name=re.compile(f"^{name}, .* per month$"))
        await expect(option).to_be_attached(timeout=PATIENCE_MS)
        await dialog.get_by_label("Plan").select_option(await option.get_attribute("value"))
        await dialog.get_by_role("button", name="Change", exact=True).click()

    await change_to("Starter")
    await expect(dialog.get_by_role("alert").first).to_contain_text("the plan allows 3", timeout=PATIENCE_MS)
    await axe_finds_nothing(desk)
    await dialog.get_by_role("button", name="Not now").click()
    await change_to("Enterprise")
    await expect(row).to_contain_text("Enterprise", timeout=PATIENCE_MS)
    await expect(plan).to_contain_text("Enterprise", timeout=PATIENCE_MS)

    await row.get_by_role("button", name="Cancel").click()
    await dialog.get_by_role("button", name="Cancel, yes").click()
    await expect(plan).to_contain_text("runs to the end of the period", timeout=PATIENCE_MS)
    await row.get_by_role("button", name="Resume").click(timeout=PATIENCE_MS)
    await expect(plan).not_to_contain_text("runs to the end of the period", timeout=PATIENCE_MS)


async def test_the_history_of_a_broadcast_says_who_did_what(
    shared_demo: ServerProcess, quiet_page: OpenPage
) -> None:
    page = await quiet_page()
    await sign_in(page, shared_demo.url, DEMO_ADMIN.email)
    await page.get_by_role("link", name="Broadcasts", exact=True).click()
    await page.get_by_label("Title").fill("Outage")
    await page.get_by_role("button", name="Broadcast", exact=True).click()
    rows = page.get_by_role("list", name="Broadcasts").get_by_role("listitem")
    row = rows.filter(has_text="Outage")
    await row.get_by_role("button", name=re.compile("^Edit")).click(timeout=PATIENCE_MS)
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Title").fill("Outage is over")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0, timeout=PATIENCE_MS)
    await be_settled(page)
    await page.evaluate("scrollTo(0, 0)")  # else the bar at the top covers what is scrolled under it
    await fits_at_every_size(page)
    await row.get_by_role("button", name=re.compile("^Withdraw")).click()
    await expect(row.get_by_role("button")).to_have_count(1, timeout=PATIENCE_MS)
    await row.get_by_role("button", name=re.compile("^History")).click()
    deeds = dialog.get_by_role("list", name="History").get_by_role("listitem")
    await expect(deeds).to_have_count(3, timeout=PATIENCE_MS)
    await expect(deeds.nth(0)).to_contain_text("Sent")
    await expect(deeds.nth(1)).to_contain_text("Title: “Outage” → “Outage is over”")
    await expect(deeds.nth(2)).to_contain_text("Withdrawn")
    for number in range(3):
        await expect(deeds.nth(number)).to_contain_text(f"by {DEMO_ADMIN.email}")
    await axe_finds_nothing(page)
