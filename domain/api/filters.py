"""What the lists can be narrowed to; the alerts' links use these (``/callbacks?overdue=1``)."""

# django-filter is not typed.
# mypy: disable-error-code="no-untyped-call, misc"
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_filters.filters import CharFilter, ChoiceFilter, Filter, MultipleChoiceFilter
from django_filters.filterset import FilterSet
from drf_spectacular.drainage import set_override
from rest_framework.exceptions import ValidationError

from domain.api.fields import InstantField
from domain.models import (
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    SystemAlert,
    User,
)

Rows = QuerySet[Any]


class _YesNoField(forms.Field):
    """``1``, ``true``, ``0`` or ``false``; anything else is refused."""

    def to_python(self, value: Any) -> bool | None:
        if value in (None, ""):
            return None
        try:
            return {"1": True, "true": True, "0": False, "false": False}[str(value).lower()]
        except KeyError:
            raise forms.ValidationError("1 or true, 0 or false.", code="invalid") from None


class _Typed(Filter):
    """A filter whose type in the OpenAPI document is ``schema``; ``label`` explains it there."""

    schema: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_override(self, "field", {**self.schema, "description": kwargs.get("label", "")})


class YesNo(_Typed):
    field_class = _YesNoField
    schema = {"type": "boolean"}


MAX_ID: Final = 2**63 - 1  # what a database can compare with


class Id(_Typed):
    field_class = forms.IntegerField  # type: ignore[assignment]
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_ID}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=MAX_ID, **kwargs)


class _InstantFormField(forms.Field):
    def to_python(self, value: Any) -> datetime | None:
        if value in (None, ""):
            return None
        try:
            return InstantField().to_internal_value(value)
        except ValidationError as error:
            text = "; ".join(str(part) for part in error.detail)
            raise forms.ValidationError(text, code="invalid") from None


class Instant(_Typed):
    field_class = _InstantFormField
    schema = {"type": "string", "format": "date-time"}


class _FilterSet(FilterSet):
    """``search`` looks for a part of any of ``searched``."""

    searched: tuple[str, ...] = ()

    def look_for(self, rows: Rows, name: str, text: str) -> Rows:
        found = Q()
        for field in self.searched:
            found |= Q(**{f"{field}__icontains": text})
        return rows.filter(found)


def _search(*, help_text: str) -> Any:
    return CharFilter(method="look_for", max_length=100, label=help_text)


def _any_of(choices: Any, **kwargs: Any) -> Any:
    """One or several: ``?status=queued&status=ringing``."""
    return MultipleChoiceFilter(choices=choices.choices, **kwargs)


class CallFilters(_FilterSet):
    searched = ("phone_number", "customer__name")

    status = _any_of(Call.Status)
    direction = ChoiceFilter(choices=Call.Direction.choices)
    provider = ChoiceFilter(choices=Call.Provider.choices)
    outcome = _any_of(Call.Outcome)
    live = YesNo(method="going_on", label="Queued, ringing, in progress or forwarding.")
    owner = Id(field_name="owner_id")
    agent = Id(field_name="agent_id")
    ai_agent = Id(field_name="ai_agent_id")
    customer = Id(field_name="customer_id")
    started_from = Instant(
        field_name="started_at", lookup_expr="gte", label="Started at this instant or later."
    )
    started_before = Instant(field_name="started_at", lookup_expr="lt", label="Started before this instant.")
    search = _search(help_text="Part of the number or of the customer's name.")

    class Meta:
        model = Call
        fields: tuple[str, ...] = ()

    def going_on(self, rows: Rows, name: str, wanted: bool) -> Rows:
        return rows.filter(ended_at__isnull=wanted)


class QueueFilters(_FilterSet):
    searched = ("call__phone_number", "call__customer__name")

    status = ChoiceFilter(choices=[(each.value, each.label) for each in QueueEntry.LIVE])
    owner = Id(field_name="call__owner_id")
    assigned_agent = Id(field_name="assigned_agent_id")
    search = _search(help_text="Part of the number or of the customer's name.")

    class Meta:
        model = QueueEntry
        fields: tuple[str, ...] = ()


