"""The admin's forms for what is written through services."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils import timezone

from domain.errors import InvalidInput
from domain.models import SystemAlert, User
from domain.services import people, system_alerts

if TYPE_CHECKING:
    _UserCreationForm = AdminUserCreationForm[User]
    _AlertForm = forms.ModelForm[SystemAlert]
else:  # generic for the type checker only
    _UserCreationForm, _AlertForm = AdminUserCreationForm, forms.ModelForm


class UserAddForm(_UserCreationForm):
    """A new admin, tenant or agent; agents need a tenant and an employee id."""

    employee_id = forms.CharField(max_length=32, required=False)

    class Meta:
        model = User
        fields = ("email", "role", "owner")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_agent = cleaned.get("role") == User.Role.AGENT
        for field in ("owner", "employee_id"):
            if is_agent and not cleaned.get(field):
                self.add_error(field, "An agent needs one.")
            if not is_agent and cleaned.get(field):
                self.add_error(field, "Only agents have one.")
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Nothing is written here: ``create`` does that, when the admin saves the model."""
        return self.instance

    def save_m2m(self) -> None:
        """A new user has no groups."""

    def create(self) -> User:
        """Take the person on. Raises DomainError."""
        given = self.cleaned_data
        password = given.get("password1") or None
        if given["role"] == User.Role.AGENT:
            return people.create_agent(
                owner=given["owner"],
                email=given["email"],
                employee_id=given["employee_id"],
                password=password,
            )
        create = people.create_admin if given["role"] == User.Role.ADMIN else people.create_tenant
        return create(email=given["email"], password=password)


class SystemAlertForm(_AlertForm):
    """An announcement, checked as the service checks it."""

    target_roles = forms.MultipleChoiceField(
        choices=User.Role.choices, widget=forms.CheckboxSelectMultiple, initial=User.Role.values
    )

    class Meta:
        model = SystemAlert
        fields = ("severity", "title", "message", "url", "target_roles", "starts_at", "expires_at")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                system_alerts.check_details(self.details(), timezone.now())
            except InvalidInput as refusal:
                self.add_error(refusal.field, str(refusal))
        return cleaned

    def details(self) -> system_alerts.Details:
        """What the form says, as the service takes it."""
        given = self.cleaned_data
        return {
            "severity": given["severity"],
            "title": given["title"],
            "message": given["message"],
            "url": given["url"],
            "target_roles": given["target_roles"],
            "starts_at": given["starts_at"],
            "expires_at": given["expires_at"],
        }
