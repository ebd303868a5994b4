"""What the database itself refuses, whoever writes, and what the models promise of themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from domain.models import (
    AgentState,
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
from tests.factories import (
    AdminFactory,
    AgentFactory,
    AgentStateFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    CustomerFactory,
    PaymentFactory,
    QueueEntryFactory,
    SubscriptionFactory,
    SystemAlertFactory,
    TenantFactory,
    UserFactory,
    WebhookEventFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("make", "change"),
    [
        (TenantFactory, {"role": "agent"}),
        (TenantFactory, {"role": "root"}),
        (AgentFactory, {"role": "user"}),
        (AgentFactory, {"owner": None}),
        (TenantFactory, {"is_superuser": True}),
        (lambda: AgentStateFactory(since=NOON), {"until": NOON - HOUR}),
        (AgentStateFactory, {"state": "asleep"}),
        (SubscriptionFactory, {"status": "gone"}),
        (lambda: SubscriptionFactory(current_period_start=NOON), {"current_period_end": NOON - HOUR}),
        (PaymentFactory, {"refunded": 50}),
        (PaymentFactory, {"refunded": -1}),
        (PaymentFactory, {"amount": -1}),
        (PaymentFactory, {"paid_at": None}),
        (PaymentFactory, {"status": "failed"}),
        (lambda: PaymentFactory(status="pending"), {"status": "paid"}),
        (AIAgentFactory, {"training_level": 101}),
        (AIAgentFactory, {"status": "asleep"}),
        (CustomerFactory, {"interest": "boiling"}),
        (CallFactory, {"status": "in_progress"}),
        (CallFactory, {"status": "lost"}),
        (CallFactory, {"ended_at": None}),
        (CallFactory, {"answered_at": None}),
        (CallFactory, {"satisfaction": 6}),
        (CallFactory, {"satisfaction": 0}),
        (lambda: CallFactory(started_at=NOON), {"answered_at": NOON - HOUR}),
        (lambda: CallFactory(started_at=NOON), {"ended_at": NOON}),
        (lambda: CallFactory(status="busy", started_at=NOON), {"ended_at": NOON - HOUR}),
        (lambda: CallFactory(status="queued"), {"ended_at": NOON}),
        (lambda: CallFactory(status="ringing"), {"answered_at": NOON}),
        (lambda: CallFactory(direction="outbound"), {"queued_at": NOON}),
        (QueueEntryFactory, {"status": "assigned"}),
        (QueueEntryFactory, {"status": "completed"}),
        (QueueEntryFactory, {"status": "lost"}),
        (QueueEntryFactory, {"priority": 0}),
        (QueueEntryFactory, {"left_at": NOON}),
        (lambda: QueueEntryFactory(status="assigned"), {"status": "waiting"}),
        (lambda: QueueEntryFactory(status="abandoned", since=NOON), {"left_at": NOON - HOUR}),
        (CallbackFactory, {"status": "in_progress"}),
        (CallbackFactory, {"status": "completed"}),
        (CallbackFactory, {"started_at": NOON}),
        (CallbackFactory, {"priority": 6}),
        (lambda: CallbackFactory(status="completed", due_at=NOON), {"completed_at": NOON - HOUR}),
        (lambda: SystemAlertFactory(starts_at=NOON), {"expires_at": NOON}),
    ],
)
def test_the_database_refuses(make, change):
    row = make()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**change)


@pytest.mark.parametrize(
    ("make", "same"),
    [
        (UserFactory, {"email": "ada@example.com"}),
        (UserFactory, {"stripe_customer_id": "cus_1"}),
        (SubscriptionFactory, {"stripe_subscription_id": "sub_1"}),
        (PaymentFactory, {"invoice_id": "in_1"}),
        (AIAgentFactory, {"provider_agent_id": "asst_1"}),
        (CallFactory, {"provider": "vapi", "provider_call_id": "1"}),
        (WebhookEventFactory, {"provider": "stripe", "event_key": "evt_1"}),
    ],
)
def test_the_database_keeps_one_of_each(make, same):
    make(**same)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**same)


def test_an_agent_has_one_present_state():
    agent = AgentFactory(state="available")
    with pytest.raises(IntegrityError), transaction.atomic():
        AgentStateFactory(agent=agent, state="break")


def test_a_number_is_unique_within_a_tenant_only():
    customer = CustomerFactory()
    CustomerFactory(phone=customer.phone)
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerFactory(phone=customer.phone, owner=customer.owner)


class TestInstantOfAQueueEntry:
    """The entry's queued_at is the call's, whoever writes what."""

    def test_an_entry_with_another_instant_is_refused(self):
        call = CallFactory(offered=True, queue_entry=False)
        for instant in (call.queued_at + HOUR, call.queued_at - HOUR):
            with pytest.raises(IntegrityError), transaction.atomic():
                QueueEntry.objects.bulk_create([QueueEntry(call=call, queued_at=instant)])

    def test_a_call_that_never_queued_gets_no_entry(self):
        call = CallFactory()
        with pytest.raises(IntegrityError), transaction.atomic():
            QueueEntry.objects.create(call=call, queued_at=call.started_at)

    def test_neither_instant_moves_once_there_is_an_entry(self):
        entry = QueueEntryFactory()
        for rows in (QueueEntry.objects.all(), Call.objects.all()):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(queued_at=entry.queued_at + HOUR)
            rows.update(queued_at=entry.queued_at)

    def test_an_entry_does_not_move_to_a_call_of_another_instant(self):
        entry = QueueEntryFactory(since=NOON)
        other = CallFactory(started_at=NOON + HOUR, offered=True, queue_entry=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            QueueEntry.objects.filter(pk=entry.pk).update(call=other)


class TestEmail:
    def test_is_kept_in_lower_case_whoever_writes(self):
        user = User.objects.create_user("Ada@Example.COM")
        assert user.email == "ada@example.com"
        User.objects.filter(pk=user.pk).update(email="Grace@Example.com")
        user.refresh_from_db()
        assert user.email == "grace@example.com"
        User.objects.bulk_create([User(email="Bulk@Example.com")])
        assert User.objects.filter(email="bulk@example.com").exists()

    def test_is_found_in_whatever_case(self):
        user = UserFactory(email="ada@example.com")
        assert User.objects.get(email="ADA@example.com") == user
        assert User.objects.get_by_natural_key("Ada@Example.Com") == user
        assert User.objects.get(email__in=["ADA@EXAMPLE.COM"]) == user

    def test_is_needed(self):
        with pytest.raises(ValueError, match="email"):
            User.objects.create_user("")


class TestUser:
    def test_only_admins_are_staff(self):
        assert AdminFactory().is_staff
        assert not TenantFactory().is_staff
        assert not AgentFactory().is_staff

    def test_create_superuser(self):
        user = User.objects.create_superuser("root@example.com", "secret words")
        assert (user.role, user.is_superuser, user.is_verified) == ("admin", True, True)
        assert user.check_password("secret words")

    @pytest.mark.parametrize(
        ("names", "full_name"),
        [
            ({"first_name": "Ada", "last_name": "Lovelace", "user_name": "countess"}, "Ada Lovelace"),
            ({"first_name": "Ada"}, "Ada"),
            ({"user_name": "countess"}, "countess"),
            ({}, "ada@example.com"),
        ],
    )
    def test_full_name(self, names, full_name):
        assert User(email="ada@example.com", **names).full_name == full_name


def test_deleting_a_parent_never_rewrites_a_child():
    """A rewritten child sends no signal, so that dashboards would not notice."""
    for model in apps.get_app_config("domain").get_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey):
                assert field.remote_field.on_delete in (models.CASCADE, models.PROTECT, models.RESTRICT), (
                    field
                )


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        (Call, {"owner_id": 1, "started_at__gte": NOON}),
        (Call, {"agent_id": 1, "started_at__gte": NOON}),
        (Call, {"ended_at": None, "owner_id": 1, "status__in": ["queued"]}),
        (Payment, {"status": "paid", "paid_at__gte": NOON}),
        (Subscription, {"status": "active", "current_period_end__lt": NOON}),
        (Callback, {"status": "scheduled", "due_at__lt": NOON}),
        (QueueEntry, {"left_at": None, "status": "waiting"}),
        (AgentState, {"agent_id": 1, "until": None}),
        (Customer, {"owner_id": 1, "interest": "hot"}),
        (AIAgent, {"status": "active"}),
        (SystemAlert, {"withdrawn_at": None, "expires_at__lt": NOON}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "+".join(value),
)
def test_the_reads_of_the_dashboards_have_an_index(model, lookup):
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # an empty table is scanned otherwise
    plan = model.objects.filter(**lookup).explain()
    assert "index" in plan.lower(), plan
    assert "scan domain_" not in plan.lower(), plan