class CallbackFilters(_FilterSet):
    searched = ("customer__name", "customer__phone", "reason")

    status = _any_of(Callback.Status)
    overdue = YesNo(method="missed", label="Scheduled, and due_at has passed.")
    owner = Id(field_name="owner_id")
    assigned_agent = Id(field_name="assigned_agent_id")
    customer = Id(field_name="customer_id")
    due_from = Instant(field_name="due_at", lookup_expr="gte", label="Due at this instant or later.")
    due_before = Instant(field_name="due_at", lookup_expr="lt", label="Due before this instant.")
    search = _search(help_text="Part of the customer's name or number, or of the reason.")

    class Meta:
        model = Callback
        fields: tuple[str, ...] = ()

    def missed(self, rows: Rows, name: str, wanted: bool) -> Rows:
        overdue = Q(status=Callback.Status.SCHEDULED, due_at__lt=timezone.now())
        return rows.filter(overdue if wanted else ~overdue)


class CustomerFilters(_FilterSet):
    searched = ("name", "phone")

    interest = _any_of(Customer.Interest)
    is_do_not_call = YesNo()
    owner = Id(field_name="owner_id")
    search = _search(help_text="Part of the name or the number.")

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()


class PaymentFilters(_FilterSet):
    searched = ("invoice_id", "description", "user__email")

    status = _any_of(Payment.Status)
    user = Id(field_name="user_id")
    created_from = Instant(field_name="created_at", lookup_expr="gte", label="Made at this instant or later.")
    created_before = Instant(field_name="created_at", lookup_expr="lt", label="Made before this instant.")
    search = _search(help_text="Part of the invoice's number, the description or the email.")

    class Meta:
        model = Payment
        fields: tuple[str, ...] = ()


class SubscriptionFilters(_FilterSet):
    searched = ("user__email",)

    status = _any_of(Subscription.Status)
    plan = _any_of(Plan.Name, field_name="plan__name")
    user = Id(field_name="user_id")
    search = _search(help_text="Part of the email.")

    class Meta:
        model = Subscription
        fields: tuple[str, ...] = ()


class PlanFilters(_FilterSet):
    searched = ("name",)

    name = _any_of(Plan.Name)
    interval = ChoiceFilter(choices=Plan.Interval.choices)
    search = _search(help_text="Part of the name.")

    class Meta:
        model = Plan
        fields: tuple[str, ...] = ()


class AIAgentFilters(_FilterSet):
    searched = ("name", "owner__email")

    status = _any_of(AIAgent.Status)
    owner = Id(field_name="owner_id")
    search = _search(help_text="Part of the name or the owner's email.")

    class Meta:
        model = AIAgent
        fields: tuple[str, ...] = ()


class UserFilters(_FilterSet):
    searched = ("email", "first_name", "last_name", "user_name")

    role = _any_of(User.Role)
    is_active = YesNo()
    owner = Id(field_name="owner_id", label="An agent's tenant.")
    search = _search(help_text="Part of the email or a name.")

    class Meta:
        model = User
        fields: tuple[str, ...] = ()


class SystemAlertFilters(_FilterSet):
    searched = ("title", "message")

    status = ChoiceFilter(choices=SystemAlert.Status.choices, method="standing")
    severity = _any_of(SystemAlert.Severity)
    search = _search(help_text="Part of the title or the message.")

    class Meta:
        model = SystemAlert
        fields: tuple[str, ...] = ()

    def standing(self, rows: Rows, name: str, wanted: str) -> Rows:
        """As SystemAlert.status_at says it."""
        now = timezone.now()
        withdrawn, ahead = Q(withdrawn_at__isnull=False), Q(starts_at__gt=now)
        over = Q(expires_at__isnull=False, expires_at__lte=now)
        status = SystemAlert.Status
        return rows.filter(
            {
                status.WITHDRAWN: withdrawn,
                status.SCHEDULED: ~withdrawn & ahead,
                status.EXPIRED: ~withdrawn & ~ahead & over,
                status.LIVE: ~withdrawn & ~ahead & ~over,
            }[status(wanted)]
        )
