"""Inside ``snapshot()`` there is one state of the database, and nothing can be written."""

import pytest
from django.db import DatabaseError, connections

from realtime.snapshots import ALIAS, SnapshotRouter, borrowed, snapshot
from tests.realtime.sample.models import Note, Owner
from tests.realtime.threads import elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


def add(name: str) -> None:
    elsewhere(lambda: Owner.objects.create(name=name))


def names() -> list[str]:
    return list(Owner.objects.order_by("pk").values_list("name", flat=True))


def test_what_is_committed_meanwhile_is_not_seen() -> None:
    add("Ann")
    with snapshot():
        assert names() == ["Ann"]
        add("Ben")
        assert names() == ["Ann"]
    assert names() == ["Ann", "Ben"]


def test_the_state_is_that_of_the_beginning_not_of_the_first_read() -> None:
    with snapshot():
        add("Ann")
        assert names() == []


def test_every_way_of_reading_sees_the_same_state() -> None:
    owner = Owner.objects.create(name="Ann")
    Note.objects.create(owner=owner)
    with snapshot():
        elsewhere(lambda: Note.objects.all().delete())
        elsewhere(lambda: Owner.objects.update(name="Anna"))
        note = Note.objects.get()
        assert note.owner.name == "Ann"
        assert note.owner.notes.count() == 1
        assert list(owner.notes.all()) == [note]
        assert Owner.objects.prefetch_related("notes").get().notes.all()[0] == note


def test_a_snapshot_within_a_snapshot_is_the_same_one() -> None:
    with snapshot():
        add("Ann")
        with snapshot():
            assert names() == []
        assert names() == []
    assert names() == ["Ann"]


def test_postgresql_plans_once_what_is_read_again_and_again() -> None:
    Owner.objects.create(name="Ann")
    with snapshot():
        for name in ("Ann", "Ben", "Cem"):
            Owner.objects.filter(name=name).count()
        if connections[ALIAS].vendor == "sqlite":
            return
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT statement, custom_plans FROM pg_prepared_statements")
            planned = dict(cursor.fetchall())
    assert {plans for statement, plans in planned.items() if "COUNT" in statement} == {0}


def test_writing_is_refused() -> None:
    Owner.objects.create(name="Ann")
    with pytest.raises(DatabaseError), snapshot():
        Owner.objects.get().save()
    with pytest.raises(DatabaseError), snapshot():
        Owner.objects.using(ALIAS).create(name="Ben")
    assert names() == ["Ann"]


def test_reads_go_back_to_their_place_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), snapshot():
        _ = 1 / 0
    assert Owner.objects.all().db == "default"
    with snapshot():
        assert Owner.objects.all().db == ALIAS


def test_a_connection_that_was_opened_for_the_snapshot_is_closed_after_it() -> None:
    def after(open_before: bool) -> bool:
        connection = connections[ALIAS]
        if open_before:
            connection.ensure_connection()
        with snapshot():
            names()
        return connection.connection is not None

    assert elsewhere(lambda: after(open_before=False)) is False
    assert elsewhere(lambda: after(open_before=True)) is True


def test_a_borrowed_connection_is_closed_even_if_the_work_fails() -> None:
    def fail() -> None:
        with borrowed("default") as connection:
            connection.ensure_connection()
            _ = 1 / 0

    def after() -> bool:
        with pytest.raises(ZeroDivisionError):
            fail()
        return connections["default"].connection is not None

    assert elsewhere(after) is False


def test_the_alias_of_the_snapshots_is_never_migrated() -> None:
    router = SnapshotRouter()
    assert router.allow_migrate(ALIAS, "sample") is False
    assert router.allow_migrate("default", "sample") is None
