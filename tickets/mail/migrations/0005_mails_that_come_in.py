"""What comes in by mail is kept as it came; what goes out says why, and what became of it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import tickets.files
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_reply_text_in_mails'),
        ('mail', '0004_put_off'),
        ('tickets', '0020_mailed_messages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='outboundemail',
            name='fate',
            field=models.CharField(blank=True, choices=[('', 'Nothing reported'), ('delivered', 'Delivered'), ('delayed', 'Delayed'), ('failed', 'Not delivered')], db_default='', max_length=10, verbose_name='what was reported'),
        ),
        migrations.AddField(
            model_name='outboundemail',
            name='fate_at',
            field=models.DateTimeField(null=True, verbose_name='reported'),
        ),
        migrations.AddField(
            model_name='outboundemail',
            name='fate_words',
            field=models.TextField(blank=True, db_default='', verbose_name="the report's words"),
        ),
        migrations.AddField(
            model_name='outboundemail',
            name='why',
            field=models.CharField(blank=True, db_default='', max_length=100, verbose_name='why they were told'),
        ),
        migrations.CreateModel(
            name='InboundEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('door', models.CharField(choices=[('smtp', 'SMTP'), ('lmtp', 'LMTP'), ('imap', 'IMAP'), ('pipe', 'Pipe')], max_length=5, verbose_name='came by')),
                ('source', models.CharField(blank=True, default='', help_text='Where it lay, where that names it for good: account, folder and IMAP UID.', max_length=255)),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('mail_from', models.CharField(blank=True, max_length=320, verbose_name='envelope sender')),
                ('rcpt_to', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=320), default=list, size=None, verbose_name='envelope recipients')),
                ('raw', models.FileField(blank=True, upload_to=tickets.files.server_name, verbose_name='as it came')),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('quarantined', 'In quarantine')], default='waiting', max_length=15, verbose_name='state')),
                ('outcome', models.CharField(blank=True, choices=[('', 'None yet'), ('opened', 'Made a ticket'), ('added', 'Added to a ticket'), ('held', 'Waits on a ticket: sender not verified'), ('reported', 'Told what became of a mail of ours'), ('kept', 'Automatic: kept here, nothing done'), ('double', 'Came twice'), ('discarded', 'Discarded')], default='', max_length=10, verbose_name='what was done')),
                ('reason', models.CharField(blank=True, default='', max_length=40, verbose_name='why')),
                ('check_of_sender', models.CharField(blank=True, choices=[('', 'Not checked'), ('pass', 'Verified'), ('fail', 'Not the sender it claims to be')], default='', max_length=5, verbose_name='sender')),
                ('message_id', models.CharField(blank=True, default='', max_length=255, verbose_name='Message-ID')),
                ('fingerprint', models.CharField(blank=True, default='', max_length=64)),
                ('sender', models.CharField(blank=True, default='', max_length=254, verbose_name='from')),
                ('sender_name', models.CharField(blank=True, default='', max_length=150, verbose_name='name')),
                ('subject', models.CharField(blank=True, default='', max_length=200, verbose_name='subject')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='failed tries')),
                ('next_try_at', models.DateTimeField(verbose_name='next try')),
                ('error', models.TextField(blank=True, default='', verbose_name='error')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='settled')),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='mail.outboundemail')),
                ('became', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='mail', to='tickets.message')),
                ('brand', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.brand')),
                ('double_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='doubles', to='mail.inboundemail')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'incoming mail',
                'verbose_name_plural': 'incoming mails',
                'permissions': [('view_raw_mail', 'Can download mails as they came')],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_try_at', 'id'], name='mail_to_read'), models.Index(condition=models.Q(('state', 'quarantined')), fields=['-id'], name='mail_in_quarantine'), models.Index(fields=['fingerprint'], name='mail_that_came_twice'), models.Index(fields=['sender', '-id'], name='mail_by_sender')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('source', ''), _negated=True), fields=('source',), name='mail_taken_once')],
            },
        ),
    ]
