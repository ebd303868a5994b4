"""The simulated world holds together: its past, and the traffic played on top of it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db.models import F

from domain.models import AgentState, Call, Callback, Customer, Payment, QueueEntry, User
from domain.services import calls
from domain.simulation.company import (
    DEMO_AGENT,
    DEMO_PEOPLE,
    Company,
    found_company,
    zones_in_full_swing,
)
from domain.simulation.history import write_history
from domain.simulation.traffic import NoDemoCompany, Traffic

NOW = datetime(2026, 11, 3, 15, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    random = Random(11)
    company = found_company(random, NOW, agents=(2, 2, 1, 1), opened=NOW - timedelta(days=5))
    write_history(company, NOW, random, days=1, progress=lambda _days: None)
    return company


def play(traffic: Traffic, start: datetime, minutes: int) -> datetime:
    """Let the traffic act for ``minutes`` of its own time; the instant at which it stands then."""
    end = start + timedelta(minutes=minutes)
    while (at := traffic.next_at) is not None and at <= end:
        traffic.run_due(at)
    return end


def test_the_demo_people_can_sign_in(company: Company) -> None:
    for who in DEMO_PEOPLE:
        user = User.objects.get(email=who.email)
        assert user.role == who.role
        assert user.is_active
        assert user.check_password("switchboard-demo")


def test_the_past_leaves_nobody_in_two_calls(company: Company) -> None:
    for agent in company.tenants[0].agents:
        mine = Call.objects.filter(agent=agent).order_by("answered_at")
        for before, after in pairwise(mine):
            assert before.ended_at is not None
            assert after.answered_at is not None
            assert after.answered_at >= before.ended_at


def test_the_past_ends_now(company: Company) -> None:
    for field in ("queued_at", "started_at", "answered_at", "ended_at"):
        assert not Call.objects.filter(**{f"{field}__gt": NOW}).exists()
    assert not QueueEntry.objects.exclude(queued_at=F("call__queued_at")).exists()
    assert not AgentState.objects.filter(since__gt=NOW).exists()


def test_todays_states_agree_with_todays_calls(company: Company) -> None:
    busy = set(
        AgentState.objects.filter(until=None, state=AgentState.State.ON_CALL).values_list("agent", flat=True)
    )
    talking = set(
        Call.objects.filter(status__in=Call.ACTIVE, agent__isnull=False).values_list("agent", flat=True)
    )
    assert busy == talking


def test_traffic_moves_calls_callbacks_and_money(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    traffic = Traffic(random=Random(5))
    traffic.begin(NOW)
    play(traffic, NOW, minutes=45)
    new = Call.objects.filter(started_at__gte=NOW)
    assert {Call.Direction.INBOUND, Call.Direction.OUTBOUND} == set(new.values_list("direction", flat=True))
    assert {Call.Status.COMPLETED, Call.Status.CANCELED, Call.Status.NO_ANSWER} <= set(
        new.values_list("status", flat=True)
    )
    assert Payment.objects.filter(paid_at__gte=NOW).exists()
    assert Callback.objects.filter(completed_at__gte=NOW).exists()
    assert Customer.objects.filter(created_at__gte=NOW).exists()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_something_always_lies_ready_for_the_visitor(company: Company) -> None:
    traffic = Traffic(random=Random(5))
    traffic.begin(NOW)
    visitor = User.objects.get(email=DEMO_AGENT.email)
    offered = set()
    end = NOW + timedelta(minutes=20)
    while (at := traffic.next_at) is not None and at <= end:
        traffic.run_due(at)
        offered |= set(
            QueueEntry.objects.filter(assigned_agent=visitor, left_at=None).values_list("pk", flat=True)
        )
    assert len(offered) >= 5
    assert Callback.objects.filter(assigned_agent=visitor, status=Callback.Status.SCHEDULED).exists()
    assert not Call.objects.filter(agent=visitor, queued_at__gte=NOW).exists(), (
        "nobody answers in the visitor's place"
    )


def test_a_call_that_the_visitor_answered_is_theirs_to_end(company: Company) -> None:
    traffic = Traffic(random=Random(5))
    traffic.begin(NOW)
    visitor = User.objects.get(email=DEMO_AGENT.email)
    at = NOW
    while not (mine := QueueEntry.objects.filter(assigned_agent=visitor, left_at=None).first()):
        at = traffic.next_at or at
        traffic.run_due(at)
    calls.answer_call(call=mine.call, agent=visitor, at=at)
    play(traffic, at, minutes=30)
    assert Call.objects.get(pk=mine.call_id).status == Call.Status.IN_PROGRESS


def test_traffic_resumes_what_an_earlier_run_left(company: Company) -> None:
    first = Traffic(random=Random(5))
    first.begin(NOW)
    stopped = play(first, NOW, minutes=10)
    left = set(Call.objects.filter(ended_at=None).values_list("pk", flat=True))
    assert left
    much_later = stopped + timedelta(days=1)
    second = Traffic(random=Random(6))
    second.begin(much_later)
    play(second, much_later, minutes=30)
    assert not Call.objects.filter(pk__in=left, ended_at=None).exclude(agent__email=DEMO_AGENT.email).exists()


def test_at_speed_thirty_a_minute_holds_half_an_hour(company: Company) -> None:
    traffic = Traffic(speed=30, random=Random(5))
    traffic.begin(NOW)
    play(traffic, NOW, minutes=1)
    ended = Call.objects.filter(started_at__gt=NOW, status=Call.Status.COMPLETED)
    assert ended.count() > 8
    assert all(call.ended_at <= NOW + timedelta(minutes=1) for call in ended if call.ended_at)


def test_without_a_company_there_is_no_traffic() -> None:
    with pytest.raises(NoDemoCompany):
        Traffic().begin(NOW)


@pytest.mark.parametrize("speed", [0, -1])
def test_a_speed_that_is_not_positive_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Traffic(speed=speed)


@pytest.mark.parametrize("hour", range(24))
def test_there_is_always_a_zone_where_it_is_early_afternoon(hour: int) -> None:
    from zoneinfo import ZoneInfo

    now = datetime(2026, 11, 3, hour, tzinfo=UTC)
    local = now.astimezone(ZoneInfo(zones_in_full_swing(now)[0]))
    assert 12 <= local.hour <= 15
