"""The composition root as a Django application: commands and checks that concern the whole service."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "project"
    verbose_name = "Switchboard"
