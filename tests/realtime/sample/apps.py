"""The sample application; tests that need its models tracked find them so."""

from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "tests.realtime.sample"
    label = "sample"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tests.realtime.sample import tracking

        tracking.connect()
