"""The dashboards as a Django application: sections, tracking and the keeping of sums start with it."""

from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class DashboardConfig(AppConfig):
    name = "dashboard"
    verbose_name = "Dashboards"

    def ready(self) -> None:
        from dashboard import sections
        from dashboard.rollups.chores import start_chores
        from dashboard.rollups.migrating import after_migrations, before_migrations
        from dashboard.tracking import start_tracking

        for module in iter_modules(sections.__path__):
            import_module(f"{sections.__name__}.{module.name}")  # sections register themselves
        start_tracking()
        start_chores()
        pre_migrate.connect(before_migrations, sender=self)
        post_migrate.connect(after_migrations, sender=self)
