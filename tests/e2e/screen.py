"""The live page as a person uses it: sign in by the form, read a figure, see whether it is live."""

import re

from playwright.async_api import Locator, Page, expect

from domain.simulation.company import DEMO_PASSWORD

# A page may have to wait for its turn on a busy machine; nothing here measures how fast it is.
PATIENCE_MS = 60_000


async def fill_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
    """Fill in the form at the door and send it."""
    await page.get_by_label("Email").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def sign_in(page: Page, url: str, email: str) -> None:
    """From nothing to a live dashboard."""
    await page.goto(url)
    await fill_in(page, email)
    await be_live(page)
    await expect(dashboard(page)).to_be_visible(timeout=PATIENCE_MS)


def dashboard(page: Page) -> Locator:
    """The dashboard once it has its document."""
    return page.locator(".dashboard:not([aria-busy])")


def figure(page: Page, section: str, label: str) -> Locator:
    """The figure with this label in the section with this title."""
    card = page.get_by_role("region", name=section, exact=True)
    return card.locator(".metric", has=page.get_by_text(label, exact=True)).locator(".metric__value")


async def read(shown: Locator) -> int:
    """A whole number that is shown."""
    await expect(shown).to_have_text(re.compile(r"^[\d,]+$"), timeout=PATIENCE_MS)
    return int((await shown.inner_text()).replace(",", ""))


async def shows(shown: Locator, number: int) -> None:
    """Wait until it shows this number."""
    await expect(shown).to_have_text(f"{number:,}", timeout=PATIENCE_MS)


async def be_live(page: Page) -> None:
    """Wait until the badge says that every change arrives."""
    await expect(page.locator(".connection")).to_have_attribute("data-status", "live", timeout=PATIENCE_MS)
