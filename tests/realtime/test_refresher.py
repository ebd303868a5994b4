"""The refresher's rules: what it reads when, what it commits, and what it throws away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from realtime import refresher as module
from realtime.marks import move_marks
from realtime.patch import apply
from realtime.refresher import Outcome, Refresher, utc_now
from realtime.scopes import Scope
from realtime.sections import Document, Piece, Registry, Section, compute
from realtime.snapshots import ALIAS, snapshot
from realtime.store import Position, StoreUnavailable
from realtime.stores.memory import MemoryStore
from tests.realtime.sample.models import Note, Owner, Team
from tests.realtime.sample.sections import OWNERS, documents
from tests.realtime.threads import PATIENCE, elsewhere, start

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def ann() -> Owner:
    return Owner.objects.create(name="Ann", team=Team.objects.create(name="North"))


@pytest.fixture
def scope(ann: Owner) -> Scope:
    return Scope("owner", str(ann.pk))


class Away(MemoryStore):
    """A store that stops answering before the operation named in ``fails``."""

    fails = ""

    def begin(self, scopes: Any) -> Any:
        self._answer("begin")
        return super().begin(scopes)

    def commit(self, commits: Any) -> Any:
        self._answer("commit")
        return super().commit(commits)

    def _answer(self, operation: str) -> None:
        if operation == self.fails:
            raise StoreUnavailable("nobody there")


@pytest.fixture
def store() -> Away:
    return Away()


@pytest.fixture
def refresher(store: Away) -> Refresher:
    return Refresher(store, documents, clock=lambda: NOW)


@contextmanager
def meanwhile(happens: Callable[[], Any], times: int = 1) -> Iterator[None]:
    """While documents are computed, after the section ``notes`` and before ``summary``, something happens."""
    left = [times]

    def happen(owners: Sequence[Owner], now: datetime) -> Mapping[int, Piece]:
        if left[0]:
            left[0] -= 1
            elsewhere(happens)
        return {}

    section = Section("meanwhile", OWNERS, happen, ())
    documents.sections.insert(1, section)
    try:
        yield
    finally:
        documents.sections.remove(section)


def fresh(scope: Scope, now: datetime = NOW) -> Document:
    return compute([scope], now, documents)[scope].data


def document(store: MemoryStore, scope: Scope) -> Document:
    return store.load([scope])[scope].doc


def behind(store: MemoryStore, scope: Scope, now: datetime = NOW) -> bool:
    return store.status([scope], now)[scope].behind


# What it does.


def test_the_first_refresh_makes_version_1_and_a_change_makes_a_diff(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    first = refresher.refresh([scope])[scope]
    assert first.committed is not None
    assert (first.committed.position.version, first.committed.patch) == (1, None)
    Note.objects.create(owner=ann, text="x" * 50)
    second = refresher.refresh([scope])[scope]
    assert second.committed is not None
    assert second.committed.from_version == 1
    assert second.committed.position == Position(first.committed.position.epoch, 2)
    assert second.committed.patch
    assert apply(first.doc, second.committed.patch) == second.doc == fresh(scope) == document(store, scope)


def test_nothing_to_refresh_is_nothing_to_do(refresher: Refresher) -> None:
    assert refresher.refresh([]) == {}


def test_a_scope_without_a_subject_has_an_empty_document(refresher: Refresher) -> None:
    nobody = Scope("owner", "999")
    assert refresher.refresh([nobody])[nobody].doc == {}


def test_the_number_of_queries_does_not_depend_on_the_number_of_documents(
    refresher: Refresher, ann: Owner
) -> None:
    owners = Owner.objects.bulk_create(Owner(name=f"{n}", team=ann.team) for n in range(60))
    Note.objects.bulk_create(Note(owner=owner) for owner in owners)

    def queries(count: int) -> int:
        scopes = [Scope("owner", str(owner.pk)) for owner in owners[:count]]
        with CaptureQueriesContext(connections[ALIAS]) as read, CaptureQueriesContext(connection) as other:
            refresher.refresh(scopes)
        assert len(other) == 0
        return len(read)

    connections[ALIAS].ensure_connection()
    assert queries(1) == queries(60)


# One state of the database.


def test_a_document_never_mixes_two_states(refresher: Refresher, scope: Scope, ann: Owner) -> None:
    with meanwhile(lambda: Note.objects.create(owner=ann)):
        doc: Any = refresher.refresh([scope])[scope].doc
    assert (len(doc["notes"]), doc["summary"]["notes"]) == (0, 0)


def test_without_the_snapshot_it_would(
    refresher: Refresher, scope: Scope, ann: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "snapshot", nullcontext)
    with meanwhile(lambda: Note.objects.create(owner=ann)):
        doc: Any = refresher.refresh([scope])[scope].doc
    assert (len(doc["notes"]), doc["summary"]["notes"]) == (0, 1)


def test_no_document_is_mixed_while_others_write_all_the_time(
    refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    def write() -> None:
        for number in range(40):
            with transaction.atomic():
                Note.objects.create(owner=ann, number=number)
                Note.objects.create(owner=ann)
                Note.objects.filter(number=number - 5).delete()

    writer = start(write)
    seen: list[tuple[int, int]] = []
    while not writer.done():
        doc: Any = refresher.refresh([scope])[scope].doc
        seen.append((len(doc["notes"]), doc["summary"]["notes"]))
    writer.result(PATIENCE)
    assert [pair for pair in seen if pair[0] != pair[1]] == []
    assert refresher.refresh([scope])[scope].doc == fresh(scope)


# Rules 6 and 7: everything from one ``begin`` before the snapshot.


def test_a_mark_that_arrives_while_computing_stays_unseen(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    refresher.refresh([scope])

    def write_and_mark() -> None:
        Note.objects.create(owner=ann)
        move_marks(store)

    with meanwhile(write_and_mark):
        outcome = refresher.refresh([scope])[scope]
    assert outcome.committed is not None
    assert behind(store, scope)
    assert outcome.doc != fresh(scope)
    assert refresher.refresh([scope])[scope].doc == fresh(scope)
    assert not behind(store, scope)


def test_a_refresh_that_was_overtaken_is_lost_and_changes_nothing(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    """Its snapshot is older than the one that was committed meanwhile."""
    refresher.refresh([scope])

    def overtake() -> None:
        Note.objects.create(owner=ann, text="newer")
        refresher.refresh([scope])

    with meanwhile(overtake):
        outcome = refresher.refresh([scope])[scope]
    assert outcome.committed is None
    assert document(store, scope) == fresh(scope) != outcome.doc


def test_also_one_that_was_overtaken_by_a_refresh_without_a_change(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    refresher.refresh([scope])
    note = Note.objects.create(owner=ann, text="gone in a moment")

    def overtake() -> None:
        note.delete()
        assert refresher.refresh([scope])[scope].committed is not None

    with meanwhile(overtake):
        outcome = refresher.refresh([scope])[scope]
    assert outcome.committed is None
    assert document(store, scope) == fresh(scope)


def test_all_sections_are_computed_whatever_was_marked(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    refresher.refresh([scope])
    store.mark([(scope, "sample.Note")])
    Owner.objects.update(name="Anna")  # committed, and its mark not yet moved
    assert refresher.refresh([scope])[scope].doc == fresh(scope)


# Rules 8 and 9: time.


def test_the_time_of_a_document_never_goes_back(store: Away, scope: Scope, ann: Owner) -> None:
    Note.objects.create(owner=ann, due_at=NOW + timedelta(seconds=3))
    ahead = Refresher(store, documents, clock=lambda: NOW + timedelta(seconds=5))
    slow = Refresher(store, documents, clock=lambda: NOW)
    first = ahead.refresh([scope])[scope]
    second = slow.refresh([scope])[scope]
    assert second.generated_at == first.generated_at
    assert second.doc == first.doc
    assert second.committed is not None
    assert second.committed.patch is None


def test_a_document_changes_when_its_time_comes(store: Away, scope: Scope, ann: Owner) -> None:
    due = NOW + timedelta(minutes=5)
    Note.objects.create(owner=ann, due_at=due)
    clock = [NOW]
    refresher = Refresher(store, documents, clock=lambda: clock[0])

    def overdue() -> bool:
        doc: Any = refresher.refresh([scope])[scope].doc
        return bool(doc["notes"][0]["overdue"])

    assert not overdue()
    assert store.status([scope], NOW)[scope].valid_until == due
    assert not behind(store, scope, due - timedelta(microseconds=1))
    assert behind(store, scope, due)
    clock[0] = due
    assert overdue()
    assert not behind(store, scope, due)
    assert store.status([scope], due)[scope].valid_until is None


def test_a_refresh_without_a_change_brings_the_record_to_rest(
    store: Away, refresher: Refresher, scope: Scope
) -> None:
    refresher.refresh([scope])
    store.mark([(scope, "sample.Note")])
    assert behind(store, scope)
    outcome = refresher.refresh([scope])[scope]
    assert outcome.committed is not None
    assert (outcome.committed.position.version, outcome.committed.patch) == (1, None)
    assert not behind(store, scope)


# Failures.


@pytest.mark.parametrize("operation", ["begin", "commit"])
def test_a_store_that_is_away_is_said_to_be(
    operation: str, store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    refresher.refresh([scope])
    Note.objects.create(owner=ann)
    store.fails = operation
    with pytest.raises(StoreUnavailable):
        refresher.refresh([scope])
    store.fails = ""
    assert refresher.refresh([scope])[scope].doc == fresh(scope)


def test_a_database_that_fails_leaves_the_document_as_it_was(
    store: Away, refresher: Refresher, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresher.refresh([scope])
    before = document(store, scope)

    def fail() -> Any:
        raise DatabaseError("gone")

    monkeypatch.setattr(module, "snapshot", fail)
    with pytest.raises(DatabaseError):
        refresher.refresh([scope])
    assert document(store, scope) == before


def test_whoever_listens_hears_of_every_outcome(
    store: Away, refresher: Refresher, scope: Scope, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Mapping[Scope, Outcome]] = []

    def fail(outcomes: Mapping[Scope, Outcome]) -> None:
        raise RuntimeError("the listener is broken")

    refresher.on_commit(fail)
    refresher.on_commit(heard.append)
    won = refresher.refresh([scope])
    with meanwhile(lambda: refresher.refresh([scope])):
        lost = refresher.refresh([scope])
    assert heard[0] == won
    assert heard[-1] == lost
    assert lost[scope].committed is None
    assert "the listener is broken" in caplog.text


# Rule 19: REST.


def test_a_head_is_what_was_committed_with_its_position(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    refresher.refresh([scope])
    Note.objects.create(owner=ann)  # no mark has reached the store
    head = refresher.heads([scope])[scope]
    loaded = store.load([scope])[scope]
    assert (head.doc, head.position, head.generated_at) == (loaded.doc, loaded.position, loaded.generated_at)
    assert head.doc == fresh(scope)


def test_a_head_that_is_lost_is_refreshed_again(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    def overtake() -> None:
        Note.objects.create(owner=ann)
        refresher.refresh([scope])

    with meanwhile(overtake):
        head = refresher.heads([scope])[scope]
    assert head.position == store.load([scope])[scope].position
    assert head.doc == fresh(scope) == document(store, scope)


def test_a_head_that_is_lost_three_times_stands_alone(
    store: Away, refresher: Refresher, scope: Scope, ann: Owner
) -> None:
    other = Scope("team", str(ann.team_id))
    tried: list[int] = []

    def overtake() -> None:
        tried.append(1)
        refresher_without_sections.refresh([scope])

    refresher_without_sections = Refresher(store, Registry(), clock=lambda: NOW)
    with meanwhile(overtake, times=10):
        heads = refresher.heads([scope, other])
    assert len(tried) == 3
    assert heads[scope].position is None
    assert heads[scope].doc == fresh(scope)
    assert heads[other].position == store.load([other])[other].position


@pytest.mark.parametrize("operation", ["begin", "commit"])
def test_without_the_store_a_head_is_computed_and_stands_alone(
    operation: str, store: Away, refresher: Refresher, scope: Scope
) -> None:
    store.fails = operation
    head = refresher.heads([scope])[scope]
    assert (head.position, head.doc, head.generated_at) == (None, fresh(scope), NOW)


# Rule 12: what wrote without telling.


def test_the_periodic_refresh_finds_what_no_mark_told_of(
    store: Away, refresher: Refresher, scope: Scope
) -> None:
    move_marks(store)
    refresher.refresh([scope])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sample_owner SET name = 'Anna'")
    assert move_marks(store) == 0
    assert not behind(store, scope)
    outcome = refresher.refresh([scope])[scope]
    assert outcome.committed is not None
    assert outcome.committed.patch
    assert outcome.doc == fresh(scope)


# Trap 25: writers and the refresher on one database.


def test_eight_writers_and_a_refresher_meet_without_a_lock_error(store: Away, ann: Owner) -> None:
    owners = [ann, *(Owner.objects.create(name=f"{n}", team=ann.team) for n in range(7))]
    scopes = [Scope("owner", str(owner.pk)) for owner in owners] + [Scope("team", str(ann.team_id))]
    refresher = Refresher(store, documents)

    def write(owner: Owner) -> None:
        for number in range(8):
            with transaction.atomic():
                count = Note.objects.filter(owner=owner).count()  # a read, and then a write
                note = Note.objects.create(owner=owner, text=f"{count}")
            note.text += "!"
            note.save()
            Note.objects.filter(owner=owner, text=f"{number - 3}!").delete()

    writers = [start(lambda owner=owner: write(owner)) for owner in owners]  # type: ignore[misc]
    refreshes = 0
    while not all(writer.done() for writer in writers):
        move_marks(store)
        refresher.refresh(scopes)
        refreshes += 1
    for writer in writers:
        writer.result(PATIENCE)
    move_marks(store)
    # Nothing but marks brings them to the present.
    late = [scope for scope, status in store.status(scopes, utc_now()).items() if status.behind]
    refresher.refresh(late)
    with snapshot():
        truth = compute(scopes, utc_now(), documents)
    assert {scope: document(store, scope) for scope in scopes} == {
        scope: computed.data for scope, computed in truth.items()
    }
    assert not any(status.behind for status in store.status(scopes, utc_now()).values())
    assert refreshes > 0
