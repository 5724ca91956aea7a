"""What is nobody's has an index of its own: an empty column in another one gives no order."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0018_unsent_texts'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee', None), ('status__in', frozenset(['new', 'on_hold', 'open', 'pending']))), fields=['queue_rank', 'next_due_at', 'id'], include=('brand', 'level', 'status', 'snoozed_until', 'restricted'), name='ticket_queue_unassigned'),
        ),
    ]
