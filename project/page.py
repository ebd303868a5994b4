"""The live page: one HTML file that the front-end build made, served at every path that is the page's own.

Beside it, below /vue/, the same dashboards drawn by the Vue kit.
"""

import json
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Scripts and styles come from files of this site alone. Charts place their parts by script, through
# the element's style object, which the policy does not concern: no 'unsafe-inline' is needed.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_NOT_BUILT: Final = "The page has not been built yet. Run `make build`, then reload.\n"


@never_cache  # the file names its scripts by their hash: an old copy would ask for scripts that are gone
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page, with the demo's accounts where this is a demo; 503 while it has not been built."""
    return _built("index.html")


@never_cache
@require_safe
def vue_page(request: HttpRequest) -> HttpResponse:
    """The dashboards in Vue, in the same way."""
    return _built("vue/index.html")


def _built(name: str) -> HttpResponse:
    try:
        html = (Path(settings.PAGE_DIR) / name).read_text()
    except FileNotFoundError:
        return HttpResponse(_NOT_BUILT, status=503, content_type="text/plain; charset=utf-8")
    if settings.DEMO_ACCOUNTS:
        html = html.replace("</head>", f"{_demo_accounts()}</head>", 1)
    response = HttpResponse(html)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response["Referrer-Policy"] = "same-origin"
    return response


def _demo_accounts() -> str:
    # "<" escaped: nothing inside can end the element early.
    data = json.dumps(settings.DEMO_ACCOUNTS).replace("<", "\\u003c")
    return f'<script type="application/json" id="demo-accounts">{data}</script>'
