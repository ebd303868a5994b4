"""Rows for tests, each with a consistent world around it: owners fit, instants fit the status.

    CallFactory(status="ringing")              the instants follow from the status
    CallFactory(status="in_progress", agent=a) the owner is the agent's
    CallFactory(offered=True, …)               went through the queue, with the entry that fits
    QueueEntryFactory(status="assigned")       with a call that rings and an agent of the tenant
    AgentFactory(state="available")            with a profile and a present state

Everything goes straight to the tables; what a service would refuse is not refused here.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

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

PASSWORD = "correct horse battery staple"


class UserFactory(DjangoModelFactory):
    """A tenant, who can sign in with ``PASSWORD`` (or ``password=…``)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@example.com")
    first_name = Sequence(lambda n: f"First{n}")
    last_name = "Person"
    role = User.Role.USER
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, password: str, **fields: Any) -> User:
        return model_class.objects.create_user(*args, password=password, **fields)


class TenantFactory(UserFactory):
    """A tenant."""


class AdminFactory(UserFactory):
    """An admin of the platform."""

    role = User.Role.ADMIN
    is_superuser = True


class AgentFactory(UserFactory):
    """An agent of a tenant; ``state=None`` and ``profile=False`` leave these out."""

    role = User.Role.AGENT
    owner = SubFactory(TenantFactory)

    @factory.post_generation
    def profile(self: User, create: bool, extracted: bool | None, **fields: Any) -> None:
        if create and extracted is not False:
            AgentProfileFactory(user=self, **fields)

    @factory.post_generation
    def state(self: User, create: bool, extracted: str | None, **fields: Any) -> None:
        if create and extracted is not None:
            AgentStateFactory(agent=self, state=extracted, **fields)


class AgentProfileFactory(DjangoModelFactory):
    class Meta:
        model = AgentProfile

    user = SubFactory(AgentFactory, profile=False)
    employee_id = Sequence(lambda n: f"E{n:04}")


class AgentStateFactory(DjangoModelFactory):
    class Meta:
        model = AgentState

    agent = SubFactory(AgentFactory)
    state = AgentState.State.AVAILABLE
    since = LazyFunction(timezone.now)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    name = Plan.Name.PRO
    price = Decimal("49.00")
    call_minutes_limit = 1000
    agents_allowed = 12
    features = LazyFunction(lambda: ["Call recordings"])


class SubscriptionFactory(DjangoModelFactory):
    """Active, 10 days into a period of 30, with its first row of history unless ``changes=False``."""

    class Meta:
        model = Subscription
        skip_postgeneration_save = True

    user = SubFactory(TenantFactory)
    plan = SubFactory(PlanFactory)
    status = Subscription.Status.ACTIVE
    current_period_start = LazyFunction(lambda: timezone.now() - timedelta(days=10))
    current_period_end = LazyAttribute(lambda row: row.current_period_start + timedelta(days=30))
    created_at = SelfAttribute("current_period_start")

    @factory.post_generation
    def changes(self: Subscription, create: bool, extracted: bool | None, **_: Any) -> None:
        if create and extracted is not False:
            SubscriptionChangeFactory(subscription=self, to_status=self.status, at=self.created_at)


class SubscriptionChangeFactory(DjangoModelFactory):
    class Meta:
        model = SubscriptionChange

    subscription = SubFactory(SubscriptionFactory, changes=False)
    to_status = SelfAttribute("subscription.status")


class PaymentFactory(DjangoModelFactory):
    """Paid in full; other statuses bring what belongs to them."""

    class Meta:
        model = Payment

    user = SubFactory(TenantFactory)
    invoice_id = Sequence(lambda n: f"in_{n:06}")
    status = Payment.Status.PAID
    amount = Decimal("49.00")
    created_at = LazyFunction(timezone.now)
    description = "Pro, one month"

    @factory.lazy_attribute
    def refunded(self) -> Decimal:
        shares = {Payment.Status.REFUNDED: 1, Payment.Status.PARTIALLY_REFUNDED: Decimal("0.5")}
        return round(self.amount * shares.get(self.status, 0), 2)

    @factory.lazy_attribute
    def paid_at(self) -> Any:
        unpaid = {Payment.Status.PENDING, Payment.Status.FAILED, Payment.Status.CANCELED}
        return None if self.status in unpaid else self.created_at

    @factory.lazy_attribute
    def failed_at(self) -> Any:
        return self.created_at if self.status == Payment.Status.FAILED else None

    @factory.lazy_attribute
    def attempt_count(self) -> int:
        return 0 if self.status == Payment.Status.PENDING else 1


