"""The built TypeScript client in Node.js, following one person's dashboard on a real server."""

import asyncio
import json
from pathlib import Path
from typing import Any

from domain.simulation.company import DEMO_PASSWORD
from tests.e2e.node import FRONTEND, Program, run
from tests.processes import wait_until

_SCRIPT = Path(__file__).with_name("follower.mjs")
_PATIENCE_S = 90.0  # of a busy machine; nothing here measures how fast it is


def build_client(folder: Path) -> Path:
    """Compile the client as it is packed; returns the module to import."""
    compiler = FRONTEND / "node_modules" / "typescript" / "bin" / "tsc"
    whole = ("--composite", "false", "--incremental", "false", "--tsBuildInfoFile", "null")
    run("node", compiler, "-p", "packages/client", "--outDir", folder, *whole, cwd=FRONTEND)
    (folder / "package.json").write_text('{"type": "module"}')
    return folder / "index.js"


class Follower(Program):
    """``deaf`` names a type of its own frames that gets lost on the way."""

    def __init__(self, module: Path, url: str, email: str, log: Path, *, deaf: str | None = None) -> None:
        order = {"module": str(module), "url": url, "email": email, "password": DEMO_PASSWORD, "deaf": deaf}
        super().__init__(_SCRIPT, json.dumps(order), log=log)

    @property
    def status(self) -> str:
        """What it shows of the connection."""
        shown = self.said("now")
        return str(shown[-1]["status"]) if shown else "connecting"

    @property
    def document(self) -> dict[str, Any] | None:
        """What it shows."""
        shown = self.said("now")
        document: dict[str, Any] | None = shown[-1]["document"] if shown else None
        return document

    @property
    def statuses(self) -> list[str]:
        """Every status that it has shown, one after the other."""
        shown = [each["status"] for each in self.said("now")]
        return [each for index, each in enumerate(shown) if index == 0 or shown[index - 1] != each]

    def frames(self, kind: str) -> list[dict[str, Any]]:
        """The frames of the server of one type, without documents and patches."""
        return [frame for frame in self.said("frame") if frame["type"] == kind]

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """Its own frames of one type."""
        return [frame for frame in self.said("sent") if frame["type"] == kind]

    def answers(self, path: str) -> list[int]:
        """The status of every answer to a request over HTTP."""
        return [status for each, status in self.said("http") if each == path]

    async def becomes(self, status: str) -> None:
        """Wait until it shows this status."""
        await self.reaches(lambda: self.status == status, f"the client to be {status}")

    async def reaches(self, condition: Any, what: str) -> None:
        """Wait for a condition while proxies and others go on."""
        await asyncio.to_thread(wait_until, condition, seconds=_PATIENCE_S, what=what)
