"""The tables in Django's admin: what happened is read, what is decided goes through the services."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from domain.admin_base import HistoryInline, ReadOnlyAdmin, ServiceAdmin, changed, column, duration, money
from domain.admin_forms import SystemAlertForm, UserAddForm
from domain.errors import Conflict
from domain.ingestion.intake import settle
from domain.models import (
    AgentProfile,
    AgentState,
    AIAgent,
    Call,
    Callback,
    CallbackRescheduling,
    Customer,
    Payment,
    Plan,
    QueueEntry,
    Subscription,
    SubscriptionChange,
    SystemAlert,
    SystemAlertChange,
    User,
    WebhookEvent,
)
from domain.services import ai_agents, customers, people, subscriptions, system_alerts

admin.site.unregister(Group)  # roles say who may do what; nobody is in a group

if TYPE_CHECKING:
    _BaseUserAdmin = BaseUserAdmin[User]
else:  # generic for the type checker only
    _BaseUserAdmin = BaseUserAdmin


@admin.register(User)
class UserAdmin(ServiceAdmin, _BaseUserAdmin):
    """People. The role is given once; whoever is part of history is disabled, not deleted."""

    add_form = UserAddForm
    add_fieldsets = (
        (None, {"fields": ("email", "role", "usable_password", "password1", "password2")}),
        ("Agents only", {"fields": ("owner", "employee_id")}),
    )
    fieldsets = (
        (None, {"fields": ("email", "password", "role", "owner", "is_active", "is_verified")}),
        ("Person", {"fields": ("first_name", "last_name", "user_name", "phone", "avatar", "timezone")}),
        ("Billing", {"fields": ("stripe_customer_id",)}),
        ("Times", {"fields": ("created_at", "last_login")}),
    )
    readonly_fields = ("role", "owner", "is_active", "created_at", "last_login")
    list_display = ("email", "full_name", "role", "owner", "is_active", "is_verified", "created_at")
    list_filter = ("role", "is_active", "is_verified", "created_at")
    list_select_related = ("owner",)
    search_fields = ("email", "first_name", "last_name", "user_name", "phone")
    ordering = ("-created_at",)
    filter_horizontal = ()
    autocomplete_fields = ("owner",)
    actions = ("disable", "enable")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return self.readonly_fields if obj else ()

    def create_row(self, request: HttpRequest, form: Any) -> User:
        made: User = form.create()
        return made

    def change_row(self, request: HttpRequest, row: User, form: Any) -> None:
        people.change_details(user=row, **changed(form))

    @admin.action(description="Disable the selected accounts")
    def disable(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        def disable(user: User) -> None:
            if user == request.user:
                raise Conflict("You cannot disable your own account; another admin can.")
            people.disable_user(user=user)

        self.each(request, rows, disable, "disabled")

    @admin.action(description="Enable the selected accounts")
    def enable(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.each(request, rows, lambda user: people.enable_user(user=user), "enabled")


@admin.register(AgentProfile)
class AgentProfileAdmin(ReadOnlyAdmin):
    list_display = ("employee_id", "user", "created_at")
    list_select_related = ("user",)
    search_fields = ("employee_id", "user__email")


@admin.register(AgentState)
class AgentStateAdmin(ReadOnlyAdmin):
    list_display = ("agent", "state", "since", "until")
    list_filter = ("state", "since")
    list_select_related = ("agent",)
    search_fields = ("agent__email",)
    ordering = ("-pk",)


@admin.register(Plan)
class PlanAdmin(ServiceAdmin):
    list_display = (
        *("name", column("price", money), "interval"),
        *("call_minutes_limit", "call_limit", "agents_allowed"),
    )
    list_filter = ("name", "interval")
    search_fields = ("name", "stripe_price_id")

    def create_row(self, request: HttpRequest, form: Any) -> Plan:
        return subscriptions.create_plan(**form.cleaned_data)

    def change_row(self, request: HttpRequest, row: Plan, form: Any) -> None:
        subscriptions.change_plan_details(plan=row, **changed(form))


class SubscriptionChangeInline(HistoryInline):
    model = SubscriptionChange


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    list_display = ("user", "plan", "status", "current_period_end", "cancel_at_period_end", "created_at")
    list_filter = ("status", "plan__name", "cancel_at_period_end", "current_period_end")
    list_select_related = ("user", "plan")
    search_fields = ("user__email", "stripe_subscription_id")
    inlines = (SubscriptionChangeInline,)


@admin.register(SubscriptionChange)
class SubscriptionChangeAdmin(ReadOnlyAdmin):
    list_display = ("subscription", "from_status", "to_status", "at")
    list_filter = ("to_status", "at")
    list_select_related = ("subscription__user", "subscription__plan")
    search_fields = ("subscription__user__email",)


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    list_display = (
        *("invoice_id", "user", "status", column("amount", money), column("refunded", money)),
        *("attempt_count", "paid_at", "failed_at"),
    )
    list_filter = ("status", "paid_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("invoice_id", "user__email", "description")


@admin.register(AIAgent)
class AIAgentAdmin(ServiceAdmin):
    list_display = ("name", "owner", "status", "training_level", "ready", "created_at")
    list_filter = ("status", "personality_type")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email", "provider_agent_id")
    autocomplete_fields = ("owner",)

    def get_readonly_fields(self, request: HttpRequest, obj: AIAgent | None = None) -> tuple[str, ...]:
        return ("owner", "status") if obj else ("status",)

    def create_row(self, request: HttpRequest, form: Any) -> AIAgent:
        return ai_agents.create_ai_agent(**form.cleaned_data)

    def change_row(self, request: HttpRequest, row: AIAgent, form: Any) -> None:
        ai_agents.change_ai_agent(ai_agent=row, **changed(form))

    @admin.display(boolean=True, description="ready for calls")
    def ready(self, row: AIAgent) -> bool:
        return row.is_ready_for_calls


@admin.register(Customer)
class CustomerAdmin(ServiceAdmin):
    list_display = ("phone", "name", "owner", "interest", "is_do_not_call", "created_at")
    list_filter = ("interest", "is_do_not_call", "created_at")
    list_select_related = ("owner",)
    search_fields = ("phone", "name", "owner__email")
    autocomplete_fields = ("owner",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Customer | None = None) -> tuple[str, ...]:
        return ("owner",) if obj else ()

    def create_row(self, request: HttpRequest, form: Any) -> Customer:
        return customers.create_customer(**form.cleaned_data)

    def change_row(self, request: HttpRequest, row: Customer, form: Any) -> None:
        customers.change_customer(customer=row, **changed(form))


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    list_display = (
        *("id", "owner", "direction", "phone_number", "status", "outcome", "agent", "ai_agent"),
        *("started_at", column("talk_s", duration, "talk time"), "satisfaction"),
    )
    list_filter = ("direction", "status", "outcome", "provider", "started_at")
    list_select_related = ("owner", "agent", "ai_agent")
    search_fields = ("phone_number", "provider_call_id", "owner__email", "agent__email")
    ordering = ("-started_at",)


@admin.register(QueueEntry)
class QueueEntryAdmin(ReadOnlyAdmin):
    list_display = ("call", "status", "priority", "queued_at", "assigned_agent", "left_at", "waited")
    list_filter = ("status", "priority", "queued_at")
    list_select_related = ("call", "assigned_agent")
    search_fields = ("call__phone_number", "call__owner__email", "assigned_agent__email")
    ordering = ("-pk",)

    @admin.display(description="waited")
    def waited(self, row: QueueEntry) -> str:
        until: datetime = row.left_at or timezone.now()
        return duration(round((until - row.queued_at).total_seconds()))


class CallbackReschedulingInline(HistoryInline):
    model = CallbackRescheduling


@admin.register(Callback)
class CallbackAdmin(ReadOnlyAdmin):
    list_display = ("customer", "owner", "status", "due_at", "priority", "assigned_agent", "completed_at")
    list_filter = ("status", "priority", "due_at")
    list_select_related = ("customer", "owner", "assigned_agent")
    search_fields = ("customer__name", "customer__phone", "owner__email", "assigned_agent__email")
    inlines = (CallbackReschedulingInline,)


@admin.register(CallbackRescheduling)
class CallbackReschedulingAdmin(ReadOnlyAdmin):
    list_display = ("callback", "from_due_at", "to_due_at", "at", "reason")
    list_filter = ("at",)
    list_select_related = ("callback__customer",)
    search_fields = ("callback__customer__phone", "reason")


class SystemAlertChangeInline(HistoryInline):
    model = SystemAlertChange
    fields = ("action", "at", "by", "values")


@admin.register(SystemAlertChange)
class SystemAlertChangeAdmin(ReadOnlyAdmin):
    """Who announced what: on record, whatever became of the announcement."""

    list_display = ("alert", "action", "at", "by")
    list_filter = ("action", "at")
    list_select_related = ("alert", "by")
    search_fields = ("alert__title", "by__email")
    ordering = ("-pk",)


@admin.register(SystemAlert)
class SystemAlertAdmin(ServiceAdmin):
    """Announcements; they are withdrawn, not deleted."""

    form = SystemAlertForm
    list_display = ("title", "severity", "status", "roles", "starts_at", "expires_at", "created_by")
    list_filter = ("severity", "starts_at", "expires_at")
    list_select_related = ("created_by",)
    search_fields = ("title", "message")
    ordering = ("-starts_at",)
    actions = ("withdraw",)
    inlines = (SystemAlertChangeInline,)

    def get_inlines(self, request: HttpRequest, obj: SystemAlert | None) -> Any:
        return self.inlines if obj else ()  # a new one has no history

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def create_row(self, request: HttpRequest, form: Any) -> SystemAlert:
        assert isinstance(request.user, User)
        return system_alerts.create_system_alert(created_by=request.user, **form.details())

    def change_row(self, request: HttpRequest, row: SystemAlert, form: Any) -> None:
        assert isinstance(request.user, User)
        system_alerts.change_system_alert(alert=row, by=request.user, **form.details())

    @admin.display(description="status")
    def status(self, row: SystemAlert) -> str:
        return row.status_at(timezone.now()).label

    @admin.display(description="for")
    def roles(self, row: SystemAlert) -> str:
        return ", ".join(row.target_roles)

    @admin.action(description="Withdraw the selected announcements")
    def withdraw(self, request: HttpRequest, rows: QuerySet[SystemAlert]) -> None:
        who = request.user
        assert isinstance(who, User)
        self.each(
            request, rows, lambda row: system_alerts.withdraw_system_alert(alert=row, by=who), "withdrawn"
        )


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    """What providers reported; a failed event can be tried again once its cause is gone."""

    list_display = ("provider", "event_key", "status", "kind", "created_at", "processed_at", "detail")
    list_filter = ("provider", "status", "created_at")
    search_fields = ("event_key", "detail")
    ordering = ("-pk",)
    actions = ("try_again",)

    @admin.display(description="type")
    def kind(self, row: WebhookEvent) -> str:
        return str(row.payload.get("type", "")) if isinstance(row.payload, dict) else ""

    @admin.action(description="Try the selected failed events again")
    def try_again(self, request: HttpRequest, rows: QuerySet[WebhookEvent]) -> None:
        self.each(request, rows, _applied_or_refused, "applied")


def _applied_or_refused(event: WebhookEvent) -> None:
    """Raises Conflict unless the event is applied now."""
    receipt = settle(event, repeated=False)
    if receipt.repeated:
        raise Conflict("It was settled before.")
    if receipt.event.status != WebhookEvent.Status.APPLIED:
        raise Conflict(receipt.event.detail)