class AIAgentFactory(DjangoModelFactory):
    """Ready for calls."""

    class Meta:
        model = AIAgent

    owner = SubFactory(TenantFactory)
    name = Sequence(lambda n: f"Ada {n}")
    status = AIAgent.Status.ACTIVE
    training_level = 80


class CustomerFactory(DjangoModelFactory):
    class Meta:
        model = Customer

    owner = SubFactory(TenantFactory)
    phone = Sequence(lambda n: f"+1415{n:07}")
    name = Sequence(lambda n: f"Customer {n}")


def _owner(row: Any) -> User:
    """The tenant of whichever agent, AI agent or customer was given; else a new one."""
    for name in ("agent", "assigned_agent", "ai_agent", "customer"):
        if (given := getattr(row, name, None)) is not None:
            return given.owner
    return TenantFactory()


_ANSWERED = (Call.Status.IN_PROGRESS, Call.Status.FORWARDING, Call.Status.COMPLETED)


class CallFactory(DjangoModelFactory):
    """A completed call of a minute, without a queue; see the module for more."""

    class Meta:
        model = Call
        skip_postgeneration_save = True

    agent = None
    ai_agent = None
    customer = None
    owner = LazyAttribute(_owner)
    direction = Call.Direction.INBOUND
    provider = Call.Provider.TWILIO
    provider_call_id = Sequence(lambda n: f"CA{n:08}")
    phone_number = LazyAttribute(lambda row: row.customer.phone if row.customer else "+14155550199")
    status = Call.Status.COMPLETED
    started_at = LazyFunction(timezone.now)
    created_at = SelfAttribute("started_at")

    class Params:
        offered = factory.Trait(queued_at=SelfAttribute("started_at"))

    @factory.lazy_attribute
    def answered_at(self) -> Any:
        return self.started_at + timedelta(seconds=10) if self.status in _ANSWERED else None

    @factory.lazy_attribute
    def ended_at(self) -> Any:
        if self.status in Call.LIVE:
            return None
        if self.answered_at is None:
            return self.started_at + timedelta(seconds=30)
        return self.answered_at + timedelta(seconds=60)

    @factory.lazy_attribute
    def talk_s(self) -> int:
        talked = self.answered_at is not None and self.ended_at is not None
        return round((self.ended_at - self.answered_at).total_seconds()) if talked else 0

    @factory.lazy_attribute
    def ended_reason(self) -> str:
        reasons = {
            **dict(zip(Call.Status.values, Call.Status.values, strict=True)),
            Call.Status.COMPLETED: Call.EndedReason.HANGUP,
            Call.Status.CANCELED: (
                Call.EndedReason.ABANDONED
                if self.direction == Call.Direction.INBOUND
                else Call.EndedReason.CANCELED
            ),
        }
        return "" if self.status in Call.LIVE else reasons[self.status]

    @factory.post_generation
    def queue_entry(self: Call, create: bool, extracted: Any, **fields: Any) -> None:
        if create and self.queued_at is not None and extracted is not False:
            QueueEntryFactory(call=self, **{**_entry_fields(self), **fields})


def _entry_fields(call: Call) -> dict[str, Any]:
    """What the entry of a call looks like that went through the queue."""
    status = QueueEntry.Status
    if call.status == Call.Status.QUEUED:
        return {"status": status.WAITING}
    if call.status == Call.Status.RINGING:
        return {"status": status.ASSIGNED}
    if call.answered_at is not None:
        return {"status": status.COMPLETED, "left_at": call.answered_at, "assigned_agent": call.agent}
    callback = call.ended_reason == Call.EndedReason.CALLBACK
    return {"status": status.CALLBACK if callback else status.ABANDONED, "left_at": call.ended_at}


