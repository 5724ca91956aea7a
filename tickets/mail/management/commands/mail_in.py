"""Stand at every door that mails come in by, until told to stop."""

from __future__ import annotations

import os

from django.core.management.base import BaseCommand, CommandError

from tickets.mail.inbound import doors


class Command(BaseCommand):
    help = (
        "Takes mails by SMTP (MAIL_IN_SMTP), by LMTP (MAIL_IN_LMTP) and from mailboxes "
        "(MAIL_IN_BOXES), whichever the environment names, until SIGTERM."
    )

    # Mails are taken even where something else about the site is wrong.
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        try:
            ended = doors.stand(told=self.stdout.write)
        except doors.CannotOpen as error:
            raise CommandError(str(error)) from error
        if not ended:
            # Its thread waits for a disk or a database, and Python would wait for it.
            self.stderr.write("What was under way was not acknowledged; it comes again.")
            self.stderr.flush()
            os._exit(0)
