"""The page is served at its own paths, with a strict policy, and says so when it has not been built."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

HTML = "<!doctype html><html><head><title>Switchboard</title></head><body></body></html>"
VUE_HTML = HTML.replace("Switchboard", "Switchboard in Vue")


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> Path:
    """A built page, as far as the server is concerned."""
    settings.PAGE_DIR = tmp_path
    settings.DEMO_ACCOUNTS = []
    (tmp_path / "index.html").write_text(HTML)
    (tmp_path / "vue").mkdir()
    (tmp_path / "vue" / "index.html").write_text(VUE_HTML)
    return tmp_path


@pytest.mark.parametrize("path", ["/", "/calls", "/callbacks?overdue=1", "/apiary", "/users/7"])
def test_the_page_answers_at_its_own_paths(client: Client, built: Path, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content.decode() == HTML
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/vue/", "/vue", "/vue/?from=mail", "/vue/anything"])
def test_the_page_in_vue_answers_below_its_own_path(client: Client, built: Path, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert response.content.decode() == VUE_HTML
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/api/nothing-here/", "/ws/elsewhere/", "/static/missing.js"])
def test_the_server_keeps_its_own_paths(client: Client, built: Path, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/vue/"])
def test_the_page_is_only_read(client: Client, built: Path, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/vue/"])
def test_a_page_that_was_not_built_says_what_to_do(
    client: Client, settings: Settings, tmp_path: Path, path: str
) -> None:
    settings.PAGE_DIR = tmp_path
    response = client.get(path)
    assert response.status_code == 503
    assert b"make build" in response.content


@pytest.mark.parametrize("path", ["/", "/vue/"])
def test_the_demo_offers_its_accounts_as_data_that_cannot_become_markup(
    client: Client, built: Path, settings: Settings, path: str
) -> None:
    account = {"email": "a@demo.example", "password": "</script><script>", "role": "admin", "label": "<b>"}
    settings.DEMO_ACCOUNTS = [account]
    html = client.get(path).content.decode()
    element = re.search(r'<script type="application/json" id="demo-accounts">(.*?)</script></head>', html)
    assert element is not None
    assert json.loads(element[1]) == [account]


def test_what_the_build_names_by_its_contents_is_kept_by_browsers_for_good() -> None:
    immutable = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert immutable.search("/static/assets/index-DVHQ0-7M.js")
    assert immutable.search("/static/assets/uPlot.esm-BScb58at.js")
    assert not immutable.search("/static/index.html")
    assert not immutable.search("/static/rest_framework/js/default.js")
    assert not immutable.search("/static/asyncapi/asyncapi-viewer.iife.js")
