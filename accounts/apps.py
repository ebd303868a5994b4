"""The sign-in as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        from accounts import openapi, receivers  # noqa: F401  (both register themselves when imported)
