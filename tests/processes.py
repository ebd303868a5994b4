"""Child processes for the tests: deadlines, a log, and nothing left behind however the run ends."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

# Below Linux' ephemeral range: a port of a stopped server can neither be taken by somebody's outgoing
# connection nor be reached by a client that connects to itself while the server is away.
_PORTS = range(10_240, 32_768)


class ProcessFailedError(RuntimeError):
    """A child ended or did not become ready in time; the message holds the end of its log."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    for _ in range(200):
        port = random.choice(_PORTS)
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free TCP port found")


def wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Wait for ``condition``; after ``seconds`` raise TimeoutError naming ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still waiting for {what}")
        time.sleep(0.01)  # what another process does announces itself to nobody


def scratch_folder(name: str) -> Path:
    """A new folder directly under /tmp: short enough for Unix sockets, reachable for other users."""
    folder = Path(tempfile.mkdtemp(prefix=f"switchboard-{name}-", dir="/tmp"))
    _janitor.tell("folder", str(folder))
    return folder


def remove_folder(folder: Path) -> None:
    """Remove what scratch_folder made."""
    shutil.rmtree(folder, ignore_errors=True)
    _janitor.tell("removed", str(folder))


class _Janitor:
    """A watcher process that outlives a killed test run: it then ends the children and removes their folders.

    Fixtures clean up in every ordinary case. But an aborted pytest-xdist worker ends without running
    them, and so does a run that is killed; the closing of this process' pipe tells either.
    """

    _SCRIPT = r"""
import os, shutil, signal, sys
processes, folders = set(), set()
for line in sys.stdin:
    verb, _, value = line.rstrip("\n").partition(" ")
    {"started": processes.add, "ended": processes.discard,
     "folder": folders.add, "removed": folders.discard}[verb](value)
for process in processes:
    try:
        os.killpg(int(process), signal.SIGKILL)
    except ProcessLookupError:
        pass
for folder in folders:
    shutil.rmtree(folder, ignore_errors=True)
"""

    def __init__(self) -> None:
        self._owner = 0
        self._pipe: IO[bytes] | None = None

    def tell(self, verb: str, value: str) -> None:
        if self._pipe is None or self._owner != os.getpid():
            watcher = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", self._SCRIPT],
                stdin=subprocess.PIPE,
                start_new_session=True,
                cwd="/",
            )
            watcher.returncode = 0  # nobody waits for it: it ends after us
            self._owner, self._pipe = os.getpid(), watcher.stdin
        assert self._pipe is not None
        with contextlib.suppress(BrokenPipeError):
            self._pipe.write(f"{verb} {value}\n".encode())
            self._pipe.flush()


_janitor = _Janitor()


class Child:
    """One running program, in a process group of its own, writing its log into a file."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        cwd: Path | str = "/",
    ) -> None:
        self.name = Path(command[0]).name
        self._log = log
        identity: dict[str, object] = {}
        if user is not None:
            identity = {"user": user, "group": _primary_group(user), "extra_groups": []}
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,  # Ctrl-C reaches pytest alone, which then stops us in order
                **identity,  # type: ignore[call-overload]
            )
        self._ended = False
        _janitor.tell("started", str(self.pid))

    @property
    def pid(self) -> int:
        """The process id, also of the process group."""
        return int(self._popen.pid)

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._popen.poll() is None

    def log(self) -> str:
        """What it has written so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def wait_ready(self, probe: Callable[[], bool], *, seconds: float = 60.0) -> None:
        """Wait for ``probe``; ProcessFailedError with the log's end if the program ends or takes too long."""

        def ready_or_dead() -> bool:
            return not self.running or probe()

        try:
            wait_until(ready_or_dead, seconds=seconds, what=f"{self.name} to be ready")
        except TimeoutError as error:
            self.end(signal.SIGKILL)
            raise ProcessFailedError(f"{error}; its log ends:\n{self.log()[-4000:]}") from None
        if not self.running:
            code = self.end(signal.SIGKILL)
            raise ProcessFailedError(f"{self.name} ended with {code}; its log ends:\n{self.log()[-4000:]}")

    def wait(self, *, seconds: float) -> int:
        """Wait for it to end by itself and return the exit code; ProcessFailedError when it does not."""
        try:
            wait_until(lambda: not self.running, seconds=seconds, what=f"{self.name} to end")
        except TimeoutError as error:
            raise ProcessFailedError(f"{error}; its log ends:\n{self.log()[-4000:]}") from None
        finally:
            code = self.end(signal.SIGKILL)
        return code

    def end(self, sig: signal.Signals = signal.SIGTERM, *, seconds: float = 20.0) -> int:
        """Signal it, wait for its end and return the exit code; killed when it ignores the signal."""
        if self.running:
            self._popen.send_signal(sig)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._popen.wait(seconds)
        if not self._ended:
            with contextlib.suppress(ProcessLookupError):  # its own children, if it left any
                os.killpg(self.pid, signal.SIGKILL)
            self._ended = True  # from here on its number may be somebody else's
            _janitor.tell("ended", str(self.pid))
        return int(self._popen.wait())


def _primary_group(user: str) -> int:
    import pwd

    return int(pwd.getpwnam(user).pw_gid)
