"""``call_statistics``: worked examples for the platform and for a tenant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.models import Call, User
from tests.dashboard.computing import compute, compute_all, value
from tests.factories import AgentFactory, AIAgentFactory, CallFactory, QueueEntryFactory, TenantFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)  # a Wednesday
MICROSECOND = timedelta(microseconds=1)
NOTHING = {"today": None, "week": None, "month": None, "all": None}


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def of_tenant(tenant: User, now: datetime = NOW) -> Any:
    return value("call_statistics", "tenants", tenant, now)


def of_platform(now: datetime = NOW) -> Any:
    return value("call_statistics", "admin role", "admin", now)


def offered(tenant: User, queued_at: datetime, waited: float, **fields: Any) -> Call:
    """An answered call from the queue."""
    return CallFactory(
        owner=tenant,
        agent=AgentFactory(owner=tenant),
        offered=True,
        started_at=queued_at,
        answered_at=queued_at + timedelta(seconds=waited),
        **fields,
    )


def abandoned(tenant: User, queued_at: datetime, after: float, **fields: Any) -> Call:
    return CallFactory(
        owner=tenant,
        status="canceled",
        offered=True,
        started_at=queued_at,
        ended_at=queued_at + timedelta(seconds=after),
        **fields,
    )


def test_a_tenant_without_calls_has_zeros_and_no_rates() -> None:
    found = of_tenant(TenantFactory())
    assert found == {
        "total_calls": 0,
        "inbound_calls": 0,
        "outbound_calls": 0,
        "calls_today": 0,
        "calls_this_week": 0,
        "calls_this_month": 0,
        "successful_calls": 0,
        "converted_calls": 0,
        "success_rate": None,
        "conversion_rate": None,
        "call_breakdown": {"inbound_percentage": None, "outbound_percentage": None},
        "hourly": [0] * 24,
        "service_level": NOTHING,
        "asa_seconds": NOTHING,
        "aht_seconds": NOTHING,
        "abandonment_rate": NOTHING,
        "recent_calls": [],
    }


def test_the_windows_are_the_tenants_own_days() -> None:
    # Kathmandu is 5:45 ahead: its 20 May began on 19 May at 18:15 UTC.
    tenant = TenantFactory(timezone="Asia/Kathmandu")
    midnight = datetime(2026, 5, 19, 18, 15, tzinfo=UTC)
    for started_at in (
        midnight,
        midnight - MICROSECOND,
        midnight - timedelta(days=6),
        midnight - timedelta(days=6) - MICROSECOND,
        datetime(2026, 4, 30, 18, 15, tzinfo=UTC),
        datetime(2026, 4, 30, 18, 15, tzinfo=UTC) - MICROSECOND,
    ):
        CallFactory(owner=tenant, started_at=started_at)
    found = of_tenant(tenant)
    assert (
        found["calls_today"],
        found["calls_this_week"],
        found["calls_this_month"],
        found["total_calls"],
    ) == (
        1,
        3,
        5,
        6,
    )


def test_at_the_tenants_midnight_today_begins_anew() -> None:
    tenant = TenantFactory(timezone="Asia/Kathmandu")
    CallFactory(owner=tenant, started_at=NOW)
    midnight = datetime(2026, 5, 20, 18, 15, tzinfo=UTC)
    assert compute("call_statistics", "tenants", tenant, NOW).valid_until == midnight
    assert of_tenant(tenant)["calls_today"] == 1
    assert of_tenant(tenant, midnight)["calls_today"] == 0
    assert of_tenant(tenant, midnight)["calls_this_week"] == 1


def test_success_and_conversion_are_shares_of_the_answered_calls() -> None:
    tenant = TenantFactory()
    for outcome in ("interested", "callback_requested", "converted", "not_interested", "voicemail", ""):
        CallFactory(owner=tenant, outcome=outcome, direction="outbound")
    for status in ("busy", "no_answer", "failed"):
        CallFactory(owner=tenant, status=status, direction="outbound")
    CallFactory(owner=tenant, status="ringing")
    found = of_tenant(tenant)
    # Five were answered: voicemail is nobody, and a completed call may have no outcome.
    assert (found["successful_calls"], found["success_rate"]) == (3, 60.0)
    assert (found["converted_calls"], found["conversion_rate"]) == (1, 20.0)
    assert (found["total_calls"], found["inbound_calls"], found["outbound_calls"]) == (10, 1, 9)
    assert found["call_breakdown"] == {"inbound_percentage": 10.0, "outbound_percentage": 90.0}


def test_service_level_counts_answers_within_20_seconds_and_leaves_out_short_abandons() -> None:
    tenant = TenantFactory()
    today = ago(hours=2)
    offered(tenant, today, waited=0)
    offered(tenant, today, waited=20)
    offered(tenant, today, waited=20.000001)
    offered(tenant, today, waited=21, outcome="voicemail")
    abandoned(tenant, today, after=4.999999)
    abandoned(tenant, today, after=5)
    CallFactory(owner=tenant, started_at=today)  # not offered
    found = of_tenant(tenant)
    # Two in time, of three answered and one abandoned after at least 5 s.
    assert found["service_level"]["today"] == 50.0
    # Two abandoned of six offered.
    assert found["abandonment_rate"]["today"] == 33.3
    assert found["asa_seconds"]["today"] == 13.3


def test_who_asks_for_a_callback_has_not_abandoned() -> None:
    tenant = TenantFactory()
    abandoned(tenant, ago(hours=1), after=60, ended_reason="callback")
    offered(tenant, ago(hours=1), waited=5)
    found = of_tenant(tenant)
    assert found["abandonment_rate"]["today"] == 0.0
    assert found["service_level"]["today"] == 100.0


def test_a_line_that_failed_in_the_queue_is_abandoned() -> None:
    tenant = TenantFactory()
    CallFactory(owner=tenant, status="failed", offered=True, started_at=ago(hours=1))
    assert of_tenant(tenant)["abandonment_rate"]["today"] == 100.0


def test_a_waiting_call_is_offered_and_neither_answered_nor_abandoned() -> None:
    tenant = TenantFactory()
    QueueEntryFactory(owner=tenant, since=ago(minutes=1))
    found = of_tenant(tenant)
    assert found["abandonment_rate"]["today"] == 0.0
    assert found["service_level"]["today"] is None


def test_handling_time_is_talk_hold_and_after_call_work_dated_by_the_end() -> None:
    tenant = TenantFactory()
    # Began before midnight, ended after it.
    CallFactory(
        owner=tenant,
        started_at=datetime(2026, 5, 19, 23, 50, tzinfo=UTC),
        ended_at=datetime(2026, 5, 20, 0, 10, tzinfo=UTC),
        talk_s=100,
        hold_s=20,
        acw_s=30,
    )
    CallFactory(owner=tenant, started_at=ago(days=2), talk_s=50, hold_s=0, acw_s=0)
    CallFactory(owner=tenant, started_at=ago(hours=1), outcome="voicemail", talk_s=999)
    found = of_tenant(tenant)
    assert found["calls_today"] == 1  # the voicemail
    assert found["aht_seconds"] == {"today": 150.0, "week": 100.0, "month": 100.0, "all": 100.0}


def test_the_hours_are_wall_clock_hours_and_a_repeated_one_adds_up() -> None:
    # Berlin, 25 October 2026: 2:00–3:00 comes twice.
    tenant = TenantFactory(timezone="Europe/Berlin")
    for started_at in (
        datetime(2026, 10, 24, 21, 59, tzinfo=UTC),  # yesterday, 23:59
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
    ):
        CallFactory(owner=tenant, started_at=started_at)
    hourly = of_tenant(tenant, datetime(2026, 10, 25, 12, tzinfo=UTC))["hourly"]
    assert {hour: count for hour, count in enumerate(hourly) if count} == {0: 1, 2: 2, 3: 1}
    assert len(hourly) == 24


def test_the_hours_of_a_quarter_hour_zone() -> None:
    tenant = TenantFactory(timezone="Asia/Kathmandu")
    for minute in (14, 15):  # 9:59 and 10:00 there
        CallFactory(owner=tenant, started_at=datetime(2026, 5, 20, 4, minute, tzinfo=UTC))
    hourly = of_tenant(tenant)["hourly"]
    assert {hour: count for hour, count in enumerate(hourly) if count} == {9: 1, 10: 1}


def test_recent_calls_are_the_five_newest_and_ties_go_by_id() -> None:
    tenant = TenantFactory()
    calls = [
        CallFactory(owner=tenant, started_at=ago(minutes=minutes)) for minutes in (50, 40, 30, 20, 20, 10)
    ]
    found = of_tenant(tenant)["recent_calls"]
    assert [item["id"] for item in found] == [calls[n].pk for n in (5, 4, 3, 2, 1)]


def test_a_recent_call_says_how_long_it_took_or_since_when_it_is_talked_on() -> None:
    tenant = TenantFactory()
    CallFactory(
        owner=tenant,
        started_at=datetime(2026, 5, 20, 15, 0, tzinfo=UTC),
        talk_s=60,
        hold_s=5,
        outcome="interested",
        notes="n" * 300,
        phone_number="+14155550123",
    )
    CallFactory(owner=tenant, status="in_progress", started_at=datetime(2026, 5, 20, 15, 10, tzinfo=UTC))
    live, over = of_tenant(tenant)["recent_calls"]
    assert over == {
        "id": over["id"],
        "phone_number": "+14155550123",
        "call_type": "inbound",
        "status": "completed",
        "outcome": "interested",
        "duration": 65,
        "started_at": "2026-05-20T15:00:00Z",
        "answered_at": "2026-05-20T15:00:10Z",
        "notes": "n" * 200,
    }
    assert (live["status"], live["outcome"], live["duration"]) == ("in_progress", None, None)
    assert live["answered_at"] == "2026-05-20T15:10:10Z"


def test_another_tenants_calls_do_not_count() -> None:
    tenant = TenantFactory()
    before = of_tenant(tenant)
    offered(TenantFactory(), ago(hours=1), waited=3)
    assert of_tenant(tenant) == before


def test_tenants_of_different_zones_are_computed_together_as_alone() -> None:
    zones = ["Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "UTC"]
    tenants = [TenantFactory(timezone=zone) for zone in zones]
    for tenant in tenants:
        for hours in range(0, 60, 3):
            offered(tenant, ago(hours=hours), waited=hours)
    together = compute_all("call_statistics", "tenants", tenants, NOW)
    assert [piece.value for piece in together] == [of_tenant(tenant) for tenant in tenants]


# The platform.


def test_an_empty_platform_has_zeros_and_every_name() -> None:
    found = of_platform()
    assert found["total_calls"] == found["active_calls"] == found["queued_calls"] == 0
    assert found["calls_by_type"] == [
        {"call_type": "inbound", "count": 0},
        {"call_type": "outbound", "count": 0},
    ]
    assert [item["status"] for item in found["calls_by_status"]] == Call.Status.values
    assert [item["outcome"] for item in found["calls_by_outcome"]] == Call.Outcome.values
    assert found["service_level"] == NOTHING
    assert found["oldest_waiting_since"] is None


def test_the_platform_counts_the_calls_of_all_tenants_by_direction_status_and_outcome() -> None:
    for status in ("in_progress", "forwarding", "queued", "completed", "completed", "busy"):
        CallFactory(
            status=status, outcome="converted" if status == "completed" else "", started_at=ago(hours=1)
        )
    CallFactory(status="completed", outcome="voicemail", direction="outbound", started_at=ago(days=30))
    found = of_platform()
    assert found["total_calls"] == 7
    assert found["calls_today"] == found["calls_this_month"] == 6
    assert (found["active_calls"], found["queued_calls"]) == (2, 1)
    assert found["calls_by_type"][1] == {"call_type": "outbound", "count": 1}
    assert {item["status"]: item["count"] for item in found["calls_by_status"] if item["count"]} == {
        "in_progress": 1,
        "forwarding": 1,
        "queued": 1,
        "completed": 3,
        "busy": 1,
    }
    assert {item["outcome"]: item["count"] for item in found["calls_by_outcome"] if item["count"]} == {
        "converted": 2,
        "voicemail": 1,
    }
    assert found["successful_calls"] == found["converted_calls"] == 2


def test_the_platforms_days_are_those_of_its_own_zone(settings: Any) -> None:
    settings.PLATFORM_TIME_ZONE = "America/New_York"  # 4 hours behind: 20 May began at 4:00 UTC
    CallFactory(started_at=datetime(2026, 5, 20, 4, tzinfo=UTC))
    CallFactory(started_at=datetime(2026, 5, 20, 3, 59, tzinfo=UTC))
    found = of_platform()
    assert (found["calls_today"], found["hourly"][0]) == (1, 1)


def test_the_longest_wait_is_of_any_tenant_and_of_calls_still_waiting() -> None:
    QueueEntryFactory(since=ago(minutes=5))
    QueueEntryFactory(since=ago(minutes=3))
    QueueEntryFactory(since=ago(minutes=9), status="assigned")
    QueueEntryFactory(since=ago(minutes=20), status="completed")
    assert of_platform()["oldest_waiting_since"] == "2026-05-20T15:25:00Z"


def test_calls_without_an_agent_an_ai_agent_or_a_customer_are_calls() -> None:
    CallFactory(ai_agent=AIAgentFactory(), started_at=NOW)
    CallFactory(started_at=NOW)
    assert of_platform()["calls_today"] == 2
