"""Customers on the wire."""

from rest_framework import serializers

from domain.api.fields import DetailsSerializer
from domain.models import Customer


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """Somebody a tenant talks to."""

    owner_email = serializers.EmailField(source="owner.email")

    class Meta:
        model = Customer
        fields = ("id", "owner", "owner_email", "name", "phone", "interest", "is_do_not_call", "created_at")
        read_only_fields = fields


class CustomerDetailsSerializer(DetailsSerializer[Customer]):
    """What can be said of a customer."""

    class Meta:
        model = Customer
        fields = ("phone", "name", "interest", "is_do_not_call")
