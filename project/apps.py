"""The composition root as a Django application: its commands and its system checks."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "project"
    verbose_name = "Switchboard"

    def ready(self) -> None:
        from project import checks  # noqa: F401  (registers them)
