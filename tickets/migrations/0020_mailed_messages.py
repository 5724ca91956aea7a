"""A mailed message folds what it repeats; files off the list are withheld; messages can be moved."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0019_unassigned'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='event',
            name='event_into',
        ),
        migrations.AddField(
            model_name='attachment',
            name='withheld',
            field=models.BooleanField(default=False, help_text='Came by mail and is off the list: for staff alone, to save.'),
        ),
        migrations.AddField(
            model_name='message',
            name='quoted',
            field=models.TextField(blank=True, default='', help_text='What a mail repeated of others: shown folded.'),
        ),
        migrations.AlterField(
            model_name='event',
            name='type',
            field=models.CharField(choices=[('opened', 'Opened'), ('replied', 'Replied'), ('noted', 'Noted'), ('status_changed', 'Status changed'), ('level_changed', 'Level changed'), ('assigned', 'Assigned'), ('policy_changed', 'Promises changed'), ('calendar_changed', 'Opening hours changed'), ('copy_proposed', 'Copy proposed'), ('copy_withdrawn', 'Copy withdrawn'), ('watched', 'Watched'), ('unwatched', 'Unwatched'), ('attributes_changed', 'Type, product or organization changed'), ('merged', 'Merged into another ticket'), ('unmerged', 'Taken out of another ticket again'), ('deleted', 'Deleted'), ('spam', 'Marked as spam'), ('not_spam', 'Marked as no spam'), ('team_changed', 'Given to a team'), ('tags_changed', 'Tags changed'), ('snoozed', 'Snoozed'), ('woken', 'Woken'), ('split', 'Split'), ('redacted', 'Removed for good'), ('callback_asked', 'Callback asked for'), ('called_back', 'Called back'), ('answers_filled', 'Answers filled in'), ('callback_ended', 'Callback not wanted any more'), ('moved', 'Message moved to another ticket')], max_length=20),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(models.F('data__into'), condition=models.Q(('type__in', ('merged', 'unmerged', 'split', 'moved'))), name='event_into'),
        ),
    ]
