"""What a mail said stays on its row, and who looked at it as it came is written down."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0005_mails_that_come_in'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='inboundemail',
            name='told',
            field=models.JSONField(blank=True, default=dict, help_text='As it was read: its words as long as no message has them, whom it names.', verbose_name='what it says'),
        ),
        migrations.CreateModel(
            name='RawDownload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('mail', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downloads', to='mail.inboundemail')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'download of a mail as it came',
                'verbose_name_plural': 'downloads of mails as they came',
                'ordering': ['-at', '-id'],
            },
        ),
    ]
