"""System checks that refuse a configuration which would lose pushes, each with its remedy."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string

from realtime.conf import engine_settings
from realtime.errors import Misconfigured

_MEMORY_LAYER = "channels.layers.InMemoryChannelLayer"
_CORE_REDIS_LAYER = "channels_redis.core.RedisChannelLayer"
# CVE-2026-44545 and CVE-2026-44546 are open in earlier ones.
_SAFE_DAPHNE = (4, 2, 2)

AppConfigs = Sequence[AppConfig] | None


@register()
def check_settings(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """REALTIME can be read, and names an authenticator that is there."""
    try:
        given = engine_settings()
    except (Misconfigured, TypeError) as error:
        return [Error(str(error), id="realtime.E001")]
    try:
        import_string(given.authenticator)
    except ImportError as error:
        hint = "REALTIME['AUTHENTICATOR'] is the dotted path of a class like realtime.auth.Authenticator."
        return [Error(f"the authenticator cannot be imported: {error}", hint=hint, id="realtime.E002")]
    return []


@register()
def check_processes(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """What lives in the memory of one process is not shared by several."""
    if getattr(settings, "WEB_PROCESSES", 1) <= 1:
        return []
    try:
        in_memory = not engine_settings().redis_url
    except (Misconfigured, TypeError):
        return []  # that is for check_settings to say
    found: list[CheckMessage] = []
    hint = "Set REDIS_URL, or run one process."
    if in_memory:
        found.append(
            Error(
                "WEB_PROCESSES is above 1, but documents live in each process' own memory: "
                "changes that one process is told of would not reach the others' viewers",
                hint=hint,
                id="realtime.E003",
            )
        )
    if _layer().get("BACKEND") == _MEMORY_LAYER:
        found.append(
            Error(
                "WEB_PROCESSES is above 1, but the in-memory channel layer reaches one process alone",
                hint=hint,
                id="realtime.E004",
            )
        )
    return found


@register()
def check_layer(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """redis-py 8 ends a connection that waits for more than 5 s, which is all that the core layer does."""
    layer = _layer()
    if layer.get("BACKEND") != _CORE_REDIS_LAYER or _release("redis") < (8,):
        return []
    hosts = layer.get("CONFIG", {}).get("hosts", [None])
    if all(isinstance(host, dict) and "socket_timeout" in host for host in hosts):
        return []
    return [
        Error(
            "the core Redis channel layer loses messages with redis-py 8 and its default socket_timeout",
            hint="Use channels_redis.pubsub.RedisPubSubChannelLayer, or give each host a socket_timeout.",
            id="realtime.E005",
        )
    ]


@register()
def check_daphne(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """runserver serves WebSockets only if Daphne replaces it."""
    found: list[CheckMessage] = []
    if next(iter(settings.INSTALLED_APPS), None) != "daphne":
        hint = "Put 'daphne' first in INSTALLED_APPS."
        found.append(
            checks.Warning(
                "runserver will serve no WebSocket: daphne is not first", hint=hint, id="realtime.W006"
            )
        )
    if _release("daphne") < _SAFE_DAPHNE:
        hint = "Install daphne 4.2.2 or later."
        found.append(Error("this daphne has known vulnerabilities", hint=hint, id="realtime.E007"))
    return found


@register()
def check_connections(app_configs: AppConfigs, **_: Any) -> list[CheckMessage]:
    """Under ASGI a persistent connection stays with a thread that may never be used again."""
    return [
        checks.Warning(
            f"DATABASES[{alias!r}] keeps connections open (CONN_MAX_AGE) under ASGI",
            hint="Set CONN_MAX_AGE to 0; for PostgreSQL, OPTIONS['pool'] reuses connections.",
            id="realtime.W008",
        )
        for alias, config in settings.DATABASES.items()
        if config.get("CONN_MAX_AGE", 0) != 0
    ]


def _layer() -> dict[str, Any]:
    layers: dict[str, dict[str, Any]] = getattr(settings, "CHANNEL_LAYERS", {})
    return layers.get("default", {})


def _release(package: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version(package).split(".")[:3] if part.isdigit())
