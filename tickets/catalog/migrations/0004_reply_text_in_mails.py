"""A brand may mail what agents answered."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_question_default'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='mails_reply_text',
            field=models.BooleanField(default=False, help_text='To people whose address is proved; of restricted requests never.', verbose_name='mails hold what agents answered'),
        ),
    ]
