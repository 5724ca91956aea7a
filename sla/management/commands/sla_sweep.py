"""Record the breaches that came to be, as beat does every few seconds."""

from django.core.management.base import BaseCommand

from sla.sweep import sweep
from tickets import clock


class Command(BaseCommand):
    help = "Record every promise whose deadline has passed as a breach; say how many."

    def handle(self, *args, **options):
        self.stdout.write(f"{sweep(clock.now())} breached")
