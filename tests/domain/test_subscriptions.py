"""Plans and subscriptions."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from domain.errors import Conflict, InvalidInput
from domain.models import Plan, Subscription
from domain.services import subscriptions
from tests.factories import AgentFactory, PlanFactory, SubscriptionFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class TestPlans:
    def test_are_made_and_changed(self):
        plan = subscriptions.create_plan(
            name="pro", price=Decimal(49), features=["Recordings"], currency="USD"
        )
        plan = subscriptions.change_plan_details(plan=plan, price=Decimal(59), call_minutes_limit=None)
        plan.refresh_from_db()
        assert (plan.name, plan.price, plan.interval, plan.features) == ("pro", 59, "month", ["Recordings"])

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", "gold"),
            ("price", Decimal(-1)),
            ("interval", "week"),
            ("features", "Recordings"),
            ("features", [1]),
            ("call_minutes_limit", -1),
            ("currency", "EUR"),
        ],
    )
    def test_refuse_what_cannot_be(self, field, value, refused):
        with refused(InvalidInput) as refusal:
            subscriptions.create_plan(**{"name": "pro", "price": Decimal(49), field: value})
        assert refusal.value.field == field

    def test_have_a_price_of_the_provider_of_their_own(self, refused):
        PlanFactory(stripe_price_id="price_1")
        with refused(Conflict):
            subscriptions.create_plan(name="pro", price=Decimal(49), stripe_price_id="price_1")

    def test_are_deleted_only_while_nobody_has_them(self, refused):
        subscriptions.delete_plan(plan=PlanFactory())
        assert not Plan.objects.exists()
        taken = SubscriptionFactory().plan
        with refused(Conflict):
            subscriptions.delete_plan(plan=taken)


@pytest.mark.parametrize(
    ("start", "interval", "end"),
    [
        (datetime(2026, 1, 15, tzinfo=UTC), "month", datetime(2026, 2, 15, tzinfo=UTC)),
        (datetime(2026, 1, 31, tzinfo=UTC), "month", datetime(2026, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 31, tzinfo=UTC), "month", datetime(2027, 1, 31, tzinfo=UTC)),
        (datetime(2024, 2, 29, tzinfo=UTC), "year", datetime(2025, 2, 28, tzinfo=UTC)),
    ],
)
def test_one_interval(start, interval, end):
    assert subscriptions.one_interval_after(start, interval) == end


class TestStarting:
    @pytest.mark.parametrize("status", ["incomplete", "trialing", "active"])
    def test_opens_a_period_and_a_history(self, status):
        tenant, plan = TenantFactory(), PlanFactory()
        row = subscriptions.start_subscription(user=tenant, plan=plan, status=status, at=NOON)
        row.refresh_from_db()
        assert (row.status, row.created_at) == (status, NOON)
        assert (row.current_period_start, row.current_period_end) == (NOON, NOON.replace(month=4))
        assert list(row.changes.values_list("from_status", "to_status", "at")) == [("", status, NOON)]

    @pytest.mark.parametrize("status", ["past_due", "canceled", "unpaid", "unheard_of"])
    def test_in_another_status_is_refused(self, status, refused):
        tenant, plan = TenantFactory(), PlanFactory()
        with refused(InvalidInput):
            subscriptions.start_subscription(user=tenant, plan=plan, status=status)

    @pytest.mark.parametrize("status", Subscription.Status.values)
    def test_a_second_one_waits_for_the_end_of_the_first(self, status, refused):
        first = SubscriptionFactory(status=status)
        if status in ("canceled", "incomplete_expired"):
            subscriptions.start_subscription(user=first.user, plan=first.plan)
        else:
            with refused(Conflict):
                subscriptions.start_subscription(user=first.user, plan=first.plan)

    def test_is_for_tenants(self, refused):
        agent, plan = AgentFactory(), PlanFactory()
        with refused(InvalidInput):
            subscriptions.start_subscription(user=agent, plan=plan)

    def test_a_period_runs_forwards(self, refused):
        tenant, plan = TenantFactory(), PlanFactory()
        with refused(InvalidInput):
            subscriptions.start_subscription(user=tenant, plan=plan, current_period_end=NOON - HOUR, at=NOON)


class TestGoingOn:
    def test_running_out_and_going_on_after_all(self):
        row = SubscriptionFactory()
        assert subscriptions.cancel_at_period_end(subscription=row).cancel_at_period_end
        assert not subscriptions.cancel_at_period_end(subscription=row, cancel=False).cancel_at_period_end

    def test_another_plan(self):
        other = PlanFactory(name="enterprise")
        assert subscriptions.change_plan(subscription=SubscriptionFactory(), plan=other).plan == other

    def test_renewal_begins_where_the_period_ends(self):
        row = SubscriptionFactory(current_period_start=NOON, current_period_end=NOON + 2 * HOUR)
        row = subscriptions.renew(subscription=row)
        assert row.current_period_start == NOON + 2 * HOUR
        assert row.current_period_end == (NOON + 2 * HOUR).replace(month=4)

    @pytest.mark.parametrize("status", ["canceled", "incomplete_expired"])
    def test_not_after_the_end(self, status, refused):
        row = SubscriptionFactory(status=status)
        for act in (
            lambda: subscriptions.cancel_at_period_end(subscription=row),
            lambda: subscriptions.change_plan(subscription=row, plan=row.plan),
            lambda: subscriptions.renew(subscription=row),
        ):
            with refused(Conflict):
                act()


class TestWhatTheProviderSays:
    @pytest.fixture
    def say(self):
        tenant, plan = TenantFactory(), PlanFactory()

        def say(status, at, **more):
            return subscriptions.record_provider_state(
                **{
                    "user": tenant,
                    "plan": plan,
                    "stripe_subscription_id": "sub_1",
                    "status": status,
                    "current_period_start": NOON,
                    "current_period_end": NOON + 720 * HOUR,
                    "at": at,
                    **more,
                }
            )

        return say

    def test_creates_and_follows(self, say):
        row, news = say("trialing", NOON)
        assert news
        assert say("active", NOON + HOUR, cancel_at_period_end=True) == (row, True)
        row.refresh_from_db()
        assert (row.status, row.cancel_at_period_end, row.last_event_at) == ("active", True, NOON + HOUR)
        history = list(row.changes.order_by("pk").values_list("from_status", "to_status", "at"))
        assert history == [("", "trialing", NOON), ("trialing", "active", NOON + HOUR)]

    def test_wins_over_the_table_when_events_were_lost(self, say):
        say("incomplete", NOON)
        row, news = say("unpaid", NOON + HOUR)
        assert (row.status, news) == ("unpaid", True)

    def test_late_changes_nothing(self, say, refused):
        say("active", NOON + HOUR)
        row, news = say("trialing", NOON)
        assert (row.status, row.last_event_at, news) == ("active", NOON + HOUR, False)
        assert row.changes.count() == 1

    def test_twice_is_one_change(self, say):
        say("active", NOON)
        row, _ = say("active", NOON)
        assert row.changes.count() == 1

    def test_after_the_end_changes_nothing(self, say):
        say("canceled", NOON)
        row, news = say("active", NOON + HOUR)
        assert (row.status, news) == ("canceled", False)

    def test_of_somebody_elses_subscription_is_refused(self, say, refused):
        say("active", NOON)
        stranger = TenantFactory()
        with refused(InvalidInput):
            say("active", NOON + HOUR, user=stranger)

    @pytest.mark.parametrize(
        "bad",
        [
            {"status": "unheard_of"},
            {"at": datetime(2026, 3, 2)},  # noqa: DTZ001 - that is what is refused
            {"current_period_end": NOON - HOUR},
        ],
    )
    def test_refuses_what_cannot_be(self, say, bad, refused):
        with refused(InvalidInput) as refusal:
            say(**{"status": "active", "at": NOON, **bad})
        assert refusal.value.field == next(iter(bad))
