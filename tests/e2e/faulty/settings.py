"""The project's settings with faults at hand; nothing heals what was missed, and slowness shows soon."""

import os

from project.settings.base import *  # noqa: F403
from project.settings.base import CHANNEL_LAYERS, INSTALLED_APPS, REALTIME
from tests.e2e.faulty import BUDGET, PONG_TIMEOUT_S

FAULTS = os.environ["FAULTS"]

INSTALLED_APPS = [*INSTALLED_APPS, "tests.e2e.faulty"]
CHANNEL_LAYERS["default"]["BACKEND"] = "tests.e2e.faulty.layer.DisturbedLayer"

REALTIME = {
    **REALTIME,
    "FULL_REFRESH": 3600.0,
    "LIMITS": {"BUDGET": BUDGET, "PONG_TIMEOUT": PONG_TIMEOUT_S, "PING_INTERVAL": 3.0},
}
