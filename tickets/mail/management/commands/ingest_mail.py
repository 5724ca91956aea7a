"""Take one mail from standard input, for the pipe of a mail server."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tickets.mail.inbound import taking
from tickets.mail.inbound.top import envelope_of
from tickets.mail.models import InboundEmail

# What mail servers understand (sysexits.h): never again, and again later.
REFUSED, TRY_AGAIN = 65, 75


class Command(BaseCommand):
    help = (
        "Takes one mail from standard input. Ends with 0 once it is stored for good, with 75 where "
        "it cannot be stored now, with 65 where it never will be."
    )
    # A mail is kept even where something else about the site is wrong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="sender", help="the sender of the envelope")
        parser.add_argument("--to", nargs="+", help="the recipients of the envelope")

    def handle(self, *args, sender, to, **options):
        try:
            self._take(sender, to)
        except taking.Refused as refused:
            raise CommandError(f"{refused.words}.", returncode=REFUSED) from refused
        except Exception as error:  # whatever it is, the mail server keeps the mail
            words = f"The mail cannot be stored now ({type(error).__name__}); try again later."
            raise CommandError(words, returncode=TRY_AGAIN) from error

    def _take(self, sender: str | None, to: list[str] | None) -> None:
        raw = sys.stdin.buffer.read(settings.MAIL_IN.max_bytes + 1)
        while sys.stdin.buffer.read(2**20):
            pass  # whoever brings too much hears our answer, not that we went away
        mail_from, rcpt_to = envelope_of(raw)
        taking.take(
            raw,
            door=InboundEmail.Door.PIPE,
            mail_from=mail_from if sender is None else sender,
            rcpt_to=to or rcpt_to,
        )
