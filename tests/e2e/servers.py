"""The real service in processes of its own, started as an operator starts it."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.processes import Child, free_port

ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 180.0  # a demo first makes its company


class ServerProcess:
    """One ``manage.py`` serve, demo or runserver on a free port of 127.0.0.1.

    ``env`` is all it knows besides PATH and HOME: DATABASE_URL, REDIS_URL and whatever a test sets.
    """

    def __init__(self, command: str, options: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            "SECRET_KEY": "the key of a server under test, long enough for every signature",
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            **env,
        }
        if command == "runserver":  # Django's own: another form of address, and a reloader that we cannot use
            address = [f"127.0.0.1:{self.port}", "--noreload"]
        else:
            address = ["--host", "127.0.0.1", "--port", str(self.port)]
        self._command = [command, *address, *options]
        self._log = log
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where the page and the REST API are, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def websocket_url(self) -> str:
        """The same address for WebSockets."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process to send signals to."""
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and self._child.running

    def start(self, *, seconds: float = _READY_SECONDS) -> None:
        """Start (again, on the same port); returns when it answers, raises when it takes longer."""
        self._child = Child(
            [sys.executable, "manage.py", *self._command], log=self._log, env=self.env, cwd=ROOT
        )
        self._child.wait_ready(lambda: answers(f"{self.url}/health/live"), seconds=seconds)

    def stop(self) -> int:
        """SIGTERM; returns the exit code, negative when it had to be killed."""
        return self._running().end(signal.SIGTERM)

    def interrupt(self) -> int:
        """SIGINT, as Ctrl-C sends it; returns the exit code."""
        return self._running().end(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        self._running().end(signal.SIGKILL)

    def manage(self, *arguments: str) -> str:
        """Run a management command in the same environment; returns what it printed."""
        return manage(*arguments, env=self.env)

    def log(self) -> str:
        """Everything it wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _running(self) -> Child:
        if self._child is None:
            raise RuntimeError("the server was not started")
        return self._child


def answers(url: str) -> bool:
    """Whether something is there that answers with 200."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def manage(*arguments: str, env: Mapping[str, str]) -> str:
    """Run ``manage.py`` with ``arguments``; returns its output, raises with it when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
