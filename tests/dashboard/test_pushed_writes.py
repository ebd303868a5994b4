"""Every write of the domain reaches exactly the screens that it concerns, as the change that it is."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F

import domain.services
from domain.ingestion.intake import take_in
from domain.models import (
    AIAgent,
    Call,
    Callback,
    Customer,
    Payment,
    QueueEntry,
    Subscription,
    SystemAlert,
    User,
)
from domain.services import (
    agents,
    ai_agents,
    callbacks,
    calls,
    customers,
    payments,
    people,
    queue,
    subscriptions,
    system_alerts,
    webhooks,
)
from tests import factories as make
from tests.dashboard.pushing import run, watching

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN, TENANT, AGENT, COLLEAGUE = "admin", "tenant", "agent", "colleague"
STRANGERS = {"other tenant", "other agent"}


@dataclass
class Centre:
    """Two tenants, so that one can be seen to learn nothing of the other."""

    admin: User
    tenant: User
    agent: User
    colleague: User
    other_tenant: User
    other_agent: User
    customer: Customer
    ai_agent: AIAgent
    subscription: Subscription

    @property
    def viewers(self) -> dict[str, User]:
        return {
            ADMIN: self.admin,
            TENANT: self.tenant,
            AGENT: self.agent,
            COLLEAGUE: self.colleague,
            "other tenant": self.other_tenant,
            "other agent": self.other_agent,
        }

    def waiting(self, **fields: Any) -> Call:
        return queue.receive_call(owner=self.tenant, phone_number=self.customer.phone, **fields)

    def offered(self) -> Call:
        call = self.waiting()
        queue.offer_call(call=call, agent=self.agent)
        return call

    def answered(self) -> Call:
        call = self.offered()
        calls.answer_call(call=call, agent=self.agent)
        return call

    def scheduled(self) -> Callback:
        due = datetime.now(UTC) + timedelta(hours=3)
        return callbacks.schedule_callback(
            owner=self.tenant, customer=self.customer, due_at=due, assigned_agent=self.agent
        )

    def payment(self) -> Payment:
        return payments.create_payment(user=self.tenant, invoice_id="in_1", amount=Decimal("49.00"))

    def broadcast(self, *roles: str) -> SystemAlert:
        return system_alerts.create_system_alert(title="Maintenance", target_roles=list(roles))


def open_centre() -> Centre:
    admin, tenant, other_tenant = make.AdminFactory(), make.TenantFactory(), make.TenantFactory()
    agent, colleague = make.AgentFactory(owner=tenant), make.AgentFactory(owner=tenant)
    other_agent = make.AgentFactory(owner=other_tenant)
    for person in (agent, colleague, other_agent):
        if agents.current_state(person) != "available":
            agents.change_state(agent=person, state="available")
    return Centre(
        admin=admin,
        tenant=tenant,
        agent=agent,
        colleague=colleague,
        other_tenant=other_tenant,
        other_agent=other_agent,
        customer=make.CustomerFactory(owner=tenant),
        ai_agent=make.AIAgentFactory(owner=tenant),
        subscription=make.SubscriptionFactory(user=tenant),
    )


Write = Callable[[], object]
Case = Callable[[Centre], Write]
CASES: dict[str, tuple[set[str], Case]] = {}


def writes(name: str, *seen_by: str) -> Callable[[Case], Case]:
    """Register a case: it prepares and returns the write that ``seen_by`` see, and nobody else."""

    def register(case: Case) -> Case:
        assert name not in CASES
        CASES[name] = set(seen_by), case
        return case

    return register


def soon(**ahead: float) -> datetime:
    return datetime.now(UTC) + timedelta(**ahead)


# Calls and the queue.


@writes("queue.receive_call", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    return centre.waiting


@writes("queue.offer_call", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.waiting()
    return lambda: queue.offer_call(call=call, agent=centre.agent)


@writes("queue.return_call", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.offered()
    return lambda: queue.return_call(call=call)


@writes("queue.return_calls_of", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    centre.offered()
    return lambda: queue.return_calls_of(agent=centre.agent)


@writes("queue.change_priority", AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.waiting()
    return lambda: queue.change_priority(call=call, priority=1)


@writes("queue.request_callback", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.waiting()
    return lambda: queue.request_callback(call=call, due_at=soon(hours=2))


@writes("calls.place_call", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: calls.place_call(owner=centre.tenant, customer=centre.customer, ai_agent=centre.ai_agent)


@writes("calls.ring_call", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    call = calls.place_call(owner=centre.tenant, customer=centre.customer, ai_agent=centre.ai_agent)
    return lambda: calls.ring_call(call=call)


@writes("calls.answer_call", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.waiting()
    return lambda: calls.answer_call(call=call, agent=centre.agent)


@writes("calls.forward_call", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    call = centre.answered()
    return lambda: calls.forward_call(call=call)


@writes("calls.take_over", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = calls.forward_call(call=centre.answered())
    return lambda: calls.take_over(call=call, agent=centre.colleague)


@writes("calls.end_call", ADMIN, TENANT, AGENT)
def _(centre: Centre) -> Write:
    call = centre.answered()
    return lambda: calls.end_call(call=call, outcome="converted", satisfaction=5)


@writes("calls.describe_call", ADMIN, TENANT, AGENT)
def _(centre: Centre) -> Write:
    call = calls.end_call(call=centre.answered())
    return lambda: calls.describe_call(call=call, outcome="interested", satisfaction=4)


@writes("calls.miss_call", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    call = calls.place_call(owner=centre.tenant, customer=centre.customer, ai_agent=centre.ai_agent)
    calls.ring_call(call=call)
    return lambda: calls.miss_call(call=call, status="busy")


@writes("calls.abandon_call", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    call = centre.waiting()
    return lambda: calls.abandon_call(call=call)


@writes("agents.change_state", AGENT)
def _(centre: Centre) -> Write:
    return lambda: agents.change_state(agent=centre.agent, state="break")


# Callbacks and customers.


@writes("callbacks.schedule_callback", ADMIN, TENANT, AGENT)
def _(centre: Centre) -> Write:
    return centre.scheduled


@writes("callbacks.start_callback", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    callback = centre.scheduled()
    return lambda: callbacks.start_callback(callback=callback)


@writes("callbacks.complete_callback", ADMIN, TENANT, AGENT)
def _(centre: Centre) -> Write:
    callback = callbacks.start_callback(callback=centre.scheduled())
    return lambda: callbacks.complete_callback(callback=callback)


@writes("callbacks.cancel_callback", ADMIN, TENANT, AGENT)
def _(centre: Centre) -> Write:
    callback = centre.scheduled()
    return lambda: callbacks.cancel_callback(callback=callback)


@writes("callbacks.reschedule_callback", TENANT, AGENT)
def _(centre: Centre) -> Write:
    callback = centre.scheduled()
    # Within its hour, and so within its day, which is all of it that admins see.
    due_at = callback.due_at.replace(minute=(callback.due_at.minute + 30) % 60)
    return lambda: callbacks.reschedule_callback(callback=callback, due_at=due_at)


@writes("callbacks.assign_callback", AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    callback = centre.scheduled()
    return lambda: callbacks.assign_callback(callback=callback, agent=centre.colleague)


@writes("callbacks.change_priority", TENANT, AGENT)
def _(centre: Centre) -> Write:
    callback = centre.scheduled()
    return lambda: callbacks.change_priority(callback=callback, priority=1)


@writes("customers.create_customer", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: customers.create_customer(owner=centre.tenant, phone="+14155550777")


@writes("customers.known_customer", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: customers.known_customer(owner=centre.tenant, phone="+14155550778")


@writes("customers.change_customer", TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    centre.waiting()
    centre.scheduled()
    return lambda: customers.change_customer(customer=centre.customer, name="Renamed")


@writes("customers.delete_customer", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: customers.delete_customer(customer=centre.customer)


# Money.


@writes("payments.create_payment", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return centre.payment


@writes("payments.mark_paid", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    payment = centre.payment()
    return lambda: payments.mark_paid(payment=payment)


@writes("payments.mark_failed", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    payment = centre.payment()
    return lambda: payments.mark_failed(payment=payment)


@writes("payments.cancel_payment", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    payment = centre.payment()
    return lambda: payments.cancel_payment(payment=payment)


@writes("payments.refund", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    payment = payments.mark_paid(payment=centre.payment())
    return lambda: payments.refund(payment=payment, amount=Decimal("9.00"))


@writes("payments.record_refunded", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    payment = payments.mark_paid(payment=centre.payment())
    return lambda: payments.record_refunded(payment=payment, total=Decimal("49.00"))


@writes("subscriptions.create_plan")
def _(centre: Centre) -> Write:
    return lambda: subscriptions.create_plan(name="pro", price=Decimal("199.00"))


@writes("subscriptions.change_plan_details", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: subscriptions.change_plan_details(plan=centre.subscription.plan, price=Decimal("59.00"))


@writes("subscriptions.delete_plan")
def _(centre: Centre) -> Write:
    plan = subscriptions.create_plan(name="pro", price=Decimal("199.00"))
    return lambda: subscriptions.delete_plan(plan=plan)


@writes("subscriptions.start_subscription", ADMIN, "other tenant")
def _(centre: Centre) -> Write:
    plan = centre.subscription.plan
    return lambda: subscriptions.start_subscription(user=centre.other_tenant, plan=plan, status="trialing")


@writes("subscriptions.change_status", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: subscriptions.change_status(subscription=centre.subscription, status="past_due")


@writes("subscriptions.cancel_at_period_end", TENANT)
def _(centre: Centre) -> Write:
    return lambda: subscriptions.cancel_at_period_end(subscription=centre.subscription)


@writes("subscriptions.change_plan", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    plan = subscriptions.create_plan(name="enterprise", price=Decimal("899.00"), agents_allowed=100)
    return lambda: subscriptions.change_plan(subscription=centre.subscription, plan=plan)


@writes("subscriptions.renew", TENANT)
def _(centre: Centre) -> Write:
    return lambda: subscriptions.renew(subscription=centre.subscription)


@writes("subscriptions.record_provider_state", ADMIN, "other tenant")
def _(centre: Centre) -> Write:
    return lambda: subscriptions.record_provider_state(
        user=centre.other_tenant,
        plan=centre.subscription.plan,
        stripe_subscription_id="sub_1",
        status="active",
        current_period_start=soon(days=-1),
        current_period_end=soon(days=29),
        at=soon(),
    )


# AI agents and people.


@writes("ai_agents.create_ai_agent", ADMIN, "other tenant")
def _(centre: Centre) -> Write:
    return lambda: ai_agents.create_ai_agent(owner=centre.other_tenant, name="Nova")


@writes("ai_agents.change_ai_agent", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: ai_agents.change_ai_agent(ai_agent=centre.ai_agent, training_level=12)


@writes("ai_agents.change_status", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: ai_agents.change_status(ai_agent=centre.ai_agent, status="paused")


@writes("ai_agents.delete_ai_agent", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: ai_agents.delete_ai_agent(ai_agent=centre.ai_agent)


@writes("people.create_admin", ADMIN)
def _(centre: Centre) -> Write:
    return lambda: people.create_admin(email="root@example.com")


@writes("people.create_tenant", ADMIN)
def _(centre: Centre) -> Write:
    return lambda: people.create_tenant(email="shop@example.com")


@writes("people.create_agent", ADMIN)
def _(centre: Centre) -> Write:
    return lambda: people.create_agent(owner=centre.tenant, email="new@example.com", employee_id="A-9")


@writes("people.change_details", ADMIN, AGENT)
def _(centre: Centre) -> Write:
    return lambda: people.change_details(user=centre.agent, first_name="Renamed")


@writes("people.change_role", ADMIN, AGENT)
def _(centre: Centre) -> Write:
    return lambda: people.change_role(user=centre.agent, role="user")


@writes("people.change_password")
def _(centre: Centre) -> Write:
    centre.agent.set_password("a long enough one")
    centre.agent.save()
    return lambda: people.change_password(
        user=centre.agent, current="a long enough one", new="another, even longer one"
    )


@writes("people.disable_user", ADMIN)
def _(centre: Centre) -> Write:
    user = make.UserFactory()
    return lambda: people.disable_user(user=user)


@writes("people.enable_user", ADMIN)
def _(centre: Centre) -> Write:
    user = people.disable_user(user=make.UserFactory())
    return lambda: people.enable_user(user=user)


@writes("people.delete_user", ADMIN)
def _(centre: Centre) -> Write:
    user = make.UserFactory()
    return lambda: people.delete_user(user=user)


# Broadcasts and provider events.


@writes("system_alerts.create_system_alert", ADMIN, TENANT, "other tenant")
def _(centre: Centre) -> Write:
    return lambda: centre.broadcast("admin", "user")


@writes("system_alerts.change_system_alert", AGENT, COLLEAGUE, "other agent")
def _(centre: Centre) -> Write:
    alert = centre.broadcast("agent")
    return lambda: system_alerts.change_system_alert(alert=alert, title="Postponed")


@writes("system_alerts.withdraw_system_alert", TENANT, "other tenant")
def _(centre: Centre) -> Write:
    alert = centre.broadcast("user")
    return lambda: system_alerts.withdraw_system_alert(alert=alert)


@writes("webhooks.receive_event", ADMIN)
def _(centre: Centre) -> Write:
    return lambda: webhooks.receive_event(provider="stripe", event_key="evt_1", payload={})


@writes("webhooks.settle_event", ADMIN)
def _(centre: Centre) -> Write:
    event, _ = webhooks.receive_event(provider="stripe", event_key="evt_1", payload={})
    return lambda: webhooks.settle_event(event=event, status="failed", detail="no such customer")


# What providers report: the event itself is on the admins' screens, what it says on everybody's.


def reports(centre: Centre, type_: str, **fields: Any) -> Write:
    event = {"id": type_, "type": type_, "at": datetime.now(UTC).isoformat(), "call": "CA1", **fields}
    return lambda: take_in(provider="twilio", event_key=type_, payload=event)


@writes("ingestion: a call arrives", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    about = {"tenant": centre.tenant.pk, "direction": "inbound", "phone_number": centre.customer.phone}
    return reports(centre, "call.started", **about)


@writes("ingestion: a call is answered", ADMIN, TENANT, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    centre.waiting(provider="twilio", provider_call_id="CA1")
    return reports(centre, "call.answered", agent=centre.agent.pk)


@writes("ingestion: an event that fails", ADMIN)
def _(centre: Centre) -> Write:
    return reports(centre, "call.ended")


@writes("ingestion: an invoice is paid", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    people.change_details(user=centre.tenant, stripe_customer_id="cus_1")
    invoice = {"id": "in_1", "customer": "cus_1", "currency": "usd", "amount_due": 4900}
    created = round(datetime.now(UTC).timestamp())
    event = {"id": "evt_1", "type": "invoice.paid", "created": created, "data": {"object": invoice}}
    return lambda: take_in(provider="stripe", event_key="evt_1", payload=event)


# Writes past the services.


@writes("bulk: update", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    centre.payment()
    return lambda: Payment.objects.update(amount=F("amount") + 1, status="failed")


@writes("bulk: create", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: Customer.objects.bulk_create(
        Customer(owner=centre.tenant, phone=f"+1415555{n:04}") for n in range(20)
    )


@writes("bulk: bulk_update", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    def write() -> None:
        centre.customer.interest = "hot"
        Customer.objects.bulk_update([centre.customer], ["interest"])

    return write


@writes("bulk: delete", ADMIN, AGENT, COLLEAGUE)
def _(centre: Centre) -> Write:
    centre.waiting()
    return lambda: QueueEntry.objects.all().delete()


@writes("bulk: through a relation", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    return lambda: centre.tenant.customers.update(interest="warm")


@writes("reassign: both owners see it", TENANT, "other tenant")
def _(centre: Centre) -> Write:
    customer = make.CustomerFactory(owner=centre.tenant, interest="hot")

    def write() -> None:
        customer.owner = centre.other_tenant
        customer.save()

    return write


@writes("rolled back: nobody sees anything")
def _(centre: Centre) -> Write:
    def write() -> None:
        with transaction.atomic():
            centre.waiting()
            transaction.set_rollback(True)

    return write


@writes("savepoint rolled back: only what remains is seen", ADMIN, TENANT)
def _(centre: Centre) -> Write:
    def write() -> None:
        with transaction.atomic():
            with transaction.atomic():
                centre.waiting()
                transaction.set_rollback(True)
            customers.create_customer(owner=centre.tenant, phone="+14155550779")

    return write


@pytest.mark.parametrize("name", CASES)
async def test_a_write_is_seen_by_those_it_concerns_and_by_nobody_else(name: str) -> None:
    _, case = CASES[name]
    centre = await run(open_centre)
    write = await run(lambda: case(centre))
    async with watching(centre.viewers) as viewers:
        changes = await viewers.verify(write)
    assert set(changes) == CASES[name][0], {viewer: sorted(keys) for viewer, keys in changes.items()}


def test_every_service_that_writes_has_a_case() -> None:
    found = set()
    for module_info in pkgutil.iter_modules(domain.services.__path__):
        module = importlib.import_module(f"domain.services.{module_info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ != module.__name__ or name.startswith(("_", "check_")):
                continue
            if hasattr(function, "__wrapped__"):  # by transaction.atomic
                found.add(f"{module_info.name}.{name}")
    assert found <= set(CASES)
