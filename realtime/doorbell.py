"""The channel layer as a doorbell: one channel per process, in the group of every document it follows.

Rings are hints. They may be lost, repeated, reordered or foreign: a plain ``group_send("role.admin", {…})``
rings too. The mail is in the store.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from realtime.feed import Change
from realtime.metrics import metrics
from realtime.scopes import Scope

logger = logging.getLogger(__name__)

CHANGED: Final = "realtime.changed"  # a commit, with its patch where that is small
MARKED: Final = "realtime.marked"  # whoever follows the document should look at the store

# A patch above this is not rung: everybody loads the document instead of everybody being sent both.
MAX_RUNG_OPERATIONS: Final = 500
_SEND_TIMEOUT: Final = 5.0
_QUEUE: Final = 1000  # rings waiting for the layer; more are dropped, looks at the store make up for them


class Layer(Protocol):
    """What is used of a Channels layer."""

    async def new_channel(self) -> str: ...
    async def receive(self, channel: str) -> dict[str, Any]: ...
    async def group_add(self, group: str, channel: str) -> None: ...
    async def group_discard(self, group: str, channel: str) -> None: ...
    async def group_send(self, group: str, message: dict[str, Any]) -> None: ...


class Doorbell:
    """``on_change`` for a rung commit, ``on_look`` with the document to look at (None: at all of them)."""

    def __init__(
        self,
        layer: Layer,
        *,
        on_change: Callable[[Change], None],
        on_look: Callable[[Scope | None], None],
        rejoin: float,
    ) -> None:
        self._layer, self._rejoin = layer, rejoin
        self._on_change, self._on_look = on_change, on_look
        self._wanted: set[Scope] = set()
        self._joined: set[Scope] = set()
        self._differs = asyncio.Event()
        self._rings: asyncio.Queue[tuple[Scope, dict[str, Any]]] = asyncio.Queue(_QUEUE)

    @property
    def joined(self) -> frozenset[Scope]:
        """The documents whose groups this process is in."""
        return frozenset(self._joined)

    def follow(self, scope: Scope) -> None:
        """Be in the group of ``scope``, soon."""
        self._wanted.add(scope)
        self._differs.set()

    def leave(self, scope: Scope) -> None:
        """Be out of the group of ``scope``, soon."""
        self._wanted.discard(scope)
        self._differs.set()

    def ring(self, change: Change) -> None:
        """Tell the others of a commit; never waits."""
        small = len(change.patch) <= MAX_RUNG_OPERATIONS
        self._put(
            change.scope,
            {
                "type": CHANGED,
                "scope": change.scope.group,
                "epoch": change.epoch,
                "from": change.from_version,
                "version": change.version,
                "generated_at": change.generated_at.isoformat(),
                "patch": change.patch if small else None,
            },
        )

    def ring_marked(self, scope: Scope) -> None:
        """Tell whoever follows ``scope`` that it is behind; never waits."""
        self._put(scope, {"type": MARKED, "scope": scope.group})

    def _put(self, scope: Scope, message: dict[str, Any]) -> None:
        try:
            self._rings.put_nowait((scope, message))
        except asyncio.QueueFull:
            metrics.rings_failed_total += 1

    async def send_forever(self) -> None:
        """Hand the rings to the layer; one that fails is dropped."""
        while True:
            scope, message = await self._rings.get()
            try:
                async with asyncio.timeout(_SEND_TIMEOUT):
                    await self._layer.group_send(scope.group, message)
                metrics.rings_sent_total += 1
            except Exception as error:
                metrics.rings_failed_total += 1
                logger.warning("a ring for %s was not sent: %r", scope, error)

    async def listen_forever(self) -> None:
        """Have a channel, keep it in the wanted groups, and pass on what rings. Any failure starts anew."""
        channel = await self._layer.new_channel()
        self._joined.clear()
        self._differs.set()
        # Whatever rang while nobody listened is found by a look.
        self._on_look(None)
        joining = asyncio.create_task(self._keep_joined(channel), name="realtime join")
        receiving = asyncio.create_task(self._receive(channel), name="realtime receive")
        try:
            done, _ = await asyncio.wait((joining, receiving), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            joining.cancel()
            receiving.cancel()
            await asyncio.gather(joining, receiving, return_exceptions=True)
            await self._leave_all(channel)

    async def _keep_joined(self, channel: str) -> None:
        loop = asyncio.get_running_loop()
        rejoin_at = loop.time() + self._rejoin
        while True:
            self._differs.clear()
            for scope in self._joined - self._wanted:
                await self._layer.group_discard(scope.group, channel)
                self._joined.discard(scope)
            for scope in self._wanted - self._joined:
                await self._layer.group_add(scope.group, channel)
                self._joined.add(scope)
            try:
                async with asyncio.timeout_at(rejoin_at):
                    await self._differs.wait()
            except TimeoutError:
                # Joining again is harmless, and renews a membership that expired or got lost.
                for scope in tuple(self._joined):
                    await self._layer.group_add(scope.group, channel)
                rejoin_at = loop.time() + self._rejoin

    async def _receive(self, channel: str) -> None:
        while True:
            message = await self._layer.receive(channel)
            rung = _read(message)
            if isinstance(rung, Change):
                self._on_change(rung)
            else:
                metrics.rings_received_total["look"] += 1
                self._on_look(rung)

    async def _leave_all(self, channel: str) -> None:
        for scope in tuple(self._joined):
            self._joined.discard(scope)
            try:
                async with asyncio.timeout(_SEND_TIMEOUT):
                    await self._layer.group_discard(scope.group, channel)
            except Exception as error:
                # The layer is away; memberships end with the channel or expire.
                logger.info("could not leave the group %s: %r", scope, error)
                break
        self._joined.clear()


def _read(message: Mapping[str, Any]) -> Change | Scope | None:
    """What a ring says; whatever cannot be read means: look at everything."""
    try:
        scope = Scope.from_group(message["scope"])
        if message["type"] != CHANGED or message["patch"] is None:
            return scope
        return Change(
            scope=scope,
            epoch=str(message["epoch"]),
            from_version=int(message["from"]),
            version=int(message["version"]),
            patch=list(message["patch"]),
            generated_at=datetime.fromisoformat(message["generated_at"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
