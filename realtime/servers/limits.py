"""What a server asks of the operating system: an address, open files, a listen queue, to be the only one."""

import fcntl
import hashlib
import os
import resource
import socket
import tempfile
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connections

# Connections that the kernel holds until they are accepted: 1,000 that come at once need more than 50.
BACKLOG: Final = 4096
# As Daphne's and Uvicorn's own; longer frames of a client end its connection (1009).
MAX_FRAME: Final = 1024 * 1024


def raise_open_files() -> int:
    """Raise the soft limit of open files, often 1,024, to the hard one; the limit from now on."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class NotFree(RuntimeError):
    """Nothing can listen there."""


def check_free(host: str, port: int) -> None:
    """NotFree unless somebody can listen there: before anything else is done. 0 is any free port."""
    if not 0 <= port <= 65_535:  # which looking up an address would take for the rest of a division
        raise NotFree(f"--port {port} is none: 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise NotFree(f"Nothing can listen on {host}, port {port}: {error}. Choose another.") from None


class SecondProcess(RuntimeError):
    """Another process of this machine serves the same database, with documents in its own memory."""


class OneProcess:
    """Held for as long as this process serves a database with the memory store."""

    def __init__(self) -> None:
        config = connections["default"].settings_dict
        if "sqlite3" in config["ENGINE"]:
            self._path = Path(f"{config['NAME']}.serve.lock")  # lives and goes with the database
            return
        identity = repr([str(config.get(key, "")) for key in ("ENGINE", "NAME", "HOST", "PORT")])
        folder: Any = getattr(settings, "VAR_DIR", None) or tempfile.gettempdir()
        name = hashlib.sha256(identity.encode()).hexdigest()[:16]
        self._path = Path(folder) / f"serve-{name}.lock"

    def take(self) -> None:
        """Take the lock, which ends with the process; raises SecondProcess."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise SecondProcess(
                "another process serves this database already, and documents live in its memory: "
                "set REDIS_URL to run more than one"
            ) from None
