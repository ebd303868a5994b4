"""JavaScript in Node.js: a program that says what it sees, a line of JSON each."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tests.e2e.servers import ROOT
from tests.processes import Child

FRONTEND: Final = ROOT / "frontend"
# Node.js as `make` finds it: the wheel's stands beside Python where the machine has none that is recent.
NODE_PATH: Final = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def node_environment() -> dict[str, str]:
    """What npm and node need to run; the machine's proxies and certificates among it."""
    return {**os.environ, "PATH": NODE_PATH, "NPM_CONFIG_UPDATE_NOTIFIER": "false"}


def run(*command: str | Path, cwd: Path) -> str:
    """Run a tool of Node.js; returns its output, raises with it when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=node_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout[-8000:]}")
    return done.stdout


class Program:
    """A script in Node.js that prints ``[word, value]`` lines, and what it has printed so far."""

    def __init__(self, script: Path, *arguments: str, log: Path) -> None:
        self._child = Child(["node", script, *arguments], log=log, env=node_environment(), cwd=ROOT)

    def said(self, word: str) -> list[Any]:
        """The values of all lines that begin with this word; fails when the program has ended."""
        assert self._child.running, self._child.log()
        lines = self._child.log().splitlines(keepends=True)
        whole = lines if lines and lines[-1].endswith("\n") else lines[:-1]
        return [value for each, value in map(json.loads, whole) if each == word]

    def end(self) -> None:
        """Kill it."""
        self._child.end(signal.SIGKILL)
