"""``alerts``: the facts behind each rule come from the rows, and hold until the instant they name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import Call, Payment, Subscription, User
from tests.dashboard.computing import MICROSECOND, compute, value
from tests.factories import (
    AgentFactory,
    AIAgentFactory,
    CallbackFactory,
    CallFactory,
    PaymentFactory,
    PlanFactory,
    QueueEntryFactory,
    SubscriptionChangeFactory,
    SubscriptionFactory,
    TenantFactory,
    WebhookEventFactory,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 15, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def of_admins(now: datetime = NOW) -> list[dict[str, Any]]:
    return value("alerts", "admin role", "admin", now)


def of_tenant(tenant: User, now: datetime = NOW) -> list[dict[str, Any]]:
    return value("alerts", "tenants", tenant, now)


def of_agent(agent: User, now: datetime = NOW) -> list[dict[str, Any]]:
    return value("alerts", "agents", agent, now)


def names(alerts: list[dict[str, Any]]) -> list[tuple[str, str, int | None]]:
    return [(alert["type"], alert["id"], alert["count"]) for alert in alerts]


@pytest.fixture
def tenant() -> User:
    """A tenant with nothing to worry about: subscribed for 20 more days, and with an AI agent."""
    tenant = TenantFactory()
    SubscriptionFactory(user=tenant, current_period_start=NOW - 10 * DAY)
    AIAgentFactory(owner=tenant)
    return tenant


class TestAdmins:
    def test_an_empty_platform_is_calm(self) -> None:
        assert of_admins() == []

    def test_a_failed_payment_is_an_error_until_it_is_paid(self) -> None:
        payment = PaymentFactory(status=Payment.Status.FAILED, failed_at=NOW - DAY)
        PaymentFactory(status=Payment.Status.FAILED, failed_at=None, created_at=NOW)
        assert of_admins() == [
            {
                "id": "failed_payments",
                "type": "error",
                "title": "Failed Payments",
                "message": "2 payments failed and have not been paid since.",
                "count": 2,
                "since": "2026-03-03T15:00:00Z",
                "action_text": "View failed payments",
                "action_url": "/payments?status=failed",
            }
        ]
        Payment.objects.filter(pk=payment.pk).update(status=Payment.Status.PAID, paid_at=NOW)
        assert names(of_admins()) == [("error", "failed_payments", 1)]

    def test_a_provider_with_live_calls_that_fell_silent(self) -> None:
        WebhookEventFactory(provider="twilio", created_at=NOW)
        WebhookEventFactory(provider="vapi", created_at=NOW)
        live = CallFactory(provider="twilio", status="in_progress", started_at=NOW)
        silent_at = NOW + 15 * MINUTE
        assert of_admins() == []
        assert compute("alerts", "admin role", "admin", NOW).valid_until == silent_at
        (alert,) = of_admins(silent_at)
        assert (alert["id"], alert["since"]) == ("provider_silent:twilio", "2026-03-04T15:00:00Z")
        Call.objects.filter(pk=live.pk).update(status="completed", ended_at=NOW + MINUTE)
        assert of_admins(silent_at) == []

    def test_overdue_callbacks_of_all_tenants(self) -> None:
        CallbackFactory(due_at=NOW)
        CallbackFactory(due_at=NOW - DAY)
        assert names(of_admins(NOW)) == [("warning", "overdue_callbacks", 1)]
        assert names(of_admins(NOW + MICROSECOND)) == [("warning", "overdue_callbacks", 2)]

    def test_the_service_level_of_today_until_midnight(self, tenant: User) -> None:
        def offered(count: int, waited_s: int) -> None:
            for _ in range(count):
                CallFactory(
                    owner=tenant,
                    offered=True,
                    started_at=NOW - MINUTE,
                    answered_at=NOW - MINUTE + timedelta(seconds=waited_s),
                )

        offered(7, waited_s=20)
        offered(2, waited_s=21)
        assert of_admins() == []  # nine calls are too few to judge
        offered(1, waited_s=60)
        (alert,) = of_admins()
        assert alert["id"] == "service_level"
        assert alert["message"].startswith("70 % of today's callers")
        midnight = datetime(2026, 3, 5, tzinfo=UTC)
        assert compute("alerts", "admin role", "admin", NOW).valid_until == midnight
        assert of_admins(midnight) == []

    def test_past_due_subscriptions_since_the_first_became_so(self) -> None:
        for days_ago in (2, 3):
            subscription = SubscriptionFactory(status=Subscription.Status.PAST_DUE, changes=False)
            SubscriptionChangeFactory(subscription=subscription, at=NOW - days_ago * DAY)
        (alert,) = of_admins()
        assert (alert["id"], alert["count"], alert["since"]) == (
            "past_due_subscriptions",
            2,
            "2026-03-01T15:00:00Z",
        )

    def test_more_ai_agents_in_training_than_active(self) -> None:
        AIAgentFactory(status="training")
        assert names(of_admins()) == [("info", "agents_need_training", 1)]
        AIAgentFactory(status="active")
        assert of_admins() == []


class TestTenants:
    def test_a_tenant_in_order_is_left_alone(self, tenant: User) -> None:
        piece = compute("alerts", "tenants", tenant, NOW)
        assert (piece.value, piece.valid_until) == ([], None)

    def test_a_new_tenant_is_told_what_to_set_up(self) -> None:
        """The original answered 500."""
        assert names(of_tenant(TenantFactory())) == [
            ("warning", "no_subscription", None),
            ("info", "create_agent", None),
        ]

    def test_overdue_callbacks_and_failed_payments_are_errors(self, tenant: User) -> None:
        CallbackFactory(owner=tenant, due_at=NOW)
        PaymentFactory(user=tenant, status=Payment.Status.FAILED)
        assert names(of_tenant(tenant)) == [("error", "failed_payments", 1)]
        assert names(of_tenant(tenant, NOW + MICROSECOND)) == [
            ("error", "overdue_callbacks", 1),
            ("error", "failed_payments", 1),
        ]

    def test_only_a_subscription_that_ends_is_expiring(self, tenant: User) -> None:
        """The original warned every subscriber."""
        Subscription.objects.update(current_period_end=NOW + 8 * DAY)
        assert of_tenant(tenant, NOW + 6 * DAY) == []
        Subscription.objects.update(cancel_at_period_end=True)
        assert of_tenant(tenant) == []
        a_week_before = datetime(2026, 3, 5, tzinfo=UTC)
        assert compute("alerts", "tenants", tenant, NOW).valid_until == a_week_before
        assert names(of_tenant(tenant, a_week_before)) == [("info", "subscription_expiring", None)]
        assert names(of_tenant(tenant, datetime(2026, 3, 9, tzinfo=UTC))) == [
            ("warning", "subscription_expiring", None)
        ]

    def test_days_are_those_of_the_tenants_zone(self, tenant: User) -> None:
        User.objects.filter(pk=tenant.pk).update(timezone="Asia/Kathmandu")
        Subscription.objects.update(
            status="trialing", current_period_end=NOW + 4 * DAY
        )  # 8 March, 20:45 there
        midnight = datetime(2026, 3, 4, 18, 15, tzinfo=UTC)
        assert [alert["type"] for alert in of_tenant(tenant, midnight - MICROSECOND)] == ["info"]
        assert [alert["type"] for alert in of_tenant(tenant, midnight)] == ["warning"]
        assert of_tenant(tenant, midnight)[0]["message"] == "Your trial ends in 3 days."

    def test_minutes_run_out(self, tenant: User) -> None:
        Subscription.objects.update(plan=PlanFactory(call_minutes_limit=10))
        for talked, expected in ((7, []), (1, ["warning"]), (2, ["error"])):
            CallFactory(
                owner=tenant,
                started_at=NOW - DAY,
                answered_at=NOW - DAY,
                ended_at=NOW - DAY + MINUTE,
                talk_s=60 * talked,
            )
            assert [alert["type"] for alert in of_tenant(tenant)] == expected

    def test_an_ai_agent_that_is_not_trained_enough(self) -> None:
        tenant = SubscriptionFactory(current_period_start=NOW - DAY).user
        AIAgentFactory(owner=tenant, training_level=19)
        assert names(of_tenant(tenant)) == [("warning", "training_incomplete", None)]

    def test_another_tenants_troubles_change_nothing(self, tenant: User) -> None:
        CallbackFactory(due_at=NOW - DAY)
        PaymentFactory(status=Payment.Status.FAILED)
        SubscriptionFactory(status=Subscription.Status.PAST_DUE)
        assert of_tenant(tenant) == []


class TestAgents:
    def test_an_agent_without_work_or_profile_has_none(self) -> None:
        """The original answered 500 for every agent."""
        assert of_agent(AgentFactory(profile=False)) == []

    def test_an_overdue_callback_is_a_warning_and_after_15_minutes_an_error(self) -> None:
        agent = AgentFactory()
        CallbackFactory(assigned_agent=agent, due_at=NOW)
        assert of_agent(agent) == []
        assert compute("alerts", "agents", agent, NOW).valid_until == NOW + MICROSECOND
        assert names(of_agent(agent, NOW + MICROSECOND)) == [("warning", "overdue_callbacks", 1)]
        assert names(of_agent(agent, NOW + 15 * MINUTE)) == [("warning", "overdue_callbacks", 1)]
        late = NOW + 15 * MINUTE + MICROSECOND
        assert compute("alerts", "agents", agent, NOW + MINUTE).valid_until == late
        assert names(of_agent(agent, late)) == [("error", "late_callbacks", 1)]
        assert compute("alerts", "agents", agent, late).valid_until is None

    def test_a_late_callback_is_not_counted_twice(self) -> None:
        agent = AgentFactory()
        for minutes in (1, 2, 16):
            CallbackFactory(assigned_agent=agent, due_at=NOW - minutes * MINUTE)
        assert names(of_agent(agent)) == [("error", "late_callbacks", 1), ("warning", "overdue_callbacks", 2)]

    def test_a_caller_in_the_own_queue_waits_more_than_a_minute(self) -> None:
        agent = AgentFactory()
        QueueEntryFactory(status="assigned", assigned_agent=agent, since=NOW)
        QueueEntryFactory(status="assigned", assigned_agent=agent, since=NOW - timedelta(seconds=30))
        QueueEntryFactory(owner=agent.owner, since=NOW - DAY)  # waits for anybody
        assert of_agent(agent) == []
        first_long = NOW + timedelta(seconds=30) + MICROSECOND
        assert compute("alerts", "agents", agent, NOW).valid_until == first_long
        assert names(of_agent(agent, first_long)) == [("warning", "long_waits", 1)]
        (alert,) = of_agent(agent, NOW + MINUTE + MICROSECOND)
        assert (alert["count"], alert["since"]) == (2, "2026-03-04T14:59:30Z")

    def test_what_another_tenant_assigned_is_not_the_agents(self) -> None:
        agent = AgentFactory()
        CallbackFactory(owner=TenantFactory(), assigned_agent=agent, due_at=NOW - DAY)
        assert of_agent(agent) == []
