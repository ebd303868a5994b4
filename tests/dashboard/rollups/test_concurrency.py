"""Writers, folders and readers at once: every reader sees sums of exactly the rows that it sees."""

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import F

from dashboard.rollups import keeping
from dashboard.rollups.keeping import compare, fold, repair
from domain.models import Call, QueueEntry
from tests.dashboard.rollups.comparing import NOW
from tests.dashboard.worlds import tenant_world
from tests.factories import CallFactory

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = 40


def _together(*jobs: Callable[[], object]) -> None:
    """Run the jobs in threads of their own; the first error of any is raised here."""
    errors: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _writer(world: Any, seed: int) -> Callable[[], None]:
    random = Random(seed)
    ids = list(Call.objects.values_list("pk", flat=True))
    agents = [agent.pk for agent in world.agents]

    def write() -> None:
        for n in range(WRITES):
            chosen = Call.objects.filter(pk=random.choice(ids))
            match random.randrange(4):
                case 0:
                    chosen.update(outcome=random.choice(["converted", "voicemail", ""]), talk_s=n)
                case 1:
                    chosen.update(started_at=F("started_at") - timedelta(hours=random.randrange(30)))
                case 2:
                    with transaction.atomic():
                        entries = QueueEntry.objects.filter(call__in=chosen, left_at__isnull=False)
                        entries.update(assigned_agent=random.choice(agents))
                        chosen.update(hold_s=n)
                case 3:
                    with transaction.atomic():
                        CallFactory(owner=world.tenant, started_at=NOW - timedelta(hours=n), offered=True)
                        transaction.set_rollback(random.random() < 0.3)

    return write


def test_every_snapshot_has_the_sums_of_its_rows_while_others_write_and_fold() -> None:
    world = tenant_world(now=NOW)
    done = threading.Event()
    looks: list[int] = []

    def look() -> None:
        while not done.is_set() or len(looks) < 3:
            looks.append(compare(NOW).count)

    def keep_folding() -> None:
        while not done.is_set():
            fold()

    def write() -> None:
        try:
            _together(*(_writer(world, seed) for seed in range(3)))
        finally:
            done.set()

    _together(write, look, keep_folding, keep_folding)
    assert set(looks) == {0}
    fold()
    assert compare(NOW).count == 0


def test_a_call_and_its_queue_entry_may_be_written_by_two_transactions_at_once() -> None:
    world = tenant_world(now=NOW)
    entry = QueueEntry.objects.filter(status="completed").earliest("pk")
    started = threading.Barrier(2)

    def change_call() -> None:
        started.wait()
        for n in range(30):
            Call.objects.filter(pk=entry.call_id).update(outcome=["converted", "voicemail"][n % 2])

    def change_entry() -> None:
        started.wait()
        for n in range(30):
            QueueEntry.objects.filter(pk=entry.pk).update(assigned_agent=world.agents[n % 2])

    _together(change_call, change_entry)
    assert compare(NOW).count == 0


def test_repairing_while_others_write_corrects_what_was_wrong_and_nothing_else() -> None:
    world = tenant_world(now=NOW)
    fold()
    for rollup in keeping.ROLLUPS:
        rollup.cells._base_manager.filter(level=0).delete()
    corrected: list[int] = []

    def correct() -> None:
        corrected.append(repair(NOW))

    _together(_writer(world, 1), _writer(world, 2), correct, correct, fold)
    assert compare(NOW).count == 0
    assert sum(map(bool, corrected)) == 1, "two repairs, and only one of them found anything"


def test_a_repair_that_comes_second_corrects_nothing() -> None:
    tenant_world(now=NOW)
    fold()
    keeping.ROLLUPS[0].cells._base_manager.all().delete()
    first, second = compare(NOW), compare(NOW)
    assert keeping.correct(first)
    assert not keeping.correct(second)
    assert compare(NOW).count == 0


def test_two_folders_of_the_same_rows_add_them_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant_world(now=NOW)
    summed = keeping.sums
    overtaken: list[bool] = []

    def fold_in_between(*args: Any) -> Any:
        rows = list(summed(*args))
        # SQLite has one writer at a time: nobody comes in between.
        if not overtaken and connections["default"].vendor == "postgresql":
            overtaken.append(True)
            _together(fold)
        return rows

    monkeypatch.setattr(keeping, "sums", fold_in_between)
    fold()
    monkeypatch.undo()
    fold()
    assert compare(NOW).count == 0
