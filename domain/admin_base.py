"""What the pages of Django's admin share: read-only history, writes through services, readable columns."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from domain.errors import DomainError

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
else:  # generic for the type checker only
    _ModelAdmin, _TabularInline = admin.ModelAdmin, admin.TabularInline


def money(amount: Decimal) -> str:
    """``49.00 USD``"""
    return f"{amount:,.2f} {settings.PLATFORM_CURRENCY}"


def duration(seconds: int) -> str:
    """``1:02:05``, or ``2:05`` under an hour."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def column(field: str, show: Callable[[Any], str], description: str = "") -> Callable[[Model], str]:
    """A list column that shows ``field`` readably and sorts by it."""

    @admin.display(description=description or field.replace("_", " "), ordering=field)
    def shown(row: Model) -> str:
        return show(getattr(row, field))

    shown.__name__ = f"{field}_shown"
    return shown


class ActingAdmin(_ModelAdmin):
    """Actions on the selected rows that go through services."""

    def each(
        self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object], done: str
    ) -> None:
        """Apply ``act`` to every row; say how many were done and why others were not."""
        count = 0
        for row in rows:
            try:
                act(row)
                count += 1
            except DomainError as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
        self.message_user(request, f"{count} {done}.", messages.SUCCESS if count else messages.WARNING)


class ServiceAdmin(ActingAdmin):
    """Writes through services; a refusal is a message on the form, not an error page."""

    def create_row(self, request: HttpRequest, form: Any) -> Model:
        """Create what the form says; returns the new row. Raises DomainError."""
        raise NotImplementedError

    def change_row(self, request: HttpRequest, row: Any, form: Any) -> None:
        """Change ``row`` as the form says. Raises DomainError."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.change_row(request, obj, form)
        else:
            obj.pk = self.create_row(request, form).pk
            obj.refresh_from_db()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:  # the transaction around the form is rolled back by now
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def changed(form: Any) -> dict[str, Any]:
    """The fields that somebody changed, with what they are now."""
    return {name: form.cleaned_data[name] for name in form.changed_data}


class ReadOnlyAdmin(ActingAdmin):
    """Recorded facts: to be looked at."""

    show_full_result_count = False  # a second count over all of history

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class HistoryInline(_TabularInline):
    """The history of the row above it."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
