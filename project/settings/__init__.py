"""Settings from the environment; every one has a default that works on a bare machine."""

from project.settings.base import *  # noqa: F403
