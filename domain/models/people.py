"""The people: who signs in, whom an agent answers for, and what an agent is doing."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from domain.models.base import CreatedModel, LowerCaseEmailField, validate_phone, validate_zone


class UserManager(BaseUserManager["User"]):
    """Creates users; the email is the login."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A tenant unless ``role`` says otherwise; without a password nobody can sign in as this user yet."""
        if not email:
            raise ValueError("a user needs an email")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An admin with every permission."""
        fields = {"role": User.Role.ADMIN, "is_superuser": True, "is_verified": True, **fields}
        return self.create_user(email, password, **fields)


class User(AbstractBaseUser, PermissionsMixin, CreatedModel):
    """Somebody who signs in: an admin of the platform, a tenant (``user``) or a tenant's agent."""

    class Role(models.TextChoices):
        ADMIN = "admin", "Admin"
        USER = "user", "User"
        AGENT = "agent", "Agent"

    email = LowerCaseEmailField(unique=True, help_text="The login; case does not matter.")
    role = models.CharField(max_length=8, choices=Role, default=Role.USER)
    owner = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="agents",
        limit_choices_to={"role": "user"},
        help_text="The tenant whose calls an agent answers; agents have one, nobody else does.",
    )
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    user_name = models.CharField(max_length=80, blank=True, help_text="What the person likes to be called.")
    phone = models.CharField(max_length=16, blank=True, validators=[validate_phone])
    avatar = models.CharField(max_length=500, blank=True, validators=[URLValidator(["https", "http"])])
    is_verified = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_zone])
    stripe_customer_id = models.CharField(max_length=255, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        indexes = [
            models.Index(fields=["role", "created_at"], name="user_role_created"),
            models.Index(fields=["created_at"], name="user_created"),
        ]
        constraints = [
            models.CheckConstraint(name="user_email_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="user_owner_of_agents_only",
                condition=Q(role="agent", owner__isnull=False) | (~Q(role="agent") & Q(owner__isnull=True)),
            ),
            models.CheckConstraint(
                name="user_superuser_is_admin", condition=Q(is_superuser=False) | Q(role="admin")
            ),
            models.CheckConstraint(name="user_role_known", condition=Q(role__in=["admin", "user", "agent"])),
            models.UniqueConstraint(
                name="user_stripe_customer_id",
                fields=["stripe_customer_id"],
                condition=~Q(stripe_customer_id=""),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """In one transaction with whatever other rooms write when somebody's access changes."""
        with transaction.atomic(using=kwargs.get("using")):
            super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this user in: the platform's admins, nobody else."""
        return self.role == self.Role.ADMIN

    @property
    def full_name(self) -> str:
        """First and last name; without them the user name, without that the email."""
        return f"{self.first_name} {self.last_name}".strip() or self.user_name or str(self.email)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.user_name or self.first_name or str(self.email)

    @property
    def account_status(self) -> str:
        return "active" if self.is_active else "disabled"


class AgentProfile(CreatedModel):
    """What the tenant's personnel records say of an agent; employee ids are unique within a tenant."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="agent_profile")
    employee_id = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.employee_id} ({self.user.email})"


class AgentState(CreatedModel):
    """One stretch of an agent's day; the open one (``until`` is null) is the present state."""

    class State(models.TextChoices):
        AVAILABLE = "available", "Available"
        ON_CALL = "on_call", "On call"
        WRAP_UP = "wrap_up", "Wrap-up"
        BREAK = "break", "Break"
        OFFLINE = "offline", "Offline"

    agent = models.ForeignKey(User, on_delete=models.CASCADE, related_name="agent_states", db_index=False)
    state = models.CharField(max_length=9, choices=State)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agent", "until"], name="agent_state_until")]
        constraints = [
            models.UniqueConstraint(
                name="agent_state_one_open", fields=["agent"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(
                name="agent_state_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
            models.CheckConstraint(
                name="agent_state_known",
                condition=Q(state__in=["available", "on_call", "wrap_up", "break", "offline"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.state} since {self.since:%Y-%m-%d %H:%M:%S}"
