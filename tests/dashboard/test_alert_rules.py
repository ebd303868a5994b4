"""The alert rules: when each one speaks, what it says, and in which order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.alert_facts import (
    AdminFacts,
    AgentFacts,
    Alert,
    Severity,
    SilentProvider,
    SubscriptionFacts,
    Tally,
    UserFacts,
)
from dashboard.alert_rules import LOW_TRAINING, admin_alerts, agent_alerts, silent_providers, user_alerts
from domain.models.ai_agents import READY_TRAINING_LEVEL

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SINCE = NOW - timedelta(hours=1)
CALM = UserFacts(
    subscription=SubscriptionFacts(
        days_remaining=20, ends=False, on_trial=False, minutes_used=0, minutes_limit=1000
    ),
    training_level=80,
)


def names(alerts: list[Alert]) -> list[tuple[str, str]]:
    return [(alert.type.value, alert.id) for alert in alerts]


def with_subscription(
    *,
    days: int = 20,
    ends: bool = False,
    on_trial: bool = False,
    used: int = 0,
    limit: int | None = 1000,
) -> UserFacts:
    return replace(CALM, subscription=SubscriptionFacts(days, ends, on_trial, used, limit))


def test_nothing_wrong_means_no_alerts() -> None:
    assert admin_alerts(AdminFacts()) == []
    assert user_alerts(CALM) == []
    assert agent_alerts(AgentFacts()) == []


def test_an_admin_sees_everything_in_the_order_of_severity_and_table() -> None:
    facts = AdminFacts(
        failed_payments=Tally(2, SINCE),
        silent_providers=[SilentProvider("twilio", SINCE), SilentProvider("vapi", SINCE)],
        overdue_callbacks=Tally(3, SINCE),
        service_level_today=79.9,
        offered_today=10,
        past_due_subscriptions=Tally(1, SINCE),
        training_agents=2,
        active_agents=1,
    )
    assert names(admin_alerts(facts)) == [
        ("error", "failed_payments"),
        ("error", "provider_silent:twilio"),
        ("error", "provider_silent:vapi"),
        ("warning", "overdue_callbacks"),
        ("warning", "service_level"),
        ("warning", "past_due_subscriptions"),
        ("info", "agents_need_training"),
    ]


def test_an_alert_counts_says_since_when_and_leads_to_its_list() -> None:
    (alert,) = admin_alerts(AdminFacts(failed_payments=Tally(1200, SINCE)))
    assert alert == Alert(
        id="failed_payments",
        type=Severity.ERROR,
        title="Failed Payments",
        message="1,200 payments failed and have not been paid since.",
        action_text="View failed payments",
        action_url="/payments?status=failed",
        count=1200,
        since=SINCE,
    )


@pytest.mark.parametrize(
    ("level", "offered", "warned"),
    [
        (79.9, 10, True),
        (80.0, 10, False),  # on target
        (0.0, 9, False),  # too few to judge
        (None, 10, False),  # nothing to measure is not a bad level
        (0.0, 10, True),
    ],
)
def test_the_service_level_is_judged_from_ten_calls_on(
    level: float | None, offered: int, warned: bool
) -> None:
    facts = AdminFacts(service_level_today=level, offered_today=offered)
    assert bool(admin_alerts(facts)) is warned


def test_training_is_mentioned_only_when_more_train_than_work() -> None:
    assert admin_alerts(AdminFacts(training_agents=3, active_agents=3)) == []
    assert names(admin_alerts(AdminFacts(training_agents=1, active_agents=0))) == [
        ("info", "agents_need_training")
    ]


instants = st.timedeltas(timedelta(0), timedelta(days=2)).map(lambda passed: NOW + passed)


class TestSilentProviders:
    def test_a_provider_falls_silent_after_exactly_15_minutes(self) -> None:
        last = NOW - timedelta(minutes=15)
        assert silent_providers({"twilio": last}, ["twilio"], NOW) == (
            [SilentProvider("twilio", last)],
            last + timedelta(hours=24),
        )
        just_before = NOW - timedelta(microseconds=1)
        assert silent_providers({"twilio": last}, ["twilio"], just_before) == ([], NOW)

    def test_after_a_day_without_events_it_is_not_in_use(self) -> None:
        last = NOW - timedelta(hours=24)
        assert silent_providers({"vapi": last}, ["vapi"], NOW) == ([], None)

    def test_silence_without_live_calls_is_peace(self) -> None:
        assert silent_providers({"vapi": SINCE}, [], NOW) == ([], None)

    def test_a_provider_that_never_sent_anything_is_not_missed(self) -> None:
        assert silent_providers({"twilio": None}, ["twilio", "manual"], NOW) == ([], None)

    @given(last=instants, now=instants)
    def test_the_answer_holds_until_the_instant_it_names(self, last: datetime, now: datetime) -> None:
        answer, until = silent_providers({"vapi": last}, ["vapi"], now)
        if until is not None:
            assert until > now
            assert silent_providers({"vapi": last}, ["vapi"], until - timedelta(microseconds=1))[0] == answer
            assert silent_providers({"vapi": last}, ["vapi"], until)[0] != answer


def test_a_new_tenant_is_told_what_to_set_up() -> None:
    assert names(user_alerts(UserFacts())) == [("warning", "no_subscription"), ("info", "create_agent")]


def test_a_tenant_sees_everything_in_the_order_of_severity_and_table() -> None:
    facts = UserFacts(
        overdue_callbacks=Tally(1, SINCE),
        failed_payments=Tally(1, SINCE),
        subscription=SubscriptionFacts(3, ends=True, on_trial=True, minutes_used=80, minutes_limit=100),
        training_level=19,
    )
    assert names(user_alerts(facts)) == [
        ("error", "overdue_callbacks"),
        ("error", "failed_payments"),
        ("warning", "training_incomplete"),
        ("warning", "subscription_expiring"),
        ("warning", "call_minutes"),
    ]
    later = replace(
        facts,
        subscription=SubscriptionFacts(7, ends=True, on_trial=True, minutes_used=100, minutes_limit=100),
        training_level=None,
    )
    assert names(user_alerts(later)) == [
        ("error", "overdue_callbacks"),
        ("error", "failed_payments"),
        ("error", "call_minutes"),
        ("info", "subscription_expiring"),
        ("info", "create_agent"),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, [("warning", "subscription_expiring")]),
        (3, [("warning", "subscription_expiring")]),
        (4, [("info", "subscription_expiring")]),
        (7, [("info", "subscription_expiring")]),
        (8, []),
    ],
)
def test_a_subscription_that_ends_is_announced_a_week_before(
    days: int, expected: list[tuple[str, str]]
) -> None:
    assert names(user_alerts(with_subscription(days=days, ends=True))) == expected


@pytest.mark.parametrize("days", range(9))
def test_a_subscription_that_renews_is_never_called_expiring(days: int) -> None:
    """The original warned every subscriber."""
    assert user_alerts(with_subscription(days=days)) == []


@pytest.mark.parametrize(
    ("days", "on_trial", "message"),
    [
        (0, True, "Your trial ends today."),
        (1, True, "Your trial ends in 1 day."),
        (2, False, "Your subscription ends in 2 days."),
    ],
)
def test_the_end_is_named(days: int, on_trial: bool, message: str) -> None:
    (alert,) = user_alerts(with_subscription(days=days, ends=True, on_trial=on_trial))
    assert alert.message == message


@pytest.mark.parametrize(
    ("used", "limit", "expected"),
    [
        (799, 1000, []),
        (800, 1000, [("warning", "call_minutes")]),
        (999, 1000, [("warning", "call_minutes")]),
        (1000, 1000, [("error", "call_minutes")]),
        (10**9, None, []),  # unlimited
        (0, 0, []),  # a plan without minutes, not used
        (1, 0, [("error", "call_minutes")]),
    ],
)
def test_minutes_are_watched_from_80_percent_on(
    used: int, limit: int | None, expected: list[tuple[str, str]]
) -> None:
    assert names(user_alerts(with_subscription(used=used, limit=limit))) == expected


def test_training_is_incomplete_below_the_level_that_calls_need() -> None:
    assert LOW_TRAINING == READY_TRAINING_LEVEL
    assert user_alerts(replace(CALM, training_level=LOW_TRAINING)) == []
    assert names(user_alerts(replace(CALM, training_level=LOW_TRAINING - 1))) == [
        ("warning", "training_incomplete")
    ]


def test_an_agent_sees_late_promises_first() -> None:
    facts = AgentFacts(Tally(1, SINCE), Tally(2, SINCE), Tally(1, SINCE))
    alerts = agent_alerts(facts)
    assert names(alerts) == [
        ("error", "late_callbacks"),
        ("warning", "overdue_callbacks"),
        ("warning", "long_waits"),
    ]
    assert [alert.message for alert in alerts] == [
        "1 callback of yours is more than 15 minutes overdue.",
        "2 callbacks are overdue.",
        "1 caller in your queue has waited more than a minute.",
    ]


tallies = st.builds(Tally, st.integers(0, 3), st.just(SINCE))
subscriptions = st.none() | st.builds(
    SubscriptionFacts,
    st.integers(0, 10),
    st.booleans(),
    st.booleans(),
    st.integers(0, 12),
    st.none() | st.integers(0, 10),
)


@given(
    st.one_of(
        st.builds(
            lambda *facts: admin_alerts(AdminFacts(*facts)),
            tallies,
            st.just([SilentProvider("vapi", SINCE)]) | st.just([]),
            tallies,
            st.none() | st.floats(0, 100),
            st.integers(0, 20),
            tallies,
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        st.builds(
            lambda *facts: user_alerts(UserFacts(*facts)),
            tallies,
            tallies,
            subscriptions,
            st.none() | st.integers(0, 100),
        ),
        st.builds(lambda *facts: agent_alerts(AgentFacts(*facts)), tallies, tallies, tallies),
    )
)
def test_alerts_are_sorted_have_unique_ids_and_lead_somewhere(alerts: list[Alert]) -> None:
    ranks = [list(Severity).index(alert.type) for alert in alerts]
    assert ranks == sorted(ranks)
    assert len({alert.id for alert in alerts}) == len(alerts)
    for alert in alerts:
        assert alert.title
        assert alert.message
        assert alert.action_text
        assert alert.action_url.startswith("/")
