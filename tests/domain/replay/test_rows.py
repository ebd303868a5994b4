"""A CSV of calls is read whole; what is wrong with it is said by line."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.replay.rows import BadFile, BadRow, Recorded, read, shifted

HEADER = "call_id,direction,queued_at,answered_at,ended_at,agent,status"
Q, A, E = "2026-03-02T09:00:00+02:00", "2026-03-02T09:00:30+02:00", "2026-03-02T09:05:00+02:00"


def rows(*lines: str) -> list[Recorded | BadRow]:
    return list(read([HEADER, *lines]))


def test_a_good_row_is_a_call_with_its_instants() -> None:
    (call,) = rows(f"a,inbound,{Q},{A},{E},ada,completed")
    assert isinstance(call, Recorded)
    assert call.line == 2
    assert call.queued_at == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert call.answered_at == call.queued_at + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f",inbound,{Q},{A},{E},ada,completed", "call_id"),
        (f"{'x' * 201},inbound,{Q},{A},{E},ada,completed", "call_id"),
        (f"a,sideways,{Q},{A},{E},ada,completed", "direction 'sideways'"),
        (f"a,inbound,yesterday,{A},{E},ada,completed", "queued_at 'yesterday'"),
        (f"a,inbound,{Q},2026-03-02T09:00:30,{E},ada,completed", "has no UTC offset"),
        (f"a,inbound,{Q},{A},,ada,completed", "ended_at ''"),
        (f"a,inbound,{A},{Q},{E},ada,completed", "not in this order"),
        (f"a,inbound,{Q},{E},{A},ada,completed", "not in this order"),
        (f"a,inbound,{Q},,{E},ada,completed", "needs an answered_at"),
        (f"a,inbound,{Q},{A},{E},ada,abandoned", "has no answered_at"),
        (f"a,inbound,{Q},{A},{E},,completed", "needs an agent"),
        (f"a,outbound,{Q},{A},{E},ada,completed", "needs a phone_number"),
        (f"a,inbound,{Q},{A},{E},ada,lost", "status 'lost'"),
        (f"a,inbound,{Q},{A},{E},ada,completed,more", "more fields"),
        ("a,inbound", "direction 'None'|status ''"),
    ],
)
def test_a_bad_row_says_why(line: str, reason: str) -> None:
    good = f"z,inbound,{Q},{A},{E},ada,completed"
    bad, kept = rows(line, good)
    assert isinstance(kept, Recorded), "the rows after a bad one are kept"
    assert isinstance(bad, BadRow)
    assert bad.line == 2
    assert any(part in bad.reason for part in reason.split("|"))


def test_a_call_that_stands_twice_counts_once() -> None:
    line = f"a,inbound,{Q},{A},{E},ada,completed"
    first, second = rows(line, line)
    assert isinstance(first, Recorded)
    assert isinstance(second, BadRow)
    assert second.line == 3


def test_a_file_without_the_columns_is_refused_whole() -> None:
    with pytest.raises(BadFile, match="answered_at, ended_at"):
        list(read(["call_id,direction,queued_at,agent,status", f"a,inbound,{Q},ada,completed"]))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BadFile):
        list(read([]))


def test_shifting_keeps_every_distance() -> None:
    calls = [row for row in rows(f"a,inbound,{Q},{A},{E},ada,completed") if isinstance(row, Recorded)]
    now = datetime(2026, 11, 2, 12, 0, 0, 700_000, tzinfo=UTC)
    (moved,) = shifted(calls, now)
    assert timedelta(0) <= now - moved.ended_at < timedelta(seconds=1)
    assert moved.answered_at is not None
    assert moved.answered_at - moved.queued_at == timedelta(seconds=30)
    assert moved.ended_at - moved.queued_at == timedelta(minutes=5)
    assert shifted([], now) == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('"a"b,inbound,,,,,', "not CSV"),
        (f"{'x' * 200_000},inbound,,,,,", "not CSV"),
        (f"b\0,inbound,{Q},{A},{E},ada,completed", "NUL"),
    ],
)
def test_a_line_that_cannot_be_is_named_and_the_next_is_read(bad: str, reason: str) -> None:
    good = "{},inbound," + f"{Q},{A},{E},ada,completed"
    first, named, last = rows(good.format("a"), bad, good.format("c"))
    assert isinstance(first, Recorded)
    assert isinstance(last, Recorded)
    assert (first.line, last.line) == (2, 4)
    assert isinstance(named, BadRow)
    assert named.line == 3
    assert reason in named.reason
