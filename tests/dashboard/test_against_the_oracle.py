"""On generated worlds the sections say what plain loops over all rows say."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.models import Call, QueueEntry
from tests.dashboard import oracle
from tests.dashboard.computing import compute_all
from tests.factories import AgentFactory, TenantFactory

pytestmark = pytest.mark.django_db

# With and without clock changes near the chosen days; whole, half and quarter hours.
ZONES: Final = [
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Africa/Cairo",
    "Pacific/Chatham",
]
# Both clock changes of 2026 in Berlin and Cairo's skipped midnight lie in the weeks before these.
DAYS: Final = [datetime(2026, 4, 1), datetime(2026, 4, 27), datetime(2026, 10, 27), datetime(2026, 5, 31)]  # noqa: DTZ001

spans = st.one_of(
    st.integers(0, 60),
    st.sampled_from([4, 5, 19, 20, 21]),
    st.floats(0, 90, allow_nan=False).map(lambda seconds: round(seconds, 6)),
)
ages = st.one_of(
    st.integers(0, 40 * 24 * 4).map(lambda quarters: timedelta(minutes=15 * quarters)),  # often on a midnight
    st.integers(0, 40 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds)),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    return draw(st.sampled_from(DAYS)).replace(tzinfo=UTC) + timedelta(minutes=15 * draw(st.integers(0, 96)))


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """What a call is made of, but for its owner, its agent and the present moment."""
    status = draw(
        st.sampled_from(["queued", "ringing", "in_progress", "completed", "completed", "canceled", "failed"])
    )
    is_answered = status in ("in_progress", "completed")
    return {
        "who": draw(st.integers(0, 3)),
        "age": draw(ages),
        "queued": draw(st.booleans()),
        "waited": draw(spans) if is_answered else None,
        "lasted": draw(spans) if status in ("completed", "canceled", "failed") else None,
        "status": status,
        "outcome": draw(st.sampled_from(["", *Call.Outcome.values])) if is_answered else "",
        "ended_reason": draw(st.sampled_from(["abandoned", "callback"])) if status == "canceled" else "",
        "satisfaction": draw(st.sampled_from([None, 1, 4, 5])) if is_answered else None,
        "talk_s": draw(st.integers(0, 500)) if status == "completed" else 0,
        "acw_s": draw(st.integers(0, 50)) if status == "completed" else 0,
    }


def write(facts: dict[str, Any], number: int, people: list[Any], now: datetime) -> Call:
    agent = people[facts["who"]]
    started_at = now - facts["age"]
    waited, lasted = facts["waited"], facts["lasted"]
    answered_at = None if waited is None else started_at + timedelta(seconds=waited)
    ended_at = None if lasted is None else (answered_at or started_at) + timedelta(seconds=lasted)
    queued = facts["queued"]
    call = Call.objects.create(
        owner=agent.owner,
        agent=agent if answered_at else None,
        direction="inbound" if queued else "outbound",
        provider_call_id=f"CA{number}",
        phone_number="+14155550123",
        started_at=started_at,
        queued_at=started_at if queued else None,
        answered_at=answered_at,
        ended_at=ended_at,
        **{
            name: facts[name]
            for name in ("status", "outcome", "ended_reason", "satisfaction", "talk_s", "acw_s")
        },
    )
    if queued:
        status = {"queued": "waiting", "ringing": "assigned", "canceled": "abandoned", "failed": "abandoned"}
        entry_status = status.get(facts["status"], "completed")
        rang = entry_status != "waiting"
        QueueEntry.objects.create(
            call=call,
            status=entry_status,
            queued_at=started_at,
            assigned_agent=agent if rang else None,
            assigned_at=started_at if rang else None,
            left_at=None if entry_status in ("waiting", "assigned") else answered_at or ended_at,
        )
    return call


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    now=moments(),
    zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=2),
    world=st.lists(calls(), max_size=25),
)
def test_figures_about_calls(now: datetime, zones: list[str], world: list[dict[str, Any]]) -> None:
    tenants = [TenantFactory(timezone=zone) for zone in zones]
    agents = [AgentFactory(owner=tenants[n % 2]) for n in range(4)]
    for number, facts in enumerate(world):
        write(facts, number, agents, now)
    try:
        check_tenants(tenants, now)
        check_agents(agents, now)
        check_platform(now)
    finally:
        for tenant in tenants:
            tenant.delete()


def check_tenants(tenants: list[Any], now: datetime) -> None:
    statistics = compute_all("call_statistics", "tenants", tenants, now)
    trends = compute_all("performance_trends", "tenants", tenants, now)
    for tenant, statistic, trend in zip(tenants, statistics, trends, strict=True):
        zone = ZoneInfo(tenant.timezone)
        rows = list(Call.objects.filter(owner=tenant))
        offered = [call for call in rows if call.queued_at is not None]
        assert_agree(
            statistic.value,
            {
                **oracle.outcomes(rows),
                **oracle.volume(rows, now, zone),
                **oracle.rates(rows, offered, now, zone),
                "hourly": oracle.hourly(rows, now, zone),
            },
        )
        assert compared(trend.value["call_volume"]) == oracle.call_trend(rows, now, zone)  # type: ignore[index, call-overload]


def check_agents(agents: list[Any], now: datetime) -> None:
    metrics = compute_all("performance_metrics", "agents", agents, now)
    trends = compute_all("performance_trends", "agents", agents, now)
    for agent, metric, trend in zip(agents, metrics, trends, strict=True):
        zone = ZoneInfo(agent.owner.timezone)
        rows = list(Call.objects.filter(agent=agent))
        offered = list(Call.objects.filter(queue_entry__assigned_agent=agent))
        assert_agree(
            metric.value,
            {
                **oracle.outcomes(rows),
                **oracle.volume(rows, now, zone),
                **oracle.rates(rows, offered, now, zone),
            },
        )
        assert compared(trend.value["call_volume"]) == oracle.call_trend(rows, now, zone)  # type: ignore[index, call-overload]


def check_platform(now: datetime) -> None:
    zone = ZoneInfo("UTC")
    rows = list(Call.objects.all())
    offered = [call for call in rows if call.queued_at is not None]
    (found,) = compute_all("call_statistics", "admin role", ["admin"], now)
    assert_agree(
        found.value,
        {
            **oracle.outcomes(rows),
            **oracle.volume(rows, now, zone),
            **oracle.rates(rows, offered, now, zone),
            "hourly": oracle.hourly(rows, now, zone),
        },
    )


def compared(trend: dict[str, Any]) -> tuple[int, int]:
    return trend["current"], trend["previous"]


def assert_agree(found: Any, expected: dict[str, Any]) -> None:
    """Whatever the section shows of what the oracle knows is the same, to the last decimal of a mean."""
    shown = found.keys() & expected.keys()
    assert len(shown) >= 8
    for key in shown:
        assert found[key] == pytest.approx(expected[key], abs=0.1001 if key == "asa_seconds" else 0), key
