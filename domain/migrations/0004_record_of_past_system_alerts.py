"""Put on record what is known of announcements made so far: who sent them, and when they were withdrawn."""

from django.db import migrations


def record(apps, schema_editor):
    SystemAlert = apps.get_model("domain", "SystemAlert")
    Change = apps.get_model("domain", "SystemAlertChange")
    for alert in SystemAlert.objects.order_by("pk").iterator():
        sent = {"alert": alert, "action": "sent", "at": alert.created_at, "by_id": alert.created_by_id}
        Change.objects.create(**sent, created_at=alert.created_at)
        if alert.withdrawn_at is not None:  # nobody kept who did it
            withdrawn = {"alert": alert, "action": "withdrawn", "at": alert.withdrawn_at}
            Change.objects.create(**withdrawn, created_at=alert.withdrawn_at)


class Migration(migrations.Migration):
    dependencies = [("domain", "0003_system_alert_changes")]

    operations = [migrations.RunPython(record, migrations.RunPython.noop)]
