"""Bring the agents' search up to date at once, or make all of it anew."""

from __future__ import annotations

from datetime import timedelta

from django.core.management.base import BaseCommand

from tickets import clock, search
from tickets.models import SearchEntry, StaleEntry, Ticket

TOLD_EVERY = timedelta(seconds=5)


class Command(BaseCommand):
    help = (
        "Index every ticket that waits for it or has no entry; with --all, every ticket anew. It "
        "may run beside everything else, be stopped, and go on when it is run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="every ticket, not what waits")

    def handle(self, *args, **options):
        tickets = Ticket.objects.all()
        if not options["all"]:
            entries = SearchEntry.objects.values("pk")
            tickets = tickets.exclude(pk__in=entries)
        search.make_anew(tickets)
        search.note_names()
        done, more = 0, True
        while more:
            left = StaleEntry.objects.count()
            self.stdout.write(f"{done} tickets indexed, {left} to go")
            made, more = search.catch_up(until=clock.now() + TOLD_EVERY)
            done += made
        self.stdout.write(f"{done} tickets indexed")
