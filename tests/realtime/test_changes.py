"""Every way to write a tracked row marks whom it concerned before and whom it concerns now."""

import pickle
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps
from django.core import serializers
from django.db import DatabaseError, IntegrityError, connection, connections, models, transaction
from django.test.utils import CaptureQueriesContext

from realtime.changes import AlreadyTracked, touch, track
from realtime.marks import bell
from realtime.models import Mark
from realtime.observing import observers
from realtime.scopes import Scope
from tests.realtime.sample import tracking
from tests.realtime.sample.models import (
    Comment,
    Note,
    NoteProxy,
    NoteQuerySet,
    OpenNotes,
    Owner,
    Tag,
    Team,
    Untracked,
    UrgentNote,
)
from tests.realtime.threads import PATIENCE, elsewhere, start

pytestmark = pytest.mark.django_db(transaction=True)

NOTE = "sample.Note"


@pytest.fixture
def ann() -> Owner:
    return Owner.objects.create(name="Ann", team=Team.objects.create(name="North"))


@pytest.fixture
def ben() -> Owner:
    return Owner.objects.create(name="Ben")


@pytest.fixture
def note(ann: Owner, ben: Owner) -> Note:
    note = Note.objects.create(owner=ann, text="first", number=1)
    forget()
    return note


def forget() -> None:
    Mark.objects.all().delete()


def marks(model: str | None = None) -> set[str]:
    """The marked scopes; of one model, or of all."""
    found = list(Mark.objects.values_list("scope", "model"))
    assert len(found) == len(set(found)), "one transaction marks each scope and model once"
    return {scope for scope, of_model in found if model in (None, of_model)}


def scopes_of(*owners: Owner) -> set[str]:
    """A note of these owners concerns them and their teams."""
    found = {f"owner.{owner.pk}" for owner in owners}
    return found | {f"team.{owner.team_id}" for owner in owners if owner.team_id is not None}


# Whoever writes, and however: the note stays Ann's.


def save(note: Note) -> None:
    note.text = "saved"
    note.save()


def save_one_field(note: Note) -> None:
    note.text = "saved"
    note.save(update_fields=["text"])


def save_another_instance(note: Note) -> None:
    Note(pk=note.pk, owner_id=note.owner_id, text="overwritten").save()


def save_through_the_proxy(note: Note) -> None:
    NoteProxy.objects.get(pk=note.pk).save()


def save_raw(note: Note) -> None:
    """As loaddata does."""
    text = serializers.serialize("json", [note])
    with transaction.atomic():
        for loaded in serializers.deserialize("json", text):
            loaded.save()


