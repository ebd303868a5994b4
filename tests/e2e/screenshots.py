"""Takes the README's pictures of a lively demo: ``make screenshots``."""

import asyncio
import os
from typing import Final

import django
from playwright.async_api import Browser, async_playwright, expect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings.test")
django.setup()  # the names of the demo's people stand beside its models

from domain.simulation.company import DEMO_ADMIN, DEMO_AGENT, DEMO_TENANT  # noqa: E402
from tests.e2e.browser import FLAGS, browser_environment, find_browser  # noqa: E402
from tests.e2e.screen import PATIENCE_MS, dashboard, sign_in  # noqa: E402
from tests.e2e.servers import ROOT, ServerProcess  # noqa: E402
from tests.e2e.writer import Writer  # noqa: E402
from tests.processes import remove_folder, scratch_folder  # noqa: E402

FOLDER: Final = ROOT / "docs" / "screenshots"
_WALL: Final = {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "light"}
_PHONE: Final = {
    "viewport": {"width": 360, "height": 780},
    "color_scheme": "dark",
    "device_scale_factor": 2,
    "is_mobile": True,
}
PICTURES: Final = (
    ("admin", DEMO_ADMIN.email, _WALL),
    ("tenant", DEMO_TENANT.email, _WALL),
    ("agent", DEMO_AGENT.email, _WALL),
    ("agent-phone", DEMO_AGENT.email, _PHONE),
)
_CALLERS: Final = (7, 18, 42)  # the ends of their numbers, which the demo numbers through
_SETTLED_MS: Final = 1_500  # the charts are drawn, and the tint of what has just changed is gone


def let_callers_come(writer: Writer) -> None:
    """Known customers of the tenant call; the first one rings at the agent, who is free."""
    writer.end_calls(agent=DEMO_AGENT.email)
    first, *_ = [
        writer.receive_call(tenant=DEMO_TENANT.email, phone_number=f"+1415555{number:04}")
        for number in _CALLERS
    ]
    writer.offer_call(call=first, agent=DEMO_AGENT.email)


async def take(browser: Browser, server: ServerProcess, writer: Writer) -> None:
    """Take every picture; somebody is waiting when the agent's are taken."""
    for name, email, how in PICTURES:
        context = await browser.new_context(**how, reduced_motion="reduce")
        page = await context.new_page()
        await sign_in(page, server.url, email)
        if name == "agent":
            await asyncio.to_thread(let_callers_come, writer)
            waiting = page.get_by_role("list", name="Waiting calls").get_by_role("listitem")
            await expect(waiting.nth(1)).to_be_visible(timeout=PATIENCE_MS)
            await expect(page.get_by_text("Rings at you")).to_be_visible(timeout=PATIENCE_MS)
        await page.wait_for_timeout(_SETTLED_MS)
        await expect(dashboard(page)).to_be_visible()
        file = FOLDER / f"{name}.png"
        await page.screenshot(path=file)
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KiB")  # noqa: T201
        await context.close()


async def main() -> None:
    """Start a demo with its whole past, let it move for a while, take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = scratch_folder("pictures")
    env = {"DATABASE_URL": f"sqlite:///{folder}/demo.sqlite3", "DEBUG": "1", "PATH": os.environ["PATH"]}
    server = ServerProcess("demo", (), env, folder / "demo.log")
    try:
        server.start(seconds=600)  # five weeks of a company's past
        with Writer(server.env, folder / "writer.log") as writer:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=find_browser(), args=list(FLAGS), env={**browser_environment()}
                )
                await take(browser, server, writer)
                await browser.close()
    finally:
        if server.running:
            server.stop()
        remove_folder(folder)


if __name__ == "__main__":
    asyncio.run(main())
