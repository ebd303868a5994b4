"""The sign-in as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Sign-in"

    def ready(self) -> None:
        from django.contrib import admin

        from accounts import openapi, receivers  # noqa: F401  (both register themselves when imported)
        from accounts.admin_sign_in import AdminSignInForm

        admin.site.login_form = AdminSignInForm
