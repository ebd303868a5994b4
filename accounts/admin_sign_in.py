"""Signing in to Django's admin: as often as over REST, and no oftener."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError

from accounts.throttles import seconds_to_wait


class AdminSignInForm(AdminAuthenticationForm):
    """Refuses an attempt too many before any password is tried; attempts over REST are counted with these."""

    def clean(self) -> dict[str, Any]:
        if self.request is not None:
            wait = seconds_to_wait(self.request, self.cleaned_data.get("username"))
            if wait is not None:
                raise ValidationError(f"Too many attempts. Try again in {wait} seconds.", code="throttled")
        return super().clean()
