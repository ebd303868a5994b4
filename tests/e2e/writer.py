"""A process beside the server that writes to the same database, as a worker of the back end would."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.e2e.servers import ROOT


class WriteFailedError(RuntimeError):
    """What the other process raised."""


class Writer:
    """``Writer(env, log)`` does what ``tests.e2e.writes`` can do: ``writer.receive_call(tenant=…)``.

    It has the server's environment and stays for many writes: starting Django takes a second.
    """

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        self._env = {**env, "DJANGO_SETTINGS_MODULE": "project.settings"}
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Writer":
        with self._log.open("ab") as errors:
            # It ends with its standard input, so also when this process is killed.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.writes"],
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.communicate(timeout=60)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda **arguments: self._do(name, arguments)

    def _do(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Call the function ``name`` over there; returns when it has committed."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": name, "with": dict(arguments)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise WriteFailedError(f"the writing process ended:\n{self._log.read_text()[-4000:]}")
        answer = json.loads(line)
        if "raised" in answer:
            raise WriteFailedError(answer["raised"])
        return answer["returned"]
