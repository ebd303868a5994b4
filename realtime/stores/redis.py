"""The store of a service with any number of processes and hosts: Redis 6.2 or later, or Valkey."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Any, Final

import msgspec
from redis.backoff import NoBackoff
from redis.exceptions import (
    ClusterDownError,
    NoPermissionError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.retry import Retry

from realtime.scopes import Scope
from realtime.store import (
    LIFE,
    LOG_STEPS,
    Begun,
    Commit,
    Committed,
    Loaded,
    Position,
    Status,
    Step,
    StoreUnavailable,
    new_epoch,
)
from realtime.stores import scripts
from realtime.stores.address import client, close

# The engine comes back to the store by itself, so that it rather gives up soon than makes a request wait.
TIMEOUT: Final = 2.0  # seconds, for connecting and for every answer

# Records in one script: Redis does nothing else meanwhile, about 1 ms for so many of 11 kB.
_CHUNK: Final = 100

# Answers that say "not now" of a server that is there: full, failing over, not ours to use. Those that
# redis-py has no class for, and, before Redis 7, those from inside a script, only say so in words.
_NOT_NOW: Final = (OutOfMemoryError, ReadOnlyError, ClusterDownError, TryAgainError, NoPermissionError)
_NOT_NOW_WORDS: Final = ("MISCONF", "NOREPLICAS", "BUSY", "-OOM", "-READONLY")
# Of a primary that has become a replica, from inside a script before Redis 7: its name, or its Sentinels, may
# lead to another one by now.
_NOT_HERE: Final = "-READONLY"

_EPOCH_OF_TIME: Final = datetime.fromtimestamp(0, UTC)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class RedisStore:
    """A Store; see ``realtime.store``. Safe to use from many threads.

    ``url`` as in ``realtime.stores.address``; options in its query win over ours. Every key starts with
    ``prefix``. One Redis with or without replicas, not Redis Cluster: one script takes the records of many
    scopes. Needs the commands EVALSHA, EVAL, INFO, DEL and PEXPIRE, and HGET, HMGET, HSET and HDEL.
    """

    def __init__(self, url: str, prefix: str = "switchboard:") -> None:
        self._prefix = prefix
        self._client = client(
            url,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            # Once more on a new connection: an idle one may have been cut. Repeating is harmless, as a commit
            # that was done but not answered is LOST the second time.
            retry=Retry(NoBackoff(), 1),
            protocol=2,
        )

    def close(self) -> None:
        """End the connections; the store opens new ones if it is used again."""
        close(self._client)

    def mark(self, marks: Iterable[tuple[Scope, str]]) -> None:
        models: dict[Scope, list[str]] = {}
        for scope, model in marks:
            models.setdefault(scope, []).append(model)
        self._run(scripts.MARK, list(models), {scope: [_encode(names)] for scope, names in models.items()})

    def begin(self, scopes: Collection[Scope]) -> dict[Scope, Begun]:
        life = int(LIFE / timedelta(milliseconds=1))
        found = self._run(scripts.BEGIN, scopes, {scope: [new_epoch()] for scope in scopes}, life)
        return {scope: _begun(*answer) for scope, answer in found.items()}

    def commit(self, commits: Sequence[Commit]) -> dict[Scope, Committed | None]:
        by_scope = {commit.scope: commit for commit in commits}
        arguments = {scope: _commit_arguments(commit) for scope, commit in by_scope.items()}
        answers = self._run(scripts.COMMIT, list(by_scope), arguments, LOG_STEPS)
        return {scope: _committed(by_scope[scope], answer) for scope, answer in answers.items()}

    def status(self, scopes: Collection[Scope], now: datetime) -> dict[Scope, Status]:
        return {
            scope: _status(answer)
            for scope, answer in self._run(scripts.STATUS, scopes, {}, _micros(now)).items()
        }

    def load(self, scopes: Collection[Scope]) -> dict[Scope, Loaded]:
        answers = self._run(scripts.LOAD, scopes, {}, LOG_STEPS)
        return {scope: _loaded(*answer) for scope, answer in answers.items() if answer is not None}

    def _run(
        self, script: str, scopes: Collection[Scope], own: dict[Scope, list[Any]], *shared: Any
    ) -> dict[Scope, Any]:
        """The script's answer for each scope; its arguments are ``shared``, then each scope's ``own``."""
        chosen = list(dict.fromkeys(scopes))
        calls: list[list[Any]] = []
        for start in range(0, len(chosen), _CHUNK):
            chunk = chosen[start : start + _CHUNK]
            arguments = [argument for scope in chunk for argument in own.get(scope, ())]
            calls.append([len(chunk), *(self._prefix + scope.group for scope in chunk), *shared, *arguments])
        with self._unavailable():
            answers = self._call(script, calls)
        flat = [part for answer in answers for part in answer or ()]
        return dict(zip(chosen, flat, strict=True)) if flat else {}

    def _call(self, script: str, calls: list[list[Any]]) -> list[Any]:
        """One round trip; a second one for what a server that does not know the script yet has refused."""
        digest = sha1(script.encode(), usedforsecurity=False).hexdigest()
        with self._client.pipeline(transaction=False) as pipeline:
            for call in calls:
                pipeline.evalsha(digest, *call)
            answers = pipeline.execute(raise_on_error=False)
            unknown = [i for i, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
            for i in unknown:
                pipeline.eval(script, *calls[i])
            for i, answer in zip(unknown, pipeline.execute(raise_on_error=False), strict=True):
                answers[i] = answer
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers

    @contextmanager
    def _unavailable(self) -> Iterator[None]:
        try:
            yield
        except ResponseError as error:
            if isinstance(error, ReadOnlyError) or _NOT_HERE in str(error):
                self._client.connection_pool.disconnect(inuse_connections=False)
            if isinstance(error, _NOT_NOW) or any(word in str(error) for word in _NOT_NOW_WORDS):
                raise StoreUnavailable(str(error)) from error
            raise  # our own mistake
        except (RedisError, OSError) as error:
            raise StoreUnavailable(str(error)) from error


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH_OF_TIME) // timedelta(microseconds=1)


def _instant(micros: bytes | None) -> datetime | None:
    return _EPOCH_OF_TIME + timedelta(microseconds=int(micros)) if micros else None


def _begun(
    epoch: bytes,
    rev: bytes,
    version: bytes,
    doc: bytes | None,
    gens: bytes,
    seen: bytes,
    until: bytes | None,
    now: bytes | None,
) -> Begun:
    return Begun(
        epoch=epoch.decode(),
        rev=int(rev),
        version=int(version),
        doc=None if doc is None else _decode(doc),
        gens=_decode(gens),
        seen=_decode(seen),
        valid_until=_instant(until),
        now=_instant(now),
    )


def _commit_arguments(commit: Commit) -> list[Any]:
    changed = commit.base.version == 0 or commit.patch
    return [
        commit.base.epoch,
        commit.base.rev,
        _encode(commit.doc) if changed else "",
        _encode(commit.patch) if commit.patch else "",
        _encode(commit.base.gens),
        "" if commit.valid_until is None else _micros(commit.valid_until),
        _micros(commit.now),
    ]


def _committed(commit: Commit, answer: list[int] | None) -> Committed | None:
    if answer is None:
        return None
    from_version, version = answer
    patch = commit.patch if from_version and version > from_version else None
    return Committed(Position(commit.base.epoch, version), from_version, patch)


def _status(answer: list[Any] | None) -> Status:
    if answer is None:
        return Status(behind=True, position=None)
    behind, epoch, version, until = answer
    return Status(bool(behind), Position(epoch.decode(), int(version)), _instant(until))


def _loaded(epoch: bytes, version: bytes, doc: bytes, now: bytes, log: list[bytes | None]) -> Loaded:
    last = int(version)
    steps: list[Step] = []
    for number, entry in zip(range(last, 0, -1), reversed(log), strict=False):
        if entry is None:
            break
        instant, _, patch = entry.partition(b"|")
        steps.append(Step(number, _decode(patch), _some(_instant(instant))))
    return Loaded(Position(epoch.decode(), last), _decode(doc), _some(_instant(now)), steps[::-1])


def _some(instant: datetime | None) -> datetime:
    assert instant is not None
    return instant
