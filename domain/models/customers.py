"""The tenants' customers and leads."""

from django.db import models

from domain.models.base import CreatedModel, validate_phone
from domain.models.people import User


class Customer(CreatedModel):
    """Somebody a tenant talks to. Two tenants may know the same number; each has a customer of its own."""

    class Interest(models.TextChoices):
        COLD = "cold", "Cold"
        WARM = "warm", "Warm"
        HOT = "hot", "Hot"
        CONVERTED = "converted", "Converted"

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="customers", db_index=False)
    phone = models.CharField(max_length=16, validators=[validate_phone])
    name = models.CharField(max_length=120, blank=True)
    interest = models.CharField(max_length=9, choices=Interest, default=Interest.COLD)
    is_do_not_call = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["owner", "interest"], name="customer_owner_interest"),
            models.Index(fields=["owner", "created_at"], name="customer_owner_created"),
            models.Index(fields=["created_at"], name="customer_created"),
        ]
        constraints = [
            models.CheckConstraint(
                name="customer_interest_known",
                condition=models.Q(interest__in=["cold", "warm", "hot", "converted"]),
            ),
            models.UniqueConstraint(name="customer_phone_per_owner", fields=["owner", "phone"]),
        ]

    def __str__(self) -> str:
        return self.name or self.phone
