"""The call centre as a Django application."""

from django.apps import AppConfig


class DomainConfig(AppConfig):
    name = "domain"
    verbose_name = "Call centre"
