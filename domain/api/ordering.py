"""The order of a list: by the fields that the view names, nothing else."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

PARAMETER = "ordering"


class Ordering(BaseFilterBackend):
    """``?ordering=-due_at,priority``; an unknown field is refused. Ties are broken by id.

    A view has ``ordering_fields`` and ``ordering`` (its default).
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        given = request.query_params.get(PARAMETER)
        wanted = [field.strip() for field in given.split(",")] if given else list(_default(view))
        allowed = _allowed(view)
        for field in wanted:
            if field.removeprefix("-") not in allowed:
                raise ValidationError(
                    {PARAMETER: [f"Order by any of {', '.join(allowed)}; a minus reverses."]},
                    code="unknown_field",
                )
        return queryset.order_by(*wanted, "-pk" if wanted[-1].startswith("-") else "pk")

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        names = [sign + field for field in _allowed(view) for sign in ("", "-")]
        return [
            {
                "name": PARAMETER,
                "in": "query",
                "required": False,
                "description": f"Separated by commas; by default `{','.join(_default(view))}`.",
                "schema": {"type": "array", "items": {"type": "string", "enum": names}},
                "explode": False,
                "style": "form",
            }
        ]


def _allowed(view: APIView) -> Sequence[str]:
    return cast("Sequence[str]", view.ordering_fields)  # type: ignore[attr-defined]


def _default(view: APIView) -> Sequence[str]:
    return cast("Sequence[str]", view.ordering)  # type: ignore[attr-defined]
