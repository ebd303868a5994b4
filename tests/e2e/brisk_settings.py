"""The project's settings with a ping every second: silence on a socket is noticed while a test looks on."""

from project.settings.base import *  # noqa: F403
from project.settings.base import REALTIME

REALTIME = {**REALTIME, "LIMITS": {"PING_INTERVAL": 1.0}}
