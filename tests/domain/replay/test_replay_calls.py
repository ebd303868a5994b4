"""Recorded calls become the rows that they would have become when they happened.

The figures of tests/data/calls.csv, worked out by hand. Inbound: 5 offered; answered a (waited 0 s, talked
300 s), b (20 s, 60 s) and c (40 s, 120 s); abandoned d after 30 s and e after 3 s. Outbound: f talked 60 s;
g had no answer. So of the answered, 2 waited at most 20 s; mean wait 20 s; talk 540 s in all.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from domain.models import AgentState, Call, QueueEntry, User
from domain.services import people

FILE = Path(__file__).parents[2] / "data" / "calls.csv"

pytestmark = pytest.mark.django_db


def waits() -> list[float]:
    calls = Call.objects.filter(answered_at__isnull=False, queued_at__isnull=False)
    return sorted(
        (a - q).total_seconds() for q, a in calls.values_list("queued_at", "answered_at") if a and q
    )


def test_the_file_gives_the_figures_of_its_comment() -> None:
    call_command("replay_calls", FILE)
    assert Call.objects.count() == 7
    assert waits() == [0, 20, 40]
    assert Call.objects.aggregate(talk=Sum("talk_s"), work=Sum("acw_s")) == {"talk": 540, "work": 0}
    abandoned = QueueEntry.objects.filter(status=QueueEntry.Status.ABANDONED)
    assert sorted((e.left_at - e.queued_at).total_seconds() for e in abandoned if e.left_at) == [3, 30]
    assert Call.objects.get(status=Call.Status.NO_ANSWER).answered_at is None


def test_each_agent_of_the_file_works_for_the_one_tenant() -> None:
    call_command("replay_calls", FILE, tenant="shop@replay.example")
    owner = User.objects.get(email="shop@replay.example")
    assert {agent.first_name for agent in owner.agents.all()} == {"ada", "ben"}
    assert set(Call.objects.values_list("owner", flat=True)) == {owner.pk}
    states = AgentState.objects.filter(agent__first_name="ben").order_by("since", "pk")
    on_call = [state for state in states if state.state == AgentState.State.ON_CALL]
    assert [(state.until - state.since).total_seconds() for state in on_call if state.until] == [60, 120]


def test_shifted_the_last_call_ended_just_now() -> None:
    call_command("replay_calls", FILE, shift=True)
    last = Call.objects.order_by("-ended_at").first()
    assert last is not None
    assert last.ended_at is not None
    assert timedelta(0) <= datetime.now(UTC) - last.ended_at < timedelta(minutes=1)
    assert waits() == [0, 20, 40]


def test_a_paced_replay_gives_the_same_rows() -> None:
    call_command("replay_calls", FILE, speed=100_000)
    assert Call.objects.count() == 7
    assert waits() == [0, 20, 40]


def test_bad_rows_are_reported_and_the_good_ones_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = FILE.read_text().splitlines()
    lines[3] = lines[3].replace("inbound", "sideways")
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join(lines))
    with pytest.raises(SystemExit) as ended:
        call_command("replay_calls", broken)
    assert ended.value.code == 1
    assert "line 4: direction 'sideways'" in capsys.readouterr().err
    assert Call.objects.count() == 6


def test_playing_a_file_twice_refuses_every_call_and_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("replay_calls", FILE)
    with pytest.raises(SystemExit):
        call_command("replay_calls", FILE)
    assert Call.objects.count() == 7
    assert "is known already" in capsys.readouterr().err


def test_what_is_no_csv_of_calls_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for path, reason in (
        (other, "header lacks"),
        (binary, "not UTF-8"),
        (tmp_path / "none.csv", "No such file"),
    ):
        with pytest.raises(CommandError, match=reason):
            call_command("replay_calls", path)
    assert not User.objects.exists()


def test_only_a_tenant_can_have_calls() -> None:
    people.create_admin(email="root@replay.example")
    with pytest.raises(CommandError, match="not a tenant"):
        call_command("replay_calls", FILE, tenant="root@replay.example")


@pytest.mark.parametrize(
    ("options", "culprit"),
    [({"tenant": "not an email"}, "--tenant"), ({"time_zone": "Mars/Base"}, "--time-zone")],
)
def test_a_tenant_that_cannot_be_made_is_refused(options: dict[str, str], culprit: str) -> None:
    with pytest.raises(CommandError, match=f"^{culprit}: "):
        call_command("replay_calls", FILE, **options)
    assert not User.objects.exists()


def test_agents_may_be_called_whatever_they_are_called(tmp_path: Path) -> None:
    names = ["Ada Lovelace", "ada-lovelace", "Zoë", "李"]
    rows = [
        f"{name},inbound,2026-03-02T0{hour}:00:00+00:00,2026-03-02T0{hour}:00:05+00:00,"
        f"2026-03-02T0{hour}:01:00+00:00,{name},completed"
        for hour, name in enumerate(names)
    ]
    file = tmp_path / "named.csv"
    header = "call_id,direction,queued_at,answered_at,ended_at,agent,status"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    call_command("replay_calls", file)
    again = tmp_path / "again.csv"
    again.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    call_command("replay_calls", again)
    assert Call.objects.count() == 8
    agents = User.objects.filter(role=User.Role.AGENT)
    assert sorted(agents.values_list("agent_profile__employee_id", flat=True)) == sorted(names)


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_a_speed_must_be_positive(speed: str) -> None:
    with pytest.raises(CommandError, match="--speed"):
        call_command("replay_calls", FILE, f"--speed={speed}")
