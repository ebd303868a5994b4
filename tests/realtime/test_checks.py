"""System checks refuse what would lose pushes, and say what to do."""

from typing import Any

import pytest
from django.core.checks import CheckMessage, Error
from pytest_django import Settings

from realtime import checks


def found(*messages: list[CheckMessage]) -> set[str | None]:
    return {message.id for some in messages for message in some}


def everything() -> set[str | None]:
    return found(
        checks.check_settings(None),
        checks.check_processes(None),
        checks.check_layer(None),
        checks.check_daphne(None),
        checks.check_connections(None),
    )


def test_the_services_own_settings_are_fine() -> None:
    assert everything() == set()


def test_memory_is_not_shared_by_several_processes(settings: Settings) -> None:
    settings.WEB_PROCESSES = 2
    assert everything() == {"realtime.E003", "realtime.E004"}
    assert all(isinstance(message, Error) for message in checks.check_processes(None))
    settings.REALTIME = {**settings.REALTIME, "REDIS_URL": "redis://127.0.0.1"}
    assert everything() == {"realtime.E004"}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
    assert everything() == set()


def test_settings_that_cannot_be_read_are_one_mistake(settings: Settings) -> None:
    settings.WEB_PROCESSES = 2
    settings.REALTIME = {"NONSENSE": 1}
    assert everything() == {"realtime.E001"}


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({}, {"realtime.E005"}),
        ({"hosts": ["redis://127.0.0.1"]}, {"realtime.E005"}),
        ({"hosts": [{"address": "redis://127.0.0.1"}]}, {"realtime.E005"}),
        ({"hosts": [{"address": "redis://127.0.0.1", "socket_timeout": None}]}, set()),
    ],
)
def test_the_core_redis_layer_needs_a_timeout_of_its_own(
    settings: Settings, config: dict[str, Any], expected: set[str]
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": config}
    }
    assert everything() == expected


def test_daphne_comes_first(settings: Settings) -> None:
    apps = settings.INSTALLED_APPS
    settings.INSTALLED_APPS = [*apps[1:], apps[0]]
    assert everything() == {"realtime.W006"}


def test_a_daphne_with_known_holes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "version", lambda package: "4.2.1")
    assert everything() == {"realtime.E007"}


def test_connections_are_not_kept_open(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "CONN_MAX_AGE", 60)
    assert everything() == {"realtime.W008"}


def test_settings_that_cannot_be_read_are_an_error(settings: Settings) -> None:
    settings.REALTIME = {"TICKS": 1}
    assert found(checks.check_settings(None)) == {"realtime.E001"}
    settings.REALTIME = {"AUTHENTICATOR": "nowhere.Authenticator"}
    assert found(checks.check_settings(None)) == {"realtime.E002"}
    settings.REALTIME = {}
    assert found(checks.check_settings(None)) == {"realtime.E002"}
