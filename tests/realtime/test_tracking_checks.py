"""Models whose changes could happen unseen are refused at start-up."""

from collections.abc import Iterator

import pytest
from django.db import models
from django.test.utils import isolate_apps

from realtime.sections import Audience, Registry, Section
from realtime.tracking_checks import check_tracking, rewritten, untracked
from tests.realtime.sample.models import Note, NoteProxy, Owner, Untracked, UrgentNote
from tests.realtime.sample.sections import documents

EVERYBODY: Audience[object] = Audience("everybody", "user", lambda ids: {}, lambda subject: True)


@pytest.fixture
def _isolated() -> Iterator[None]:
    with isolate_apps("realtime"):
        yield


def reading(*models_read: type[models.Model]) -> Registry:
    return Registry([Section("a", EVERYBODY, lambda subjects, now: {}, models_read)])


@pytest.mark.usefixtures("_isolated")
@pytest.mark.parametrize("on_delete", [models.SET_NULL, models.SET_DEFAULT, models.SET(None)])
def test_a_foreign_key_that_is_rewritten_unseen_is_refused(on_delete: object) -> None:
    class Parent(models.Model):  # noqa: DJ008
        class Meta:
            app_label = "realtime"

    class Child(models.Model):  # noqa: DJ008
        parent = models.ForeignKey(Parent, on_delete, null=True, default=None)  # type: ignore[arg-type]

        class Meta:
            app_label = "realtime"

    (error,) = rewritten([Parent, Child])
    assert error.id == "realtime.E010"
    assert error.obj is Child._meta.get_field("parent")


def test_the_sample_is_accepted() -> None:
    assert list(rewritten([Note, Owner])) == []
    assert list(untracked(documents)) == []


def test_a_section_that_reads_an_untracked_model_is_refused() -> None:
    (error,) = untracked(reading(Note, Untracked))
    assert error.id == "realtime.E011"
    assert error.obj is Untracked


def test_a_child_and_a_proxy_are_tracked_with_their_parent() -> None:
    assert list(untracked(reading(UrgentNote, NoteProxy))) == []


def test_the_service_itself_passes() -> None:
    assert check_tracking(None) == []
