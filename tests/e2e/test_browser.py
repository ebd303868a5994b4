"""Where the browser of these tests comes from, and that it works."""

from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.e2e import browser
from tests.e2e.browser import BrowserMissingError


async def test_it_shows_a_page(page: Page) -> None:
    await page.set_content("<h1>Good morning</h1>")
    assert await page.inner_text("h1") == "Good morning"


def test_a_named_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "my-browser"
    named.touch()
    monkeypatch.setenv("CHROMIUM", str(named))
    assert browser.find_browser() == named


def test_a_named_browser_that_is_missing_is_neither_replaced_nor_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "nothing"))
    with pytest.raises(BrowserMissingError, match="there is no such program"):
        browser.install_browser()


def test_a_stub_that_only_names_an_installer_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'install it with another tool' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_OWN", tmp_path / "var")
    with pytest.raises(BrowserMissingError, match="make browser"):
        browser.find_browser()
