"""Where Redis is: one URL for the store and for the channel layer, with TLS and behind Sentinels too.

- ``redis://[user:password@]host[:port][/database][?options]``; ``rediss://`` with TLS; ``unix://path``
- ``redis+sentinel://[user:password@]host[:port],host[:port]…/name[/database][?options]``: the primary that
  these Sentinels know by that name; ``rediss+sentinel://`` with TLS, to the Sentinels too

Options are those of redis-py (``ssl_ca_certs=/etc/ssl/own.pem``). User and password are the primary's;
``sentinel_username`` and ``sentinel_password`` among the options are the Sentinels'.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import redis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool

_SUFFIX: Final = "+sentinel"
_SENTINEL_PORT: Final = 26379
_OF_SENTINELS: Final = "sentinel_"
# Seconds that one Sentinel has to answer before the next one is asked.
_TIMEOUT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Sentinels:
    """A primary by its name; ``options`` are a connection's to it, ``own`` one's to a Sentinel."""

    name: str
    hosts: tuple[tuple[str, int], ...]
    options: dict[str, Any]
    own: dict[str, Any]


def read(url: str) -> Sentinels | None:
    """What a URL says of Sentinels, None if nothing. Raises ValueError for one that cannot be used."""
    parts = urlsplit(url)
    if not parts.scheme.endswith(_SUFFIX):
        parse_url(url)  # type: ignore[no-untyped-call]
        return None
    scheme = parts.scheme.removesuffix(_SUFFIX)
    who, _, hosts = parts.netloc.rpartition("@")
    name, _, database = parts.path.removeprefix("/").partition("/")
    if not name:
        raise ValueError("a URL of Sentinels names the primary: redis+sentinel://host,host/name")
    if database and not database.isdigit():
        raise ValueError(f"the database is a number, not {database!r}")
    # Of the host only the place in the URL matters.
    options: dict[str, Any] = parse_url(f"{scheme}://{who}@sentinels/{database}?{parts.query}")  # type: ignore[no-untyped-call]
    del options["host"]
    tls = options.pop("connection_class", None) is not None
    own = {
        name.removeprefix(_OF_SENTINELS): options.pop(name)
        for name in tuple(options)
        if name.startswith(_OF_SENTINELS)
    }
    if tls:
        own |= {name: value for name, value in options.items() if name.startswith("ssl_")} | {"ssl": True}
        options["ssl"] = True
    return Sentinels(name, tuple(_host(host) for host in hosts.split(",")), options, own)


def _host(text: str) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError(f"a Sentinel is host or host:port, not {text!r}")
    return parts.hostname, parts.port or _SENTINEL_PORT


def client(url: str, **defaults: Any) -> "redis.Redis":
    """A client of the primary; options of the URL win over ``defaults``. Raises ValueError."""
    sentinels = read(url)
    if sentinels is None:
        return redis.Redis.from_url(url, **defaults)
    own = {"socket_timeout": _TIMEOUT, "socket_connect_timeout": _TIMEOUT, "retry": Retry(NoBackoff(), 0)}
    manager = Sentinel(sentinels.hosts, sentinel_kwargs=own | sentinels.own)  # type: ignore[no-untyped-call]
    options = defaults | sentinels.options
    pool = SentinelConnectionPool(sentinels.name, manager, **options)  # type: ignore[no-untyped-call]
    return redis.Redis.from_pool(pool)


def close(opened: "redis.Redis") -> None:
    """End a client's connections, those to Sentinels too; it opens new ones if it is used again."""
    opened.close()
    if isinstance(opened.connection_pool, SentinelConnectionPool):
        opened.connection_pool.sentinel_manager.close()


def layer_host(url: str) -> dict[str, Any]:
    """The same as an entry of ``hosts`` of the layers of channels_redis. Raises ValueError."""
    sentinels = read(url)
    if sentinels is None:
        return {"address": url}
    own = {"socket_timeout": _TIMEOUT, "socket_connect_timeout": _TIMEOUT}
    return {
        "master_name": sentinels.name,
        "sentinels": list(sentinels.hosts),
        "sentinel_kwargs": own | {"retry": AsyncRetry(NoBackoff(), 0)} | sentinels.own,
        **sentinels.options,
    }
