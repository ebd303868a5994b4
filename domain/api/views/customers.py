"""/api/customers/: the list; new ones, and changes of those that are known."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from domain.api.filters import CustomerFilters
from domain.api.openapi import CONFLICT, sent, shown
from domain.api.permissions import AGENTS, EVERYONE, TENANTS
from domain.api.serializers.customers import CustomerDetailsSerializer, CustomerSerializer
from domain.api.views.base import ScopedViewSet
from domain.models import Customer
from domain.services import customers

_CUSTOMER: Final = {
    "id": 31,
    "owner": 7,
    "owner_email": "noor@haddad.example",
    "name": "Grace Hoang",
    "phone": "+14155550123",
    "interest": "hot",
    "is_do_not_call": False,
    "created_at": "2026-01-15T10:20:00Z",
}


@extend_schema(tags=["customers"])
@extend_schema_view(
    list=extend_schema(
        operation_id="list_customers",
        summary="Customers",
        description=(
            "Admins: all. Tenants: their own. Agents: those whom they have to do with by a call that they may"
            " see or a callback of theirs."
        ),
        examples=shown(_CUSTOMER, "admin", "user", "agent"),
    ),
    retrieve=extend_schema(
        operation_id="get_customer",
        summary="One customer",
        examples=shown(_CUSTOMER, "admin", "user", "agent"),
    ),
)
class CustomerViewSet(ScopedViewSet[Customer]):
    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilters
    ordering_fields = ("created_at", "name", "interest", "id")
    ordering = ("-created_at",)
    roles = {
        "list": EVERYONE,
        "retrieve": EVERYONE,
        "create": TENANTS,
        "partial_update": TENANTS | AGENTS,
    }

    @extend_schema(
        operation_id="create_customer",
        summary="Add a customer",
        description="409: there is one of that number already.",
        request=CustomerDetailsSerializer,
        responses={201: CustomerSerializer, **CONFLICT},
        examples=[
            sent("a lead", {"phone": "+14155550123", "name": "Grace Hoang"}),
            *shown(_CUSTOMER, "user", status="201"),
        ],
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        customer = customers.create_customer(owner=self.viewer, **self.sent(CustomerDetailsSerializer))
        return self.answer_with(customer, status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="change_customer",
        summary="Change a customer",
        description="What is left out stays as it is. 409: the number is another customer's.",
        request=CustomerDetailsSerializer,
        responses={200: CustomerSerializer, **CONFLICT},
        examples=[
            sent("do not call", {"is_do_not_call": True}),
            *shown({**_CUSTOMER, "is_do_not_call": True}, "user", "agent"),
        ],
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        customer = self.get_object()
        details = self.sent(CustomerDetailsSerializer, partial=True)
        return self.answer_with(customers.change_customer(customer=customer, **details))
