"""Who may be connected: sign-ins, caps, and the end of access that was revoked."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from realtime.auth import Authenticator, Principal, Refused, Revocation
from realtime.conf import EngineSettings
from realtime.errors import NoCapacity
from realtime.metrics import metrics
from realtime.protocol import CloseCode, Farewell, Retry, fatal
from realtime.tasks import Threads

if TYPE_CHECKING:
    from realtime.connection import Connection

logger = logging.getLogger(__name__)

# Entries of the revocation log appear again for a while: they are handled once, and remembered for longer
# than an authenticator reads them again (30 s), and than a sign-in can be under way.
_REMEMBERED = 120.0  # seconds
# Tokens of one check at most: the first of them wait for the last.
_TOGETHER = 50
_ROUND = 1.0  # seconds between two slices of the recheck of everybody


class Gate:
    """All methods belong to the loop's thread; the authenticator is called on threads of its own."""

    def __init__(self, settings: EngineSettings, authenticator: Authenticator, threads: Threads) -> None:
        self._settings = settings
        self._authenticator = authenticator
        self._threads = threads
        self._signing_in: dict[str, asyncio.Future[Principal]] = {}
        self._unasked: deque[str] = deque()  # tokens of them that wait for their check
        self._asking: set[asyncio.Task[None]] = set()
        self._by_user: dict[int, set[Connection]] = {}
        self._unauthenticated = 0
        self._waiting: Counter[str] = Counter()  # for a first frame, by address
        self._following = asyncio.Event()  # the revocation log is being read: from now on nothing is missed
        self._newest = 0
        self._handled: deque[tuple[float, Revocation]] = deque()
        self._handled_ids: set[int] = set()
        self._unchecked: deque[Connection] = deque()  # in the order in which they are to be re-read
        self.connections: set[Connection] = set()
        self.empty = asyncio.Event()
        self.empty.set()

    # Before the sign-in

    @contextmanager
    def waiting(self, address: str, *, first_frame: bool) -> Iterator[None]:
        """Count a socket that has not authenticated yet; NoCapacity when there are too many.

        Those that offer a token at once are soon decided, and only count in all.
        """
        full = self._unauthenticated >= self._settings.unauthenticated
        crowded = first_frame and self._waiting[address] >= self._settings.unauthenticated_per_address
        if full or crowded:
            raise NoCapacity("no_capacity", "too many connections that have not authenticated")
        self._unauthenticated += 1
        self._waiting[address] += first_frame
        metrics.unauthenticated = self._unauthenticated
        try:
            yield
        finally:
            self._unauthenticated -= 1
            self._waiting[address] -= first_frame
            if not self._waiting[address]:
                del self._waiting[address]
            metrics.unauthenticated = self._unauthenticated

    async def sign_in(self, token: str) -> Principal:
        """The principal of a token. Raises Refused, or NoCapacity when that cannot be told at the moment.

        Sockets that bring the same token at the same time (a page with many frames) share one look, and those
        that come together share one query: a storm of a thousand would otherwise build it a thousand times.
        """
        try:
            async with asyncio.timeout(self._settings.document_timeout):
                await self._following.wait()
                principal = await asyncio.shield(self._asked(token))
        except Refused:
            raise
        except Exception as error:
            # Never with its message: whatever failed had the token at hand.
            logger.error("a sign-in could not be checked: %s", type(error).__name__)
            raise NoCapacity("unavailable", "the sign-in cannot be checked at the moment") from None
        if principal.expires_at <= datetime.now(UTC):
            raise Refused(
                CloseCode.UNAUTHENTICATED, "token_expired", "the access token expired", "refresh_token"
            )
        return principal

    def _asked(self, token: str) -> "asyncio.Future[Principal]":
        shared = self._signing_in.get(token)
        if shared is None:
            shared = asyncio.get_running_loop().create_future()
            shared.add_done_callback(lambda done: self._signed_in(token, done))
            self._signing_in[token] = shared
            self._unasked.append(token)
            if len(self._asking) < self._settings.sign_in_threads:
                task = asyncio.create_task(self._ask())
                self._asking.add(task)
                task.add_done_callback(self._asking.discard)
        return shared

    async def _ask(self) -> None:
        """Have tokens checked until none is left: those that came during one check share the next."""
        while self._unasked:
            tokens = [self._unasked.popleft() for _ in range(min(len(self._unasked), _TOGETHER))]
            outcomes: Sequence[Principal | Exception]
            try:
                outcomes = await self._threads.run(self._authenticator.authenticate, tokens)
            except Exception as error:
                outcomes = [error] * len(tokens)
            for token, outcome in zip(tokens, outcomes, strict=True):
                shared = self._signing_in[token]
                if isinstance(outcome, Exception):
                    shared.set_exception(outcome)
                else:
                    shared.set_result(outcome)

    def _signed_in(self, token: str, done: "asyncio.Future[Principal]") -> None:
        self._signing_in.pop(token, None)
        if not done.cancelled():
            done.exception()  # whoever asked may have left meanwhile

    # After it

    def admit(self, connection: "Connection") -> None:
        """Count a signed-in connection; raises Refused when its user has too many."""
        user_id = connection.principal.user_id
        if len(self._by_user.get(user_id, ())) >= self._settings.connections_per_user:
            raise Refused(CloseCode.TOO_MANY, "too_many_connections", "too many connections", "backoff")
        self._by_user.setdefault(user_id, set()).add(connection)
        self.connections.add(connection)
        self.empty.clear()
        self._unchecked.append(connection)
        metrics.connections = len(self.connections)
        metrics.connections_total += 1

    def dismiss(self, connection: "Connection") -> None:
        """Forget a connection, admitted or not."""
        if connection not in self.connections:
            return
        self.connections.remove(connection)
        if not self.connections:
            self.empty.set()
        user_id = connection.principal.user_id
        self._by_user[user_id].discard(connection)
        if not self._by_user[user_id]:
            del self._by_user[user_id]
        metrics.connections = len(self.connections)

    async def confirm(self, connection: "Connection", since: float) -> None:
        """Re-read a principal whose access was touched after ``since``: the sign-in may be older."""
        touched = (entry for at, entry in self._handled if at >= since)
        if any(_concerns(entry, connection.principal) for entry in touched):
            await self._recheck([connection])

    # The end of access

    async def follow_revocations_forever(self) -> None:
        """Read the log and end what it ends, within a second of the commit, whatever any layer loses."""
        if not self._following.is_set():
            self._newest = await self._threads.run(self._authenticator.last_revocation)
            self._following.set()
        while True:
            newest = self._newest
            entries = await self._threads.run(self._authenticator.revocations_after, newest)
            try:
                await self._recheck(self._concerned(entries))
            except BaseException:
                # Nobody was told: they are to be read, and handled, once more.
                self._newest = newest
                self._handled_ids.difference_update(entry.id for entry in entries)
                raise
            await asyncio.sleep(self._settings.revocations)

    def _concerned(self, entries: Iterable[Revocation]) -> list["Connection"]:
        now = time.monotonic()
        while self._handled and self._handled[0][0] < now - _REMEMBERED:
            self._handled_ids.discard(self._handled.popleft()[1].id)
        concerned: set[Connection] = set()
        for entry in entries:
            self._newest = max(self._newest, entry.id)
            if entry.id in self._handled_ids:
                continue
            self._handled_ids.add(entry.id)
            self._handled.append((now, entry))
            candidates = self._by_user.get(entry.user_id, ())
            concerned.update(one for one in candidates if _concerns(entry, one.principal))
        return list(concerned)

    async def recheck_forever(self) -> None:
        """Re-read every principal once in ``recheck`` seconds, a slice at a time."""
        while True:
            await asyncio.sleep(_ROUND)
            count = ceil(len(self.connections) * _ROUND / self._settings.recheck)
            await self._recheck(self._next(count))

    def _next(self, count: int) -> list["Connection"]:
        chosen: list[Connection] = []
        for _ in range(len(self._unchecked)):
            if len(chosen) == count:
                break
            connection = self._unchecked.popleft()
            if connection in self.connections:
                self._unchecked.append(connection)
                chosen.append(connection)
        return chosen

    async def _recheck(self, connections: list["Connection"]) -> None:
        if not connections:
            return
        principals = list({connection.principal for connection in connections})
        refused = await self._threads.run(self._authenticator.recheck, principals)
        for connection in connections:
            if (reason := refused.get(connection.principal)) is not None:
                connection.end(farewell(reason))


def _concerns(entry: Revocation, principal: Principal) -> bool:
    return entry.user_id == principal.user_id and entry.session in (None, principal.session)


def farewell(refused: Refused) -> Farewell:
    """A refusal as the end of a connection."""
    return fatal(CloseCode(refused.close_code), refused.code, refused.message, Retry(refused.retry))
