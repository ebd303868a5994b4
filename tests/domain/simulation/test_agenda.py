"""The agenda gives what is due, in order."""

from datetime import UTC, datetime, timedelta

from domain.simulation.agenda import Agenda

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_it_gives_what_is_due_in_order_of_time_then_of_entry() -> None:
    done: list[str] = []
    agenda = Agenda()
    agenda.enter(NOW, lambda _: done.append("second"))
    agenda.enter(NOW - SECOND, lambda _: done.append("first"))
    agenda.enter(NOW, lambda _: done.append("third"))
    agenda.enter(NOW + SECOND, lambda _: done.append("not yet"))
    for action in agenda.due(NOW):
        action(NOW)
    assert done == ["first", "second", "third"]
    assert agenda.next_at == NOW + SECOND


def test_what_is_entered_for_now_while_acting_is_done_too() -> None:
    done: list[datetime] = []
    agenda = Agenda()
    agenda.enter(NOW, lambda now: agenda.enter(now, done.append))
    for action in agenda.due(NOW):
        action(NOW)
    assert done == [NOW]
    assert agenda.next_at is None
