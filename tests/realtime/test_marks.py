"""Durable marks: they exist exactly when the write does, and none is lost on its way to the store."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from realtime.marks import bell, move_marks, write_marks
from realtime.models import Mark
from realtime.scopes import Scope
from realtime.store import StoreUnavailable
from realtime.stores.memory import MemoryStore

pytestmark = pytest.mark.django_db(transaction=True)

SEVEN, EIGHT = Scope("user", "7"), Scope("user", "8")
CALL, AGENT = "app.Call", "app.Agent"


def rows() -> list[tuple[str, str]]:
    return sorted(Mark.objects.values_list("scope", "model"))


def mark(*scopes: Scope, model: str = CALL) -> None:
    write_marks([(scope, model) for scope in scopes], "default")


@contextmanager
def rolled_back() -> Iterator[None]:
    """A transaction, or within one a savepoint, that is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Writing.


def test_a_transaction_marks_each_scope_and_model_once() -> None:
    with transaction.atomic():
        for _ in range(3):
            mark(SEVEN, EIGHT, SEVEN)
        mark(SEVEN, model=AGENT)
    assert rows() == [("user.7", AGENT), ("user.7", CALL), ("user.8", CALL)]


def test_the_next_transaction_marks_again() -> None:
    for _ in range(2):
        with transaction.atomic():
            mark(SEVEN)
    assert rows() == [("user.7", CALL)] * 2


def test_nothing_is_marked_on_rollback_and_the_next_transaction_does_not_take_it_for_done() -> None:
    with rolled_back():
        mark(SEVEN)
    assert rows() == []
    with transaction.atomic():
        mark(SEVEN)
    assert rows() == [("user.7", CALL)]


def test_a_mark_that_a_savepoint_took_back_is_written_again() -> None:
    with transaction.atomic():
        with rolled_back():
            mark(SEVEN)
        mark(SEVEN)
    assert rows() == [("user.7", CALL)]


def test_a_mark_that_an_outer_savepoint_took_back_is_written_again() -> None:
    with transaction.atomic():
        with rolled_back():
            with transaction.atomic():
                mark(SEVEN)
            mark(SEVEN)
        mark(SEVEN)
    assert rows() == [("user.7", CALL)]


def test_a_mark_that_a_savepoint_made_by_hand_took_back_is_written_again() -> None:
    with transaction.atomic():
        savepoint = transaction.savepoint()
        mark(SEVEN)
        transaction.savepoint_rollback(savepoint)
        mark(SEVEN)
    assert rows() == [("user.7", CALL)]


def test_a_mark_from_before_a_savepoint_survives_its_rollback() -> None:
    with transaction.atomic():
        mark(SEVEN)
        with rolled_back():
            mark(EIGHT)
    assert rows() == [("user.7", CALL)]


def test_a_mark_within_a_kept_savepoint_is_not_written_again() -> None:
    with transaction.atomic():
        with transaction.atomic():
            mark(SEVEN)
        mark(SEVEN)
    assert rows() == [("user.7", CALL)]


def test_ids_are_never_used_twice() -> None:
    with transaction.atomic():
        mark(SEVEN)
    first = Mark.objects.get().pk
    Mark.objects.all().delete()
    with transaction.atomic():
        mark(SEVEN)
    assert Mark.objects.get().pk > first


# The doorbell.


@pytest.fixture
def rings() -> Iterator[list[str]]:
    heard: list[str] = []

    def listen() -> None:
        heard.append(threading.current_thread().name)

    bell.connect(listen)
    yield heard
    bell.disconnect(listen)


def test_the_bell_rings_after_the_commit_and_not_before(rings: list[str]) -> None:
    with transaction.atomic():
        mark(SEVEN)
        mark(EIGHT)
        assert rings == []
    assert len(rings) == 1


def test_the_bell_does_not_ring_for_what_was_rolled_back(rings: list[str]) -> None:
    with rolled_back():
        mark(SEVEN)
    assert rings == []


def test_the_bell_rings_for_what_is_left_after_a_savepoint_was_taken_back(rings: list[str]) -> None:
    with transaction.atomic():
        with rolled_back():
            mark(SEVEN)
        mark(SEVEN)
    assert len(rings) == 1


