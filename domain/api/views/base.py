"""What the views share: who may do what, what they see, how they answer."""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model, QuerySet
from django_filters.rest_framework.backends import DjangoFilterBackend
from rest_framework import status
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.viewsets import GenericViewSet

from domain.api.ordering import Ordering
from domain.api.pagination import Pages
from domain.api.permissions import RoleAllowed
from domain.api.scoping import visible
from domain.models import User

M = TypeVar("M", bound=Model)


class ScopedViewSet(RetrieveModelMixin, ListModelMixin, GenericViewSet[M]):
    """The list of what the signed-in person may see, and single rows of it; actions are the subclasses'.

    ``queryset`` only names the model. Filters narrow the list, never a single row.
    """

    roles: ClassVar[Mapping[str, Collection[str]]]
    permission_classes = (IsAuthenticated, RoleAllowed)
    pagination_class = Pages
    filter_backends = (DjangoFilterBackend, Ordering)
    lookup_value_converter = "int"
    http_method_names = ["get", "post", "put", "patch", "delete", "options"]

    @property
    def viewer(self) -> User:
        return cast(User, self.request.user)

    def get_queryset(self) -> QuerySet[M]:
        model: type[M] = cast(Any, self.queryset).model  # type: ignore[arg-type]  # taken for a descriptor
        return visible(model, self.viewer)

    def filter_queryset(self, queryset: QuerySet[M, Any]) -> QuerySet[M, Any]:
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def sent(self, serializer: type[Serializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """The valid content of the request's body; raises ValidationError."""
        body = serializer(data=self.request.data, partial=partial, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return cast("dict[str, Any]", body.validated_data)

    def answer_with(self, row: M, code: int = status.HTTP_200_OK) -> Response:
        """The row as it is now. It is read again: with what other services changed, and all that is shown."""
        shown = visible(type(row), self.viewer).filter(pk=row.pk).first() or row
        serializer: BaseSerializer[M] = self.get_serializer(shown)
        return Response(serializer.data, status=code)
