"""Checking, repairing, forgetting; triggers that were lost, tables that were emptied or rebuilt."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations import Migration

from dashboard.rollups import triggers
from dashboard.rollups.checking import check
from dashboard.rollups.keeping import compare, fold, forget, repair
from dashboard.rollups.migrating import after_migrations, before_migrations
from dashboard.rollups.shape import DAY, Grain, Level, horizon_of
from dashboard.rollups.subjects import CALLS, ROLLUPS
from domain.models import Call, Callback, Customer, Payment, QueueEntry
from realtime.metrics import metrics
from tests.dashboard.worlds import documents, tenant_world
from tests.factories import CallFactory, TenantFactory

pytestmark = pytest.mark.django_db(transaction=True)

RANDOM = Random(1)
PLAN = [(Migration("a_change", "domain"), False)]


@pytest.fixture
def now() -> datetime:
    found = datetime.now(UTC)
    tenant_world(now=found)
    fold()
    return found


def _unseen(sql: str) -> None:
    """Write past the triggers."""
    triggers.remove("default")
    with connection.cursor() as cursor:
        cursor.execute(sql)
    triggers.install("default")


def _run(*options: str) -> str:
    out = StringIO()
    call_command("rollups", *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_check_finds_nothing_where_nothing_is_wrong(now: datetime) -> None:
    Call.objects.update(talk_s=1)  # in the journal, not in the cells
    before = metrics.corrections_total
    assert check(now, RANDOM) == 0
    assert metrics.corrections_total == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE domain_call SET outcome = 'voicemail' WHERE outcome = 'converted'",
        "UPDATE domain_customer SET interest = 'hot'",
        "UPDATE domain_callback SET status = 'cancelled' WHERE status = 'scheduled'",
        "UPDATE domain_payment SET refunded = amount WHERE paid_at IS NOT NULL",
        "DELETE FROM dashboard_callcell WHERE grain = 1",
        "UPDATE dashboard_callcell SET started_calls = started_calls + 1 WHERE grain = 2",
    ],
)
def test_a_check_finds_what_was_written_past_the_triggers_corrects_it_and_counts_it(
    now: datetime, sql: str
) -> None:
    _unseen(sql)
    if compare(now).count == 0:
        pytest.fail("the write changed nothing that is summed")
    before = metrics.corrections_total
    corrected = check(now, RANDOM)
    assert corrected > 0
    assert metrics.corrections_total == before + corrected
    assert compare(now).count == 0
    assert check(now, RANDOM) == 0


def test_a_check_puts_lost_triggers_back_and_makes_up_for_what_they_missed(now: datetime) -> None:
    triggers.remove("default")
    Call.objects.update(satisfaction=1)
    assert check(now, RANDOM) > 0
    assert triggers.missing("default") == set()
    assert compare(now).count == 0


def test_verify_tells_and_changes_nothing(now: datetime) -> None:
    assert "All sums are what the rows say" in _run("--verify")
    _unseen("UPDATE domain_call SET talk_s = talk_s + 1")
    with pytest.raises(CommandError, match="not what the rows say"):
        _run("--verify")
    assert compare(now).count > 0


def test_verify_tells_of_missing_triggers(now: datetime) -> None:
    triggers.remove("default")
    with pytest.raises(CommandError, match="dashboard_calljournal_domain_call_update"):
        _run("--verify")
    triggers.install("default")


def test_rebuild_makes_everything_right(now: datetime) -> None:
    before = documents(now=now)
    triggers.remove("default")
    for rollup in ROLLUPS:
        rollup.cells._base_manager.all().delete()
    CALLS.cells._base_manager.create(
        level=0, subject=0, grain=0, bucket=horizon_of(now) + DAY, owner=0, **dict.fromkeys(CALLS.columns, 9)
    )
    assert "Corrected" in _run("--rebuild")
    assert triggers.missing("default") == set()
    assert compare(now).count == 0
    assert documents(now=now) == before


def test_without_options_what_is_pending_is_folded(now: datetime) -> None:
    CallFactory()
    assert "Folded" in _run()
    assert not CALLS.journal._base_manager.exists()


def test_what_no_window_reaches_is_forgotten_and_totals_and_days_of_tenants_are_kept(now: datetime) -> None:
    old = now - timedelta(days=200)
    CallFactory(owner=TenantFactory(), started_at=old)
    fold()
    before = documents(now=now)
    assert forget(now) > 0
    horizon = horizon_of(now)
    left = CALLS.cells._base_manager.exclude(grain=Grain.EVER).filter(bucket__lt=horizon)
    assert set(left.values_list("level", "grain")) == {
        (Level.PLATFORM, Grain.DAY),
        (Level.OWNER, Grain.DAY),
    }
    assert documents(now=now) == before
    assert compare(now).count == 0
    Call.objects.filter(started_at=old).delete()  # a late correction of what is forgotten
    fold()
    assert compare(now).count == 0


def test_after_its_tables_were_emptied_in_any_order_a_database_has_no_sums(now: datetime) -> None:
    kept = [model for rollup in ROLLUPS for model in (rollup.journal, rollup.cells)]
    with transaction.atomic(), connection.cursor() as cursor:  # as ``flush`` does on SQLite
        for model in [*kept, QueueEntry, Call, Callback, Payment, Customer]:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    assert any(model._base_manager.exists() for model in kept)
    after_migrations(using="default")
    assert not any(model._base_manager.exists() for model in kept)
    CallFactory()
    fold()
    assert compare(now).count == 0


def test_triggers_make_way_for_migrations_and_what_these_write_is_made_up_for(now: datetime) -> None:
    before_migrations(using="default", plan=PLAN)
    away = triggers.missing("default")
    assert bool(away) == (connection.vendor == "sqlite"), "only SQLite rebuilds tables"
    Call.objects.update(talk_s=3)
    after_migrations(using="default", plan=PLAN)
    assert triggers.missing("default") == set()
    assert compare(now).count == 0


def test_a_migration_of_the_sums_themselves_derives_them_anew(now: datetime) -> None:
    CALLS.cells._base_manager.filter(level=Level.AGENT).delete()
    after_migrations(using="default", plan=[(Migration("another_sum", "dashboard"), False)])
    assert compare(now).count == 0


def test_without_migrations_to_run_triggers_stay(now: datetime) -> None:
    before_migrations(using="default", plan=[])
    assert triggers.missing("default") == set()


def test_an_existing_database_gets_its_sums_when_it_is_migrated(now: datetime) -> None:
    before = documents(now=now)
    triggers.remove("default")
    for rollup in ROLLUPS:
        rollup.cells._base_manager.all().delete()
        if rollup.tallies is not None:
            rollup.tallies._base_manager.all().delete()
    after_migrations(using="default", plan=PLAN)
    assert documents(now=now) == before
    assert repair(now) == 0
