"""Let the database itself hold that a queue entry's queued_at is its call's.

A check constraint sees one row, and Django has no foreign keys over two columns; so this is a pair of triggers. Neither
instant moves once the entry is there. On SQLite a later migration that rebuilds one of the two tables loses that
table's trigger and has to make it anew; a test of the models notices.
"""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION domain_queueentry_instant() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.queued_at IS DISTINCT FROM (SELECT queued_at FROM domain_call WHERE id = NEW.call_id) THEN
            RAISE EXCEPTION 'a queue entry has the queued_at of its call' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER queue_entry_instant BEFORE INSERT OR UPDATE OF queued_at, call_id ON domain_queueentry
    FOR EACH ROW EXECUTE FUNCTION domain_queueentry_instant()
    """,
    """
    CREATE FUNCTION domain_call_queue_instant() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM domain_queueentry WHERE call_id = NEW.id) THEN
            RAISE EXCEPTION 'a queue entry has the queued_at of its call' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER call_queue_instant BEFORE UPDATE OF queued_at ON domain_call
    FOR EACH ROW WHEN (NEW.queued_at IS DISTINCT FROM OLD.queued_at) EXECUTE FUNCTION domain_call_queue_instant()
    """,
]

SQLITE = [
    """
    CREATE TRIGGER queue_entry_instant_insert BEFORE INSERT ON domain_queueentry
    WHEN NEW.queued_at IS NOT (SELECT queued_at FROM domain_call WHERE id = NEW.call_id)
    BEGIN SELECT RAISE(ABORT, 'a queue entry has the queued_at of its call'); END
    """,
    """
    CREATE TRIGGER queue_entry_instant_update BEFORE UPDATE OF queued_at, call_id ON domain_queueentry
    WHEN NEW.queued_at IS NOT (SELECT queued_at FROM domain_call WHERE id = NEW.call_id)
    BEGIN SELECT RAISE(ABORT, 'a queue entry has the queued_at of its call'); END
    """,
    """
    CREATE TRIGGER call_queue_instant BEFORE UPDATE OF queued_at ON domain_call
    WHEN NEW.queued_at IS NOT OLD.queued_at AND EXISTS (SELECT 1 FROM domain_queueentry WHERE call_id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'a queue entry has the queued_at of its call'); END
    """,
]

UNDO = {
    "postgresql": [
        "DROP TRIGGER call_queue_instant ON domain_call",
        "DROP TRIGGER queue_entry_instant ON domain_queueentry",
        "DROP FUNCTION domain_call_queue_instant()",
        "DROP FUNCTION domain_queueentry_instant()",
    ],
    "sqlite": [
        "DROP TRIGGER call_queue_instant",
        "DROP TRIGGER queue_entry_instant_update",
        "DROP TRIGGER queue_entry_instant_insert",
    ],
}


def make_triggers(apps, schema_editor):
    """Run the vendor's statements; any other vendor is not supported by the service."""
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("domain", "0001_initial")]
    operations = [migrations.RunPython(make_triggers, drop_triggers, elidable=False)]
