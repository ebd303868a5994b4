"""Values as they cross the wire."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from django.db import models
from django.db.models import Model, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from domain.models import User

M = TypeVar("M", bound=Model)

# Far from where arithmetic with time zones and windows overflows.
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2199


class TextField(serializers.CharField):
    """A text, and nothing that could be written as one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole number, and no text that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class YesNoField(serializers.BooleanField):
    """True or false, and nothing that could mean it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class DetailsSerializer(serializers.ModelSerializer[M]):
    """The body of a request that writes to a model: each value has the type that the document names."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.CharField: TextField,
        models.TextField: TextField,
        models.PositiveSmallIntegerField: WholeField,
        models.BooleanField: YesNoField,
    }


class InstantField(serializers.DateTimeField):
    """An ISO 8601 instant with its time zone; in UTC once it is here."""

    default_error_messages = {
        "no_zone": "An instant needs a time zone, such as 2026-01-31T09:00:00Z.",
        "out_of_range": f"An instant lies between the years {FIRST_YEAR} and {LAST_YEAR}.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if timezone.is_naive(value):
            self.fail("no_zone")
        try:
            value = value.astimezone(UTC)
        except OverflowError:
            self.fail("out_of_range")
        if not FIRST_YEAR <= value.year <= LAST_YEAR:
            self.fail("out_of_range")
        return value


@extend_schema_field(
    {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$", "example": "09:00:00"}
)
class LocalTimeField(serializers.TimeField):
    """A time of day on somebody's wall clock. (OpenAPI's own ``time`` is one of a time zone.)"""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M:%S", "%H:%M"], **kwargs)


class MoneyField(serializers.FloatField):
    """An amount of PLATFORM_CURRENCY as a JSON number, as in the dashboards."""


class OptionalChoiceField(serializers.ChoiceField):
    """A choice that has perhaps not been made; then it is null, where the model has an empty text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


@extend_schema_field({"type": "integer", "minimum": 1})
class VisibleField(serializers.Field[Any, Any, Any, Any]):
    """The id of a row that the signed-in person may see; any other is refused as one that does not exist."""

    default_error_messages = {
        "invalid": "An id is a whole number.",
        "does_not_exist": "There is none with the id {pk}.",
    }

    def __init__(self, rows: Callable[[User], QuerySet[Any]], **kwargs: Any) -> None:
        """``rows(viewer)`` are those that may be named."""
        super().__init__(**kwargs)
        self._rows = rows

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        row: Model | None = self._rows(self.context["request"].user).filter(pk=data).first()
        if row is None:
            self.fail("does_not_exist", pk=data)
        return row
