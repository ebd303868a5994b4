"""What the models share: a creation instant, and fields that keep their own promises."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

# E.164: a plus, a country code that does not begin with 0, at most 15 digits in all.
validate_phone = RegexValidator(
    r"^\+[1-9]\d{6,14}\Z", "Not a phone number in E.164 form, such as +14155550123."
)


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())  # walks the zone database: once


def validate_zone(name: str) -> None:
    """Refuse what is not an IANA zone name, such as Europe/Berlin."""
    if name not in _zone_names():
        raise ValidationError(f"{name!r} is not an IANA time zone.", code="unknown_zone")


class CreatedModel(models.Model):
    """A row that knows when it came into being; settable, because recorded history keeps its instants."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


if TYPE_CHECKING:
    _EmailField = models.EmailField[str, str]
else:  # generic for the type checker only
    _EmailField = models.EmailField


class LowerCaseEmailField(_EmailField):
    """An email that is stored and looked up in lower case, so that uniqueness and sign-in ignore case."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
