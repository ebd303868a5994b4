"""A crowd of WebSocket clients in a process of its own, cheap enough not to be what is measured.

``Crowd(...)`` starts it; the process (``python -m bench.peers``) reads what it is to be from the first line
of its input, says in a line when all have what they wait for, and at a line more what it has seen. It answers
pings, checks that no version is missing, and notes when which stamp arrived.
"""

import json
import re
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

import msgspec

from realtime.servers.limits import raise_open_files

STAMP: Final = r'"/bench/at","value":([0-9.]+)'
_PATIENCE: Final = 90.0  # seconds until all have what they wait for
_WAVE: Final = 100  # sockets that connect at once, unless it is a storm
_QUIET: Final = 0.7  # seconds without a frame after which none is on its way
_DEAF_BUFFER: Final = 4096  # what the kernel may take on behalf of one that does not read


class Crowd:
    """``sockets`` clients with ``tokens`` in turns; ready when all have what they ``wait`` for.

    ``wait``: ``documents`` (all of the product's), ``message`` or ``handshake``. Then ``deaf`` of them stop
    reading. They come in waves of ``wave``. ``marker``: a pattern in the frames; arrivals are noted by what
    its group holds, or by the whole of it.
    """

    def __init__(self, port: int, sockets: int, **options: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.peers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._say({"port": port, "sockets": sockets, **options})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def ready(self) -> dict[str, Any]:
        """Wait until all have what they wait for; ``seconds`` it took since the first began to connect."""
        return self._hear()

    def counted(self) -> int:
        """Diffs that have arrived so far."""
        self._say({"count": True})
        return int(self._hear()["deliveries"])

    def seen(self) -> dict[str, Any]:
        """End it; what it has seen."""
        self._say({"count": False})
        return self._hear()

    def _say(self, what: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the crowd's process ended")
        heard: dict[str, Any] = json.loads(line)
        if "failure" in heard:
            raise RuntimeError(heard["failure"])
        return heard


class Message(msgspec.Struct):
    """What a client looks at in any frame."""

    type: str
    scope: str = ""
    scopes: tuple[str, ...] = ()
    epoch: str = ""
    from_: int = msgspec.field(default=0, name="from")
    version: int = 0
    seq: str = ""


class Peer:
    """One socket: its positions, and the bytes of a frame that has not come completely."""

    __slots__ = ("opened", "positions", "rest", "socket", "waits_for")

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.rest = b""
        self.opened = False
        self.positions: dict[str, tuple[str, int]] = {}
        self.waits_for: set[str] | None = None  # documents that have not come; None: not known yet


class Peers:
    """All of them, in one loop over epoll."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = spec
        self.marker = re.compile(spec.get("marker", STAMP).encode())
        self.decode = msgspec.json.Decoder(Message).decode
        self.peers: dict[int, Peer] = {}
        self.waiting: set[int] = set()
        self.epoll = select.epoll()
        self.last = b""  # the same bytes go to everybody: they are read once
        self.last_message = Message("")
        self.last_markers: tuple[bytes, ...] = ()
        # The first at each socket: a list that is sent anew shows what was there before once more.
        self.arrivals: dict[bytes, dict[int, float]] = {}
        self.deliveries = self.bytes = self.gaps = self.lost = self.snapshots = 0

    def run(self) -> None:
        started = time.monotonic()
        deadline = started + _PATIENCE
        sockets = self.spec["sockets"]
        wave = self.spec.get("wave", _WAVE)
        for first in range(0, sockets, wave):
            self._connect(range(first, min(first + wave, sockets)))
            while self.waiting:
                if self.lost or time.monotonic() > deadline:
                    still = f"{len(self.waiting)} of {len(self.peers)} sockets still wait"
                    _say({"failure": f"{still}, {self.lost} were lost"})
                    return
                self._poll(1.0)
        _say({"seconds": time.monotonic() - started, "bytes": self.bytes})
        for fd in list(self.peers)[: self.spec.get("deaf", 0)]:
            self.epoll.unregister(fd)
        self.snapshots = 0
        self.epoll.register(sys.stdin.fileno(), select.EPOLLIN)
        while self._poll(10.0):
            pass
        self._let_arrive()
        _say(self._seen())

    def _let_arrive(self) -> None:
        """What is still on its way: until nothing has come for a while."""
        self.epoll.unregister(sys.stdin.fileno())
        quiet, bytes_ = time.monotonic(), self.bytes
        while time.monotonic() - quiet < _QUIET:
            self._poll(0.1)
            if self.bytes != bytes_:
                quiet, bytes_ = time.monotonic(), self.bytes

    def _connect(self, numbers: range) -> None:
        tokens: Sequence[str] = self.spec.get("tokens") or [""]
        path, port = self.spec.get("path", "/ws/dashboard/"), self.spec["port"]
        for n in numbers:
            connection = socket.socket()
            if n < self.spec.get("deaf", 0):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _DEAF_BUFFER)
            connection.connect(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            token = tokens[n % len(tokens)]
            offered = f"Sec-WebSocket-Protocol: dashboard.v1, bearer.{token}\r\n" if token else ""
            connection.sendall(
                (
                    f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    f"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n{offered}\r\n"
                ).encode()
            )
            connection.setblocking(False)
            fd = connection.fileno()
            self.peers[fd] = Peer(connection)
            self.waiting.add(fd)
            self.epoll.register(fd, select.EPOLLIN)

    def _poll(self, timeout: float) -> bool:
        """Read whatever is there; False when the parent has said a word."""
        for fd, _ in self.epoll.poll(timeout):
            if (peer := self.peers.get(fd)) is not None:
                self._read(fd, peer)
            elif json.loads(sys.stdin.readline() or "{}").get("count"):
                _say({"deliveries": self.deliveries})
            else:
                return False
        return True

    def _read(self, fd: int, peer: Peer) -> None:
        try:
            data = peer.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.epoll.unregister(fd)
            self.lost += 1
            return
        if peer.rest:
            data = peer.rest + data
        if not peer.opened:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                peer.rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(f"refused: {head[:200]!r}")
            peer.opened = True
            if self.spec["wait"] == "handshake":
                self.waiting.discard(fd)
        at, size = 0, len(data)
        while size - at >= 2:
            length, begin = data[at + 1], at + 2
            if length == 126:
                length, begin = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif length == 127:
                length, begin = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if begin + length > size:
                break
            self._take(fd, peer, data[at] & 0x0F, data[begin : begin + length])
            at = begin + length
        peer.rest = data[at:]

    def _take(self, fd: int, peer: Peer, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            _send(peer.socket, 0x8A, payload)
            return
        if opcode != 1:
            return
        self.bytes += len(payload)
        if payload != self.last:
            self.last, self.last_message = payload, self.decode(payload)
            self.last_markers = tuple(self.marker.findall(payload))
            for marker in self.last_markers:
                self.arrivals.setdefault(marker, {})
        message, kind = self.last_message, self.last_message.type
        if kind == "diff":
            self.deliveries += 1
            if message.version:
                if peer.positions.get(message.scope) != (message.epoch, message.from_):
                    self.gaps += 1
                peer.positions[message.scope] = (message.epoch, message.version)
        elif kind == "snapshot":
            self.snapshots += 1
            peer.positions[message.scope] = (message.epoch, message.version)
            if peer.waits_for is None:
                if self.spec["wait"] == "message":
                    self.waiting.discard(fd)
            else:
                peer.waits_for.discard(message.scope)
                if not peer.waits_for:
                    self.waiting.discard(fd)
        elif kind == "welcome":
            peer.waits_for = set(message.scopes)
        elif kind == "ping":
            _send(peer.socket, 0x81, b'{"type":"pong","seq":"%s"}' % message.seq.encode())
        if self.last_markers:
            now = time.monotonic()
            for marker in self.last_markers:
                self.arrivals[marker].setdefault(fd, now)

    def _seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = {
            "deliveries": self.deliveries,
            "snapshots": self.snapshots,  # after the first: somebody had fallen behind
            "gaps": self.gaps,
            "lost": self.lost,
            "bytes": self.bytes,
            "cpu": time.process_time(),
        }
        if "marker" in self.spec:
            seen["arrivals"] = {
                marker.decode(): list(times.values()) for marker, times in self.arrivals.items()
            }
        else:
            seen["ms"] = percentiles(
                1000 * (at - float(stamp)) for stamp, times in self.arrivals.items() for at in times.values()
            )
        return seen


def lateness(committed: Mapping[str, float], *seen: Mapping[str, Any]) -> dict[str, float]:
    """From the commit of what holds a marker to its arrival at each socket, in milliseconds."""
    arrivals = ((marker, at) for one in seen for marker, times in one["arrivals"].items() for at in times)
    return percentiles(1000 * (at - committed[marker]) for marker, at in arrivals if marker in committed)


def percentiles(values: Any) -> dict[str, float]:
    """p50, p99 and the largest; empty without values."""
    found = sorted(values)
    if not found:
        return {}
    return {
        "p50": round(found[len(found) // 2], 1),
        "p99": round(found[int(len(found) * 0.99)], 1),
        "max": round(found[-1], 1),
        "count": len(found),
    }


def _send(connection: socket.socket, first: int, payload: bytes) -> None:
    # Masked with zeros: the payload stays as it is.
    connection.send(bytes((first, 0x80 | len(payload), 0, 0, 0, 0)) + payload)


def _say(what: Mapping[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    raise_open_files()
    Peers(json.loads(sys.stdin.readline())).run()
