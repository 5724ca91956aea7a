"""Lives the demo company of portal/demo, so that a demo shows a quarter's work at once."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo import company
from portal.demo.filing import NotAccepted
from tickets import clock

EVERY = 50


class Command(BaseCommand):
    help = (
        "Live a believable company: people, and a quarter of tickets up to now. Does nothing "
        "where it has been lived already. Only for demos; `demo_people` comes first."
    )

    def handle(self, *args, verbosity, **options):
        if not settings.DEMO and not settings.TESTING:
            raise CommandError("These people have a password that everybody knows: set DEMO=1.")
        if company.is_lived():
            return
        try:
            company.live(clock.now(), tell=self._tell if verbosity else _silent)
        except NotAccepted as refused:
            raise CommandError(
                f"{refused}\nThe demo company needs the shipped catalog; nothing was written."
            ) from None

    def _tell(self, progress):
        if progress.filed % EVERY == 0 or progress.filed == progress.of:
            self.stdout.write(
                f"Company: {progress.filed} of {progress.of} tickets, {progress.at:%Y-%m-%d}"
            )


def _silent(progress):
    """Say nothing."""
