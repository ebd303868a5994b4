"""The engine's settings: ``settings.REALTIME``, typed, with defaults and units."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed

from realtime.errors import Misconfigured
from realtime.limits import Limits


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """``REALTIME`` has the same names in capitals, ``LIMITS`` a dictionary of those of ``Limits``.

    Times are seconds unless the name says otherwise.
    """

    # Dotted path of the project's Authenticator.
    authenticator: str = ""
    # Where documents live: a URL as in realtime.stores.address, or empty for this process' memory.
    redis_url: str = ""
    # Every key in Redis begins with it, so that services can share one.
    redis_prefix: str = "switchboard:"
    limits: Limits = field(default_factory=Limits)
    # Open connections of one user in one process; more are closed with 4429.
    connections_per_user: int = 20
    # Sockets that wait for their first frame, of one address; and all that have not authenticated yet.
    unauthenticated_per_address: int = 100
    unauthenticated: int = 4096
    # Proxies in front whose X-Forwarded-For is believed; 0: the peer's own address counts.
    trusted_proxies: int = 0
    # Origins beside the server's own whose pages may connect ("https://app.example.com"); "*" allows any.
    allowed_origins: tuple[str, ...] = ()
    # Steps of a document that a process remembers, to bring those who are behind forward by a diff.
    window: int = 128
    # A look at the store at least this often: finds what a lost ring hid, and what time changed.
    tick: float = 1.0
    # Marks that no doorbell announced (another process wrote them) are moved at least this often.
    move_marks: float = 0.5
    # Between two refreshes of one scope under load; the first change after a quiet spell does not wait.
    refresh_interval: float = 0.1
    # At most this share of the time is spent refreshing: after one that took d, the next waits for d / share.
    refresh_share: float = 0.75
    # Everything followed is refreshed this often, to heal what wrote to the database without telling anyone.
    full_refresh: float = 60.0
    # After a full refresh found a change, marks may take this long to arrive before it counts as missed.
    missed_change_grace: float = 5.0
    # The log of revocations is read this often; every principal is re-read once in ``recheck``.
    revocations: float = 0.5
    recheck: float = 30.0
    # Groups of the channel layer are joined anew this often: memberships expire, and can be lost.
    rejoin: float = 300.0
    # How long a new connection waits for a document, or a resuming one for the store, before 4503.
    document_timeout: float = 10.0
    # A draining server spreads its clients' return over this window (ms), and ends after the deadline (s).
    retry_after_ms: tuple[int, int] = (250, 5000)
    drain_deadline: float = 10.0
    # Threads, each with database connections of its own, for the documents and for sign-ins.
    refresh_threads: int = 2
    sign_in_threads: int = 2

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "EngineSettings":
        """From a dictionary like ``settings.REALTIME``; Misconfigured for unknown names and bad values."""
        values = {name.lower(): value for name, value in given.items()}
        if isinstance(limits := values.get("limits"), Mapping):
            values["limits"] = _build(Limits, {name.lower(): value for name, value in limits.items()})
        for name in ("allowed_origins", "retry_after_ms"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        built: EngineSettings = _build(cls, values)
        if not _is_span(built.retry_after_ms):
            raise Misconfigured("REALTIME['RETRY_AFTER_MS'] is two whole numbers, the smaller one first")
        if not 0 < built.refresh_share <= 1:
            raise Misconfigured("REALTIME['REFRESH_SHARE'] is a share: above 0, at most 1")
        return built


def _is_span(value: Any) -> bool:
    if not isinstance(value, tuple) or [type(end) for end in value] != [int, int]:
        return False
    return bool(0 <= value[0] <= value[1])


def _build(kind: type[Any], values: Mapping[str, Any]) -> Any:
    known = {item.name for item in fields(kind)}
    if unknown := sorted(set(values) - known):
        raise Misconfigured(f"REALTIME has no setting {', '.join(name.upper() for name in unknown)}")
    built = kind(**values)
    for item in fields(kind):
        value = getattr(built, item.name)
        if item.type in (int, float) and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise Misconfigured(f"REALTIME[{item.name.upper()!r}] is a number, not {value!r}")
        if isinstance(value, int | float) and (value < 0 or (value == 0 and item.name != "trusted_proxies")):
            raise Misconfigured(f"REALTIME[{item.name.upper()!r}] is above zero, not {value!r}")
    return built


@cache
def engine_settings() -> EngineSettings:
    """The settings of this process."""
    return EngineSettings.read(getattr(settings, "REALTIME", {}))


def _forget(setting: str, **_: object) -> None:
    if setting == "REALTIME":
        engine_settings.cache_clear()


setting_changed.connect(_forget)
