"""Send everything that is due, without Celery."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from tickets.mail.relay import run


class Command(BaseCommand):
    help = "Makes waiting notices into mails and sends every mail that is due."

    def handle(self, *args, **options):
        done, _more = run()
        self.stdout.write(f"{done}.")
        if done.away:
            self.stderr.write("The mail server does not take mails; they wait.")