_CALL_OF_ENTRY = {
    QueueEntry.Status.WAITING: {"status": Call.Status.QUEUED},
    QueueEntry.Status.ASSIGNED: {"status": Call.Status.RINGING},
    QueueEntry.Status.COMPLETED: {"status": Call.Status.IN_PROGRESS},
    QueueEntry.Status.ABANDONED: {"status": Call.Status.CANCELED},
    QueueEntry.Status.CALLBACK: {
        "status": Call.Status.CANCELED,
        "ended_reason": Call.EndedReason.CALLBACK,
    },
}


class QueueEntryFactory(DjangoModelFactory):
    """A waiting call's entry (``owner``, ``since``); other statuses bring a call and an agent that fit."""

    class Meta:
        model = QueueEntry
        exclude = ("owner", "since")

    status = QueueEntry.Status.WAITING
    assigned_agent = None
    since = LazyFunction(timezone.now)
    owner = LazyAttribute(_owner)
    queued_at = SelfAttribute("call.queued_at")
    created_at = SelfAttribute("queued_at")

    @factory.lazy_attribute
    def call(self) -> Call:
        answered = self.status == QueueEntry.Status.COMPLETED
        return CallFactory(
            owner=self.owner,
            agent=self.assigned_agent if answered else None,
            queued_at=self.since,
            started_at=self.since,
            queue_entry=False,
            **_CALL_OF_ENTRY[QueueEntry.Status(self.status)],
        )

    @factory.lazy_attribute
    def left_at(self) -> Any:
        return None if self.status in QueueEntry.LIVE else self.call.answered_at or self.call.ended_at

    @factory.lazy_attribute
    def assigned_at(self) -> Any:
        return self.queued_at if self.assigned_agent else None

    @classmethod
    def _adjust_kwargs(cls, **fields: Any) -> dict[str, Any]:
        if fields["status"] == QueueEntry.Status.ASSIGNED and fields["assigned_agent"] is None:
            fields["assigned_agent"] = AgentFactory(owner=fields["call"].owner)
            fields["assigned_at"] = fields["queued_at"]
        return fields


class CallbackFactory(DjangoModelFactory):
    """Scheduled for an hour from now; other statuses bring the instants that belong to them."""

    class Meta:
        model = Callback

    assigned_agent = None
    owner = LazyAttribute(lambda row: row.assigned_agent.owner if row.assigned_agent else TenantFactory())
    customer = SubFactory(CustomerFactory, owner=SelfAttribute("..owner"))
    status = Callback.Status.SCHEDULED
    due_at = LazyFunction(lambda: timezone.now() + timedelta(hours=1))
    reason = "Asked for it"

    @factory.lazy_attribute
    def started_at(self) -> Any:
        begun = {Callback.Status.IN_PROGRESS, Callback.Status.COMPLETED}
        return self.due_at if self.status in begun else None

    @factory.lazy_attribute
    def completed_at(self) -> Any:
        return self.started_at + timedelta(minutes=5) if self.status == Callback.Status.COMPLETED else None


class CallbackReschedulingFactory(DjangoModelFactory):
    class Meta:
        model = CallbackRescheduling

    callback = SubFactory(CallbackFactory)
    from_due_at = LazyAttribute(lambda row: row.callback.due_at - timedelta(hours=1))
    to_due_at = SelfAttribute("callback.due_at")


class SystemAlertFactory(DjangoModelFactory):
    """Live, for everyone, until withdrawn."""

    class Meta:
        model = SystemAlert

    title = Sequence(lambda n: f"Maintenance {n}")
    message = "Calls may sound hollow for a while."
    target_roles = LazyFunction(lambda: list(User.Role.values))
    starts_at = LazyFunction(timezone.now)


class SystemAlertChangeFactory(DjangoModelFactory):
    """It was sent."""

    class Meta:
        model = SystemAlertChange

    alert = SubFactory(SystemAlertFactory)
    action = SystemAlertChange.Action.SENT


class WebhookEventFactory(DjangoModelFactory):
    class Meta:
        model = WebhookEvent

    provider = WebhookEvent.Provider.TWILIO
    event_key = Sequence(lambda n: f"event-{n}")
    payload = LazyFunction(dict)
    status = WebhookEvent.Status.APPLIED
