"""The rendered documents of the WebSocket, in a real browser that reaches nothing but the server."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page, expect

from tests.e2e.servers import ServerProcess

OpenPage = Callable[..., Awaitable[Page]]


async def test_the_page_draws_every_frame_without_a_word_to_anybody_else(
    shared_single_process: ServerProcess, new_page: OpenPage
) -> None:
    page = await new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))  # also what the policy forbids
    await page.goto(f"{shared_single_process.url}/asyncapi/")
    viewer = page.locator("asyncapi-viewer")
    await expect(viewer.get_by_role("heading", name="goodbye", exact=True)).to_be_visible()
    await expect(viewer.get_by_text("The document changed:").first).to_be_visible()
    await expect(viewer.get_by_role("cell", name="4012")).to_be_visible()
    assert complaints == []
    assert len(asked) > 2
    assert all(url.startswith((f"{shared_single_process.url}/", "data:")) for url in asked)
