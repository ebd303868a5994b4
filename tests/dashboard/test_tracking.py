"""Every write marks every document that it changes, and few others."""

from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError, RestrictedError

from domain.models import Call, Callback, Customer, Plan, QueueEntry, SystemAlert, User
from realtime.models import Mark
from realtime.observing import observers
from realtime.scopes import Scope
from realtime.sections import registry
from tests import factories as make
from tests.dashboard.worlds import NOW, documents, every_scope, whole_world

pytestmark = pytest.mark.django_db

ADMINS = Scope("role", "admin")
# Identity and credentials: nothing shows them, or they never change.
UNCHANGING = {"id", "password", "last_login", "is_superuser", "event_key", "invoice_id", "provider_call_id"}


each_model = pytest.mark.parametrize(
    "model",
    [model for model in observers if model._meta.app_label == "domain"],
    ids=lambda model: model.__name__,
)


class _Undo(Exception):
    """Rolls a change back."""


def own(*people: User) -> set[Scope]:
    return {Scope("user", str(person.pk)) for person in people}


def team(of: User) -> set[Scope]:
    return {Scope("team", str(of.pk))}


def forget_marks() -> None:
    """Begin anew: marks are written once per transaction, unless one was rolled back."""
    Mark.objects.all().delete()
    with transaction.atomic():
        transaction.set_rollback(True)


def marked() -> set[tuple[Scope, str]]:
    return {(Scope.from_group(group), model) for group, model in Mark.objects.values_list("scope", "model")}


def scopes_marked() -> set[Scope]:
    return {scope for scope, _ in marked()}


def other_values(field: Any, value: Any) -> Iterator[Any]:
    """Values that the field might be changed to."""
    if field.null and value is not None:
        yield None
    if field.name == "timezone":
        yield "Pacific/Pago_Pago"
    elif field.name == "target_roles":
        yield ["user"]
    elif field.choices:
        yield from [choice for choice, _ in field.flatchoices if choice != value][:3]
    elif isinstance(field, models.BooleanField):
        yield not value
    elif isinstance(field, models.DateTimeField):
        for days in (-20, 20):
            yield (value or NOW) + timedelta(days=days)
    elif isinstance(field, models.TimeField):
        yield time(3, 30)
    elif isinstance(field, models.ForeignKey):
        yield from field.related_model.objects.exclude(pk=value).values_list("pk", flat=True)[:2]
    elif isinstance(field, models.IntegerField):
        yield (value or 0) + 1
    elif isinstance(field, models.DecimalField):
        yield value + Decimal("7.50")
    elif isinstance(field, models.CharField | models.TextField):
        yield f"x{value}"[: field.max_length]


def changes(model: type[models.Model]) -> Iterator[tuple[Any, str, Any]]:
    """The newest row, and the oldest where they differ in kind, with other values for each field."""
    pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    oldest = pks[:1] if model in (User, Call, Callback, QueueEntry) else []
    for pk in {*oldest, *pks[-1:]}:
        row = model._default_manager.get(pk=pk)
        for field in model._meta.concrete_fields:
            if field.name not in UNCHANGING and not field.primary_key:
                for value in other_values(field, getattr(row, field.attname)):
                    yield pk, field.attname, value


def missed(before: dict[Scope, Any]) -> set[tuple[Scope, str]]:
    """The keys of documents that changed without a mark that would have them computed anew."""
    marks = marked()
    assert {label for _, label in marks} <= {each._meta.label for each in observers}
    silent: set[tuple[Scope, str]] = set()
    for scope, document in documents(sorted(before.keys() | set(every_scope()))).items():
        old = before.get(scope, {})
        for key in {key for key in old.keys() | document.keys() if old.get(key) != document.get(key)}:
            reads = {
                read._meta.label
                for section in registry.sections
                if section.key == key and section.audience.kind == scope.kind
                for read in section.reads
            }
            if scope.kind != "role":
                reads.add(User._meta.label)  # whether there is a document, and of which audience
            if not any((scope, label) in marks for label in reads):
                silent.add((scope, key))
    return silent


@each_model
def test_whatever_changes_in_a_row_marks_every_document_that_shows_it(model: type[models.Model]) -> None:
    whole_world()
    forget_marks()
    before = documents()
    tried = 0
    for pk, column, value in changes(model):
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=pk).update(**{column: value})
                tried += 1
                assert missed(before) == set(), (pk, column, value)
                raise _Undo
        except (_Undo, IntegrityError):
            continue
    assert tried > 0


@each_model
def test_whatever_is_deleted_marks_every_document_that_showed_it(model: type[models.Model]) -> None:
    whole_world()
    forget_marks()
    before = documents()
    for row in model._default_manager.order_by("pk")[:3]:
        try:
            with transaction.atomic():
                row.delete()
                assert missed(before) == set(), row
                raise _Undo
        except (_Undo, ProtectedError, RestrictedError):
            continue


def test_a_new_row_of_every_kind_is_seen() -> None:
    worlds = whole_world()
    mine = worlds[0].tenant
    agent = worlds[0].agents[0]
    customer = mine.customers.first()
    creations = [
        lambda: make.TenantFactory(created_at=NOW),
        lambda: make.AgentFactory(owner=mine, created_at=NOW),
        lambda: make.SubscriptionFactory(user=mine, created_at=NOW),
        lambda: make.PaymentFactory(user=mine, created_at=NOW),
        lambda: make.AIAgentFactory(owner=mine),
        lambda: make.CustomerFactory(owner=mine, created_at=NOW),
        lambda: make.CallFactory(owner=mine, agent=agent, started_at=NOW, offered=True),
        lambda: make.QueueEntryFactory(owner=mine, since=NOW),
        lambda: make.CallbackFactory(owner=mine, customer=customer, assigned_agent=agent, due_at=NOW),
        lambda: make.SystemAlertFactory(starts_at=NOW),
        lambda: make.WebhookEventFactory(created_at=NOW),
    ]
    for create in creations:
        forget_marks()
        before = documents()
        create()
        assert documents() != before
        assert missed(before) == set()


