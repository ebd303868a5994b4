"""The call centre as a Django application."""

from django.apps import AppConfig


class DomainConfig(AppConfig):
    name = "domain"
    verbose_name = "Call centre"

    def ready(self) -> None:
        from domain import checks  # noqa: F401  (registers them)
