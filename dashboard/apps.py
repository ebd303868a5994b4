"""The dashboards as a Django application: its sections and the tracking of what they read start with it."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Dashboards"

    def ready(self) -> None:
        from dashboard import sections
        from dashboard.tracking import start_tracking

        for module in iter_modules(sections.__path__):
            import_module(f"{sections.__name__}.{module.name}")  # sections register themselves
        start_tracking()
