"""Ticket numbers begin at 10001: long enough to be read out without a mistake."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH 10001",
            migrations.RunSQL.noop,
        ),
    ]