def test_a_listener_that_fails_harms_neither_the_writer_nor_the_next_listener(
    rings: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("the listener is broken")

    heard: list[int] = []

    def late() -> None:
        heard.append(1)

    bell.connect(fail)
    bell.connect(late)
    try:
        with transaction.atomic():
            mark(SEVEN)
    finally:
        bell.disconnect(fail)
        bell.disconnect(late)
    assert (len(rings), heard) == (1, [1])
    assert "the listener is broken" in caplog.text


# Moving.


class Watched:
    """A memory store that notes what it is told and can be away, or interrupted."""

    def __init__(self, before_answer: Callable[[], None] = lambda: None) -> None:
        self.store = MemoryStore()
        self.store.begin([SEVEN, EIGHT])
        self.before_answer = before_answer

    def mark(self, marks: Any) -> None:
        self.store.mark(marks)
        self.before_answer()

    def gens(self, scope: Scope) -> dict[str, int]:
        return dict(self.store.begin([scope])[scope].gens)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


def test_committed_marks_become_counters_and_their_rows_go() -> None:
    store = Watched()
    with transaction.atomic():
        mark(SEVEN, EIGHT)
        mark(SEVEN, model=AGENT)
    assert move_marks(store) == 3
    assert rows() == []
    assert store.gens(SEVEN) == {CALL: 1, AGENT: 1}
    assert store.gens(EIGHT) == {CALL: 1}
    assert move_marks(store) == 0


def test_many_marks_are_moved_in_portions() -> None:
    store = Watched()
    with transaction.atomic():
        write_marks([(Scope("user", str(number)), CALL) for number in range(1234)], "default")
    assert move_marks(store) == 1234
    assert rows() == []
    assert store.gens(SEVEN) == {CALL: 1}


def test_rows_stay_while_the_store_is_away() -> None:
    def away() -> None:
        raise StoreUnavailable("nobody there")

    with transaction.atomic():
        mark(SEVEN)
    with pytest.raises(StoreUnavailable):
        move_marks(Watched(before_answer=away))
    assert rows() == [("user.7", CALL)]
    store = Watched()
    assert move_marks(store) == 1
    assert store.gens(SEVEN) == {CALL: 1}


def test_a_row_that_commits_while_others_are_moved_stays_even_if_its_id_is_smaller() -> None:
    """As on PostgreSQL, where a long transaction has taken its ids long before it commits."""

    def commit_late() -> None:
        if not Mark.objects.filter(pk=1).exists():
            Mark.objects.create(pk=1, scope=EIGHT.group, model=CALL)

    Mark.objects.create(pk=2_000_000, scope=SEVEN.group, model=CALL)
    store = Watched(before_answer=commit_late)
    assert move_marks(store) == 1
    assert rows() == [("user.8", CALL)]
    assert store.gens(EIGHT) == {}


def test_rows_that_another_process_is_moving_too_are_told_twice_and_lost_never() -> None:
    rival = Watched()

    def rival_is_quicker() -> None:
        move_marks(rival)

    with transaction.atomic():
        mark(SEVEN)
    store = Watched(before_answer=rival_is_quicker)
    assert move_marks(store) == 1
    assert store.gens(SEVEN) == {CALL: 1}
    assert rival.gens(SEVEN) == {CALL: 1}
    assert rows() == []


def test_a_mark_that_is_not_committed_is_not_moved() -> None:
    store = Watched()
    moved: list[int] = []
    reader = threading.Thread(target=lambda: moved.append(move_marks(store)))
    with transaction.atomic():
        mark(SEVEN)
        reader.start()
        reader.join()
    assert moved == [0]
    assert store.gens(SEVEN) == {}
    assert rows() == [("user.7", CALL)]


def test_a_mover_that_stands_still_anywhere_holds_up_nobody_elses_moving() -> None:
    """Between two statements of one transaction it would hold the rows' locks all that time."""
    with transaction.atomic():
        mark(SEVEN)
    with CaptureQueriesContext(connection) as captured:
        move_marks(Watched())
    assert [query["sql"].partition(" ")[0] for query in captured] == ["SELECT", "DELETE"]


def test_moving_leaves_no_connection_open_that_it_opened() -> None:
    left: list[Any] = []

    def run() -> None:
        move_marks(Watched())
        left.append(connection.connection)

    mover = threading.Thread(target=run)
    mover.start()
    mover.join()
    assert left == [None]
