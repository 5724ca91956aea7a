"""Hold stored promises against the logs of their tickets, and say what differs."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

from django.core.management.base import BaseCommand, CommandError

from sla import repair, verify
from sla.models import Verification
from sla.proof_words import in_words
from tickets.models import Ticket

SAMPLE = 1000
NUMBER = re.compile(r"(?:(?P<prefix>[A-Za-z]+)-)?(?P<key>\d{1,18})", re.ASCII)
# Seconds between two words on how far it is: to somebody who looks on, and to a log.
LOOKED_AT, LOGGED = 1, 30


class Command(BaseCommand):
    help = (
        "Compare the stored promises of tickets with what their logs say, and print every "
        "difference. Nothing is changed without --repair. Ends with 1 if anything differs."
    )

    def add_arguments(self, parser):
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--all", action="store_true", help="all tickets, however old")
        which.add_argument(
            "--sample",
            type=int,
            metavar="N",
            default=SAMPLE,
            help=f"so many tickets by chance; {SAMPLE} unless something else is said",
        )
        which.add_argument("--ticket", metavar="NUMBER", help="this one, like PS-1042")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="store what the log says where something differs, and say what was mended",
        )

    def handle(self, *args, **options):
        scope, batches, expected = self._chosen(options)
        verification = verify.begin(scope)
        differing = self._check(verification, batches, expected=expected)
        verify.finish(verification)
        self.stdout.write(
            f"{verification.checked} tickets checked against their logs, {len(differing)} differ."
        )
        left = self._mend(differing) if options["repair"] else differing
        if left:
            raise CommandError(f"Differences are left on {len(left)} tickets.")

    def _chosen(self, options) -> tuple[str, Iterator[list[int]], int]:
        """Return what is checked: its scope, its keys in batches, and about how many there are."""
        tickets = Ticket.objects.all()
        if options["ticket"]:
            return Verification.Scope.TICKET, iter([[_numbered(options["ticket"]).pk]]), 1
        if options["all"]:
            return Verification.Scope.ALL, verify.batches(tickets), tickets.count()
        if options["sample"] < 1:
            raise CommandError("--sample takes a number of tickets, 1 or more.")
        keys = _sample(options["sample"])
        return Verification.Scope.SAMPLE, _batches_of(keys), len(keys)

    def _check(self, verification, batches, *, expected) -> list[Ticket]:
        differing: list[Ticket] = []
        progress = _Progress(self.stderr, expected)
        for keys in batches:
            step = verify.check(verification, keys)
            for ticket, found in step.differing if step else ():
                differing.append(ticket)
                for each in found:
                    self.stdout.write(f"{ticket.number} {in_words(each)}")
            progress.tell(verification.checked)
        progress.end()
        return differing

    def _mend(self, differing) -> list[Ticket]:
        """Mend these, and return those that cannot be."""
        left, checking = [], None
        for ticket in differing:
            try:
                for each in repair.mend(ticket):
                    self.stdout.write(f"{ticket.number} mended: {in_words(each)}")
            except repair.CannotMend as why:
                left.append(ticket)
                self.stderr.write(f"{ticket.number} cannot be mended: {why}")
                continue
            checking = checking or verify.begin(Verification.Scope.SAMPLE)
            verify.check(checking, [ticket.pk])
        if checking:
            verify.finish(checking)
        return left


class _Progress:
    """How far it is: over and over on one line of a terminal, now and then in a log."""

    def __init__(self, out, expected: int) -> None:
        self.out, self.expected = out, expected
        self.is_looked_at = out.isatty()
        self.told_at = time.monotonic()

    def tell(self, checked: int) -> None:
        if time.monotonic() - self.told_at < (LOOKED_AT if self.is_looked_at else LOGGED):
            return
        self.told_at = time.monotonic()
        words = f"{checked} of about {self.expected} tickets"
        self.out.write(f"\r{words}" if self.is_looked_at else words, ending=self._ending())

    def end(self) -> None:
        if self.is_looked_at:
            self.out.write("\r\x1b[K", ending="")

    def _ending(self) -> str:
        return "" if self.is_looked_at else "\n"


def _numbered(number: str) -> Ticket:
    """Return the ticket of this number. Raises CommandError in words."""
    said = NUMBER.fullmatch(number.strip())
    if said is None:
        raise CommandError(f"“{number}” is no ticket number; they look like PS-1042.")
    found = Ticket.objects.filter(pk=said["key"])
    if said["prefix"]:
        found = found.filter(prefix__iexact=said["prefix"])
    ticket = found.first()
    if ticket is None:
        raise CommandError(f"There is no ticket {number}.")
    return ticket


def _sample(size: int) -> list[int]:
    """Return so many keys by chance, or all where there are no more, in order."""
    ends = Ticket.objects.order_by("pk")
    first, last = ends.first(), ends.last()
    if first is None or last is None:
        return []
    span = last.pk - first.pk + 1
    if span <= 4 * size:
        keys = list(ends.values_list("pk", flat=True))
    else:
        guesses = random.sample(range(first.pk, last.pk + 1), 2 * size)
        keys = list(Ticket.objects.filter(pk__in=guesses).values_list("pk", flat=True))
    return sorted(random.sample(keys, min(size, len(keys))))


def _batches_of(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), verify.BATCH):
        yield keys[start : start + verify.BATCH]