def asynchronously(method: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    async def call() -> None:
        await method(*args, **kwargs)

    async_to_sync(call)()


WRITES: dict[str, Callable[[Note], Any]] = {
    "save": save,
    "save of one field": save_one_field,
    "save of another instance": save_another_instance,
    "save through the proxy": save_through_the_proxy,
    "save of a fixture": save_raw,
    "asave": lambda note: asynchronously(note.asave),
    "update": lambda note: Note.objects.filter(pk=note.pk).update(text="x"),
    "update of what was filtered by": lambda note: Note.objects.filter(text="first").update(text="x"),
    "update with an annotation": lambda note: Note.objects.annotate(n=models.Count("comments")).update(
        text="x"
    ),
    "update of an ordered queryset": lambda note: Note.objects.order_by("-pk").update(text="x"),
    "update of a distinct queryset": lambda note: Note.objects.distinct().update(text="x"),
    "update by an expression": lambda note: Note.objects.update(number=models.F("number") + 1),
    "update through a method of the queryset": lambda note: Note.objects.open().close(),
    "update through another manager": lambda note: Note.open_notes.update(text="x"),
    "update through the base manager": lambda note: Note._base_manager.update(text="x"),
    "update through the owner": lambda note: note.owner.notes.update(text="x"),
    "update through the owner's filter": lambda note: note.owner.notes.filter(done=False).update(text="x"),
    "update through the proxy": lambda note: NoteProxy.objects.update(text="x"),
    "aupdate": lambda note: asynchronously(Note.objects.aupdate, text="x"),
    "bulk_update": lambda note: Note.objects.bulk_update([note], ["text"]),
    "update_or_create": lambda note: Note.objects.update_or_create(number=1, defaults={"text": "x"}),
    "bulk_create on conflict": lambda note: Note.objects.bulk_create(
        [Note(owner=note.owner, number=1, text="x")],
        update_conflicts=True,
        update_fields=["text"],
        unique_fields=["number"],
    ),
    "pickled queryset": lambda note: pickle.loads(pickle.dumps(Note.objects.all())).update(text="x"),
    "create": lambda note: Note.objects.create(owner=note.owner),
    "create through the owner": lambda note: note.owner.notes.create(text="x"),
    "get_or_create": lambda note: Note.objects.get_or_create(owner=note.owner, number=2),
    "bulk_create": lambda note: Note.objects.bulk_create([Note(owner=note.owner), Note(owner=note.owner)]),
    "bulk_create of a generator": lambda note: Note.objects.bulk_create(
        Note(owner=note.owner, number=n) for n in range(5, 8)
    ),
    "abulk_create": lambda note: asynchronously(Note.objects.abulk_create, [Note(owner=note.owner)]),
    "bulk_create but for conflicts": lambda note: Note.objects.bulk_create(
        [Note(owner=note.owner, number=3)], ignore_conflicts=True
    ),
    "create of a child": lambda note: UrgentNote.objects.create(owner=note.owner),
    "delete": lambda note: note.delete(),
    "delete of a queryset": lambda note: Note.objects.filter(pk=note.pk).delete(),
    "delete through the owner": lambda note: note.owner.notes.all().delete(),
    "adelete": lambda note: asynchronously(Note.objects.all().adelete),
    "raw delete": lambda note: Note.objects.filter(pk=note.pk)._raw_delete("default"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_marks_the_owner_and_the_team(write: Callable[[Note], Any], note: Note, ann: Owner) -> None:
    write(note)
    assert marks(NOTE) == scopes_of(ann)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_write_that_is_rolled_back_marks_nobody(write: Callable[[Note], Any], note: Note) -> None:
    with transaction.atomic():
        write(note)
        transaction.set_rollback(True)
    assert marks() == set()


def test_saving_a_row_that_stays_where_it_is_reads_it_once(note: Note) -> None:
    with CaptureQueriesContext(connection) as captured:
        save(note)
    reads = [query["sql"] for query in captured if query["sql"].startswith("SELECT")]
    assert len(reads) == 1 + connection.features.has_select_for_update


# Trap 29: both the old and the new owner.


def give_by_save(note: Note, ben: Owner) -> None:
    note.owner = ben
    note.save()


def give_by_another_instance(note: Note, ben: Owner) -> None:
    Note(pk=note.pk, owner=ben, text="").save()


def give_by_bulk_update(note: Note, ben: Owner) -> None:
    note.owner = ben
    Note.objects.bulk_update([note], ["owner"])


def give_by_upsert(note: Note, ben: Owner) -> None:
    Note.objects.bulk_create(
        [Note(owner=ben, number=note.number)],
        update_conflicts=True,
        update_fields=["owner"],
        unique_fields=["number"],
    )


GIFTS: dict[str, Callable[[Note, Owner], Any]] = {
    "save": give_by_save,
    "save of another instance": give_by_another_instance,
    "update": lambda note, ben: Note.objects.update(owner=ben),
    "update of what was filtered by": lambda note, ben: Note.objects.exclude(owner=ben).update(owner=ben),
    "update by column": lambda note, ben: Note.objects.update(owner_id=ben.pk),
    "bulk_update": give_by_bulk_update,
    "bulk_create on conflict": give_by_upsert,
    "add": lambda note, ben: ben.notes.add(note),
    "add one by one": lambda note, ben: ben.notes.add(note, bulk=False),
    "set": lambda note, ben: ben.notes.set([note]),
    "update of the proxy": lambda note, ben: NoteProxy.objects.update(owner=ben),
    "update_or_create": lambda note, ben: Note.objects.update_or_create(number=1, defaults={"owner": ben}),
}


@pytest.mark.parametrize("give", GIFTS.values(), ids=GIFTS)
def test_a_row_that_changes_hands_marks_both(
    give: Callable[[Note, Owner], Any], note: Note, ann: Owner, ben: Owner
) -> None:
    give(note, ben)
    assert Note.objects.get().owner == ben
    assert marks(NOTE) == scopes_of(ann, ben)


def test_children_and_their_parents_rows_are_one(ann: Owner, ben: Owner) -> None:
    urgent = UrgentNote.objects.create(owner=ann, reason="fire")
    for write in (
        lambda: UrgentNote.objects.update(reason="flood"),
        lambda: UrgentNote.objects.update(text="x"),
        lambda: UrgentNote.objects.get().save(),
        lambda: urgent.save(update_fields=["reason"]),
        lambda: urgent.save(update_fields=["text"]),
        lambda: Note.objects.get(pk=urgent.pk).save(),
    ):
        forget()
        write()
        assert marks(NOTE) == scopes_of(ann)
    forget()
    UrgentNote.objects.update(owner=ben)
    assert marks(NOTE) == scopes_of(ann, ben)
    forget()
    UrgentNote.objects.all().delete()
    assert marks(NOTE) == scopes_of(ben)


def wait_until_blocked() -> None:
    """Until some writer waits for a row that this transaction holds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("way", ["save", "update", "bulk_create on conflict", "add"])
def test_a_row_that_changes_hands_twice_at_once_marks_all_three(
    way: str, note: Note, ann: Owner, ben: Owner
) -> None:
    cara = Owner.objects.create(name="Cara")
    forget()
    with transaction.atomic():
        Note.objects.update(owner=ben)
        second = start(lambda: GIFTS[way](note, cara))
        if connection.features.has_select_for_update:  # SQLite lets it begin when this one ends
            wait_until_blocked()
    second.result(PATIENCE)
    assert Note.objects.get().owner == cara
    of_first, of_second = scopes_of(ann, ben), scopes_of(ben, cara)
    found = list(Mark.objects.filter(model=NOTE).order_by("pk").values_list("scope", flat=True))
    assert set(found[: len(of_first)]) == of_first
    assert set(found[len(of_first) :]) == of_second


def test_a_row_that_somebody_commits_in_the_middle_of_an_update_is_not_updated_unmarked(
    note: Note, ann: Owner, ben: Owner
) -> None:
    came: list[str] = []

    def commit_one_more(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith('UPDATE "sample_note"') and connection.features.has_select_for_update:
            elsewhere(lambda: Note.objects.create(owner=ben, text="first"))
            came.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(commit_one_more):
        updated = Note.objects.filter(text="first").update(text="x")
    assert updated == 1
    assert not Note.objects.filter(owner=ben, text="x").exists()
    assert len(came) == int(connection.features.has_select_for_update)


# Rows behind other tables, cascades, many-to-many.


def test_a_path_through_other_tables_is_followed(note: Note, ann: Owner, ben: Owner) -> None:
    comment = Comment.objects.create(note=note)
    assert marks("sample.Comment") == {f"owner.{ann.pk}"}
    others = Note.objects.create(owner=ben)
    forget()
    Comment.objects.filter(pk=comment.pk).update(note=others)
    assert marks("sample.Comment") == {f"owner.{ann.pk}", f"owner.{ben.pk}"}
    forget()
    Comment.objects.bulk_create([Comment(note=note), Comment(note=others)], ignore_conflicts=True)
    assert marks("sample.Comment") == {f"owner.{ann.pk}", f"owner.{ben.pk}"}


@pytest.mark.parametrize(
    "delete",
    [Owner.delete, lambda owner: Owner.objects.filter(pk=owner.pk).delete()],
    ids=["row", "queryset"],
)
def test_cascades_mark_whom_the_deleted_rows_concerned(
    delete: Callable[[Owner], Any], note: Note, ann: Owner
) -> None:
    Comment.objects.create(note=note)
    note.tags.add(Tag.objects.create(name="red"))
    forget()
    ann_id, team_id = ann.pk, ann.team_id
    delete(ann)
    own = (NOTE, "sample.Owner", "sample.Comment", "sample.Note_tags")
    assert set(Mark.objects.values_list("scope", "model")) == {
        *((f"owner.{ann_id}", model) for model in own),
        *((f"team.{team_id}", model) for model in own[:2]),
    }


def test_many_to_many_rows_are_tracked_like_others(note: Note, ann: Owner) -> None:
    red = Tag.objects.create(name="red")
    for change in (
        lambda: note.tags.add(red),
        lambda: note.tags.remove(red),
        lambda: red.notes.add(note),
        lambda: note.tags.clear(),
        lambda: note.tags.set([red]),
        lambda: red.delete(),
    ):
        forget()
        change()
        assert marks("sample.Note_tags") == {f"owner.{ann.pk}"}


def test_scopes_may_be_found_by_a_query(ann: Owner, ben: Owner) -> None:
    forget()
    team = Team.objects.get()
    team.name = "South"
    team.save()
    assert marks("sample.Team") == {f"team.{team.pk}", f"owner.{ann.pk}"}


# Together with the write.


@contextmanager
def no_marks_table() -> Iterator[None]:
    """The database refuses marks, as if its disk were full."""

    def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT INTO") and "realtime_mark" in sql:
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        yield


@pytest.mark.parametrize(
    "name", ["save", "update", "bulk_create", "delete", "delete of a queryset", "create", "raw delete"]
)
def test_outside_a_transaction_too_the_write_and_its_marks_commit_together(name: str, note: Note) -> None:
    before = list(Note.objects.values())
    with no_marks_table(), pytest.raises(DatabaseError):
        WRITES[name](note)
    assert list(Note.objects.values()) == before


def test_others_see_the_write_and_its_marks_at_the_same_moment(note: Note) -> None:
    seen: list[tuple[bool, bool]] = []

    def look() -> None:
        done = connections["default"]
        seen.append((Note.objects.filter(text="saved").exists(), Mark.objects.exists()))
        done.close()

    def between(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        looker = threading.Thread(target=look)
        looker.start()
        looker.join()
        return execute(sql, *rest)

    with connection.execute_wrapper(between):
        save(note)
    look()
    assert set(seen) == {(False, False), (True, True)}


def test_a_failed_write_marks_nobody(note: Note, ben: Owner) -> None:
    with pytest.raises(IntegrityError):
        Note.objects.create(owner=ben, number=note.number)
    assert marks() == set()
    with transaction.atomic():
        with pytest.raises(IntegrityError), transaction.atomic():
            Note.objects.create(owner=ben, number=note.number)
        Note.objects.create(owner=ben)
    assert marks(NOTE) == scopes_of(ben)


def test_a_mistake_in_finding_scopes_does_not_fail_the_write(
    note: Note, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(rows: Collection[tuple[Any, ...]]) -> Iterable[Scope]:
        raise KeyError("a mistake")

    monkeypatch.setattr(observers[Note], "scopes", fail)
    save(note)
    Note.objects.update(done=True)
    assert Note.objects.get().text == "saved"
    assert marks() == set()
    assert "no scopes for a change of sample.Note" in caplog.text


def test_a_bulk_write_asks_for_scopes_and_rows_together(ann: Owner) -> None:
    def queries(count: int) -> int:
        Note.objects.all().delete()
        Note.objects.bulk_create(Note(owner=ann) for _ in range(count))
        with CaptureQueriesContext(connection) as captured:
            Note.objects.update(done=True)
            Note.objects.all().delete()
        return len(captured)

    assert queries(2) == queries(90)


def test_a_transaction_of_many_writes_leaves_few_rows(ann: Owner) -> None:
    forget()
    with transaction.atomic():
        for _ in range(20):
            Note.objects.create(owner=ann)
    assert Mark.objects.count() == len(scopes_of(ann))


# By hand, and what is refused.


def test_touch_marks_what_raw_sql_changed(ann: Owner) -> None:
    forget()
    touch([Scope("owner", str(ann.pk)), Scope("team", "3")], Note)
    assert set(Mark.objects.values_list("scope", "model")) == {(f"owner.{ann.pk}", NOTE), ("team.3", NOTE)}
    forget()
    with transaction.atomic():
        touch([Scope("team", "3")], Note)
        transaction.set_rollback(True)
    assert marks() == set()


def test_outside_a_transaction_a_touch_is_one_and_the_bell_rings_after_it() -> None:
    forget()
    heard: list[int] = []

    def listen() -> None:
        heard.append(Mark.objects.count())

    bell.connect(listen)
    try:
        for _ in range(2):
            touch([Scope("team", "3")], Note)
    finally:
        bell.disconnect(listen)
    assert heard == [1, 2]


def test_an_untracked_model_marks_nobody() -> None:
    Untracked.objects.create(text="x").save()
    Untracked.objects.update(text="y")
    Untracked.objects.all().delete()
    assert marks() == set()


def test_a_model_is_tracked_in_one_way() -> None:
    tracking.connect()  # as when Django starts its applications again
    with pytest.raises(AlreadyTracked):
        track(Note, fields=["owner_id"], scopes=lambda rows: [])


def test_a_path_that_leads_nowhere_is_refused_at_start_up() -> None:
    with pytest.raises(Exception, match="nowhere"):
        track(Untracked, fields=["nowhere"], scopes=lambda rows: [])
    assert Untracked not in observers


def test_what_django_refuses_is_still_refused(note: Note) -> None:
    for refused in (
        lambda: Note.objects.all()[:1].update(text="x"),
        lambda: Note.objects.all()[:1].delete(),
        lambda: Note.objects.values("text").delete(),
        lambda: Note.objects.distinct("text").delete(),
    ):
        with pytest.raises(TypeError):
            refused()
    assert marks() == set()


# What tracking must not disturb.


def test_managers_keep_their_kind_and_migrations_see_no_change() -> None:
    assert isinstance(Note.objects.all(), NoteQuerySet)
    assert type(Note.objects.all()).__qualname__ == "NoteQuerySet"
    assert Note._default_manager.name == "objects"
    assert Note.objects.deconstruct() == NoteQuerySet.as_manager().deconstruct()
    assert Note.open_notes == OpenNotes()
    assert OpenNotes() == Note.open_notes
    assert Note.objects != Note.open_notes


def test_models_defined_later_do_not_silence_the_managers(note: Note, ann: Owner) -> None:
    """Django forgets what it cached about every model whenever one is defined."""
    apps.clear_cache()
    Note._base_manager.update(text="x")
    Note.objects.update(text="x")
    ann.notes.update(text="x")
    assert Mark.objects.count() == 3 * len(scopes_of(ann))
