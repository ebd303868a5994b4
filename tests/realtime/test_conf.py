"""The engine's settings are typed, and a mistake in them is said."""

from typing import Any

import pytest
from pytest_django import Settings

from realtime.conf import EngineSettings, engine_settings
from realtime.errors import Misconfigured
from realtime.limits import Limits


def test_defaults_are_the_protocols() -> None:
    assert EngineSettings.read({}) == EngineSettings()
    limits = EngineSettings().limits
    assert (limits.budget, limits.ping_interval, limits.pong_timeout) == (256 * 1024, 20, 60)
    assert EngineSettings().connections_per_user == 20


def test_names_are_in_capitals_and_lists_will_do() -> None:
    read = EngineSettings.read(
        {"TICK": 0.5, "LIMITS": {"BUDGET": 1000}, "ALLOWED_ORIGINS": ["https://a.example"]}
    )
    assert (read.tick, read.limits, read.allowed_origins) == (
        0.5,
        Limits(budget=1000),
        ("https://a.example",),
    )


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"TICKS": 1}, "TICKS"),
        ({"LIMITS": {"BUGDET": 1}}, "BUGDET"),
        ({"TICK": "1"}, "TICK"),
        ({"TICK": True}, "TICK"),
        ({"TICK": 0}, "TICK"),
        ({"RECHECK": -1}, "RECHECK"),
        ({"LIMITS": {"BUDGET": 0}}, "BUDGET"),
        ({"REFRESH_SHARE": 1.5}, "REFRESH_SHARE"),
        ({"TRUSTED_PROXIES": -1}, "TRUSTED_PROXIES"),
        ({"RETRY_AFTER_MS": (5000, 250)}, "RETRY_AFTER_MS"),
        ({"RETRY_AFTER_MS": [250]}, "RETRY_AFTER_MS"),
        ({"RETRY_AFTER_MS": [0.5, 5]}, "RETRY_AFTER_MS"),
        ({"RETRY_AFTER_MS": 250}, "RETRY_AFTER_MS"),
    ],
)
def test_a_mistake_is_named(given: dict[str, Any], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        EngineSettings.read(given)


def test_a_changed_setting_counts_at_once(settings: Settings) -> None:
    settings.REALTIME = {"TICK": 0.25}
    assert engine_settings().tick == 0.25
    settings.REALTIME = {"TICK": 0.75}
    assert engine_settings().tick == 0.75