# Who is concerned, and who is not: each mark costs a refresh.


def test_a_waiting_call_concerns_its_team_and_no_agents_own_document() -> None:
    agent = make.AgentFactory()
    forget_marks()
    make.QueueEntryFactory(owner=agent.owner)
    assert scopes_marked() == {ADMINS, *team(agent.owner), *own(agent.owner)}


def test_an_offered_call_concerns_the_agent_it_rings_at_and_not_the_others() -> None:
    agent = make.AgentFactory()
    make.AgentFactory(owner=agent.owner)
    entry = make.QueueEntryFactory(owner=agent.owner)
    forget_marks()
    entry.status, entry.assigned_agent, entry.assigned_at = QueueEntry.Status.ASSIGNED, agent, NOW
    entry.save()
    assert scopes_marked() == {ADMINS, *team(agent.owner), *own(agent)}


def test_a_returned_call_still_concerns_the_agent_it_was_taken_from() -> None:
    entry = make.QueueEntryFactory(status="assigned")
    agent = entry.assigned_agent
    forget_marks()
    entry.status, entry.assigned_agent, entry.assigned_at = QueueEntry.Status.WAITING, None, None
    entry.save()
    assert own(agent) <= scopes_marked()


def test_a_call_past_its_queue_does_not_concern_the_team() -> None:
    call = make.CallFactory(offered=True, agent=make.AgentFactory())
    forget_marks()
    Call.objects.filter(pk=call.pk).update(satisfaction=5)
    assert scopes_marked() == {ADMINS, *own(call.owner, call.agent)}


def test_a_call_that_changes_hands_concerns_both_agents() -> None:
    before = make.AgentFactory()
    after = make.AgentFactory(owner=before.owner)
    call = make.CallFactory(agent=before, status="in_progress")
    forget_marks()
    Call.objects.filter(pk=call.pk).update(agent=after)
    assert own(before, after) <= scopes_marked()


def test_a_tenants_zone_concerns_all_its_agents_and_nobody_elses() -> None:
    agent, colleague = (first := make.AgentFactory()), make.AgentFactory(owner=first.owner)
    make.AgentFactory()
    forget_marks()
    User.objects.filter(pk=agent.owner_id).update(timezone="Asia/Kolkata")
    assert scopes_marked() == {ADMINS, *team(agent.owner), *own(agent.owner, agent, colleague)}


def test_an_agents_name_concerns_the_tenant_who_reads_it_in_the_list_of_calls() -> None:
    agent = make.AgentFactory()
    forget_marks()
    User.objects.filter(pk=agent.pk).update(first_name="Renamed")
    assert scopes_marked() == {ADMINS, *own(agent, agent.owner)}


def test_a_plan_concerns_its_subscribers_and_not_those_of_other_plans() -> None:
    subscriber = make.SubscriptionFactory()
    make.SubscriptionFactory()
    forget_marks()
    Plan.objects.filter(pk=subscriber.plan_id).update(price=10)
    assert scopes_marked() == {ADMINS, *own(subscriber.user)}


def test_a_customers_name_concerns_the_team_and_the_agents_who_are_to_speak_to_it() -> None:
    customer = make.CustomerFactory()
    caller, answerer, bystander = (make.AgentFactory(owner=customer.owner) for _ in range(3))
    make.CallbackFactory(customer=customer, owner=customer.owner, assigned_agent=caller)
    make.CallbackFactory(
        customer=customer, owner=customer.owner, assigned_agent=bystander, status=Callback.Status.CANCELLED
    )
    make.CallFactory(customer=customer, status="ringing", offered=True, queue_entry__assigned_agent=answerer)
    forget_marks()
    Customer.objects.filter(pk=customer.pk).update(name="Renamed")
    assert scopes_marked() == {
        ADMINS,
        *team(customer.owner),
        *own(customer.owner, caller, answerer),
    }


def test_what_an_agent_is_doing_concerns_this_agent_alone() -> None:
    agent = make.AgentFactory()
    forget_marks()
    make.AgentStateFactory(agent=agent)
    assert scopes_marked() == own(agent)


def test_a_broadcast_concerns_every_role_before_and_after_its_roles_change() -> None:
    alert = make.SystemAlertFactory(target_roles=["admin"])
    forget_marks()
    SystemAlert.objects.filter(pk=alert.pk).update(target_roles=["user"])
    assert scopes_marked() == {Scope("role", role) for role in ("admin", "user", "agent")}


def test_an_agent_who_moves_to_another_tenant_concerns_both_tenants() -> None:
    agent = make.AgentFactory()
    before, after = agent.owner, make.TenantFactory()
    forget_marks()
    User.objects.filter(pk=agent.pk).update(owner=after)
    assert own(agent, before, after) <= scopes_marked()


def test_a_write_that_is_rolled_back_concerns_nobody() -> None:
    customer = make.CustomerFactory()
    forget_marks()
    with transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(name="Renamed")
        transaction.set_rollback(True)
    assert scopes_marked() == set()
