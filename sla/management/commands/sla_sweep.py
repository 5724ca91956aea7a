"""Record what came due of promises, as beat does every few seconds."""

from django.core.management.base import BaseCommand

from sla.sweep import sweep
from tickets import clock


class Command(BaseCommand):
    help = (
        "Record every promise whose deadline has passed as a breach, escalate those that wait "
        "still, and warn of those that are near; say how many of each."
    )

    def handle(self, *args, **options):
        self.stdout.write(str(sweep(clock.now())))
