"""The managers' lists: promises in an order, line by line, by page or all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import lines
from sla.forms import PromiseFilterForm
from sla.lines import Line
from sla.models import Clock
from sla.places import EPOCH, DuePlace, LatestPlace, Place, ticks
from sla.remaining import remaining
from sla.standing import standing

PER_PAGE = 25
# Few enough to keep memory flat, enough that asking is not what takes the time.
BATCH = 1000


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    next: Place | None


class Listing(ABC):
    """Promises in an order, as one reader reads them at one moment.

    `found` is all of them as a query: whoever counts a list counts that.
    """

    rows: ClassVar[Any]
    found: Any
    place: ClassVar[type[Place]]
    # What a row's place is told by, beside its key.
    placed: ClassVar[Sequence[str]]
    joined: ClassVar[Sequence[str]]
    columns: ClassVar[Sequence[str]]
    beside: ClassVar[Mapping[str, F]] = {}
    # In words: the order, and the way back to where it begins.
    order: ClassVar[str | Promise]
    back: ClassVar[str | Promise]

    def __init__(self, form: PromiseFilterForm, *, now: datetime) -> None:
        self.scope, self.now = form.scope, now
        asked = self.rows.filter(**form.lookups(now=now)).of_brands(form.scope.brands)
        # Who asked for a period that there cannot be gets nothing rather than everything.
        self.found = asked.none() if form.errors else self._among(asked)

    def page(self, *, after: str = "", most: int | None = None) -> Page:
        """Return the lines behind a place, in as many queries whatever they are, and no count."""
        most = most or PER_PAGE
        found = self._find(self.place.read(after), most=most + 1)
        shown = found[:most]
        return Page(
            lines=self._lines(self._read(shown)),
            next=self._place(shown[-1]) if len(found) > most else None,
        )

    def is_longer_than(self, lines: int) -> bool:
        """Whether there are more lines; what is behind so many is not counted."""
        return self.found.order_by()[lines : lines + 1].exists()

    def count(self) -> int:
        """Count all lines: for long work only, a page never does."""
        return self.found.order_by().count()

    def batches(self) -> Iterator[Sequence[Line]]:
        """Yield all lines, a batch at a time.

        In between nothing is held, neither rows nor a transaction, so whoever reads slowly keeps
        nobody waiting. What changes meanwhile may be missed or come twice, as from page to page.
        """
        place = None
        while found := self._find(place, most=BATCH):
            yield self._lines(self._read(found))
            if len(found) < BATCH:
                return
            place = self._place(found[-1])

    def _find(self, place: Place | None, *, most: int) -> list[Any]:
        """Return the keys of the next rows, and what their places are told by.

        All that match are joined to nothing. Where a page ends is told by what was found, for a
        row may be gone, or have another place, when it is read.
        """
        keys: list[Any] = []
        for found in self._stretches(place):
            if len(keys) < most:
                keys += found.values_list("pk", *self.placed, named=True)[: most - len(keys)]
        return keys

    def _read(self, found: Sequence[Any]) -> list[Any]:
        """Return the rows with everything that is shown of them."""
        keys = [each.pk for each in found]
        read = self.rows.select_related(*self.joined).only(*self.columns).annotate(**self.beside)
        by_key = read.in_bulk(keys)
        return [by_key[key] for key in keys if key in by_key]

    @abstractmethod
    def _among(self, rows: Any) -> Any: ...

    @abstractmethod
    def _stretches(self, place) -> list[QuerySet]: ...

    @abstractmethod
    def _place(self, found) -> Place: ...

    @abstractmethod
    def _lines(self, rows: Sequence[Any]) -> list[Line]: ...


class ClockListing(Listing):
    """Promises by what is stored of them as they run: whose they are now."""

    rows = Clock.objects
    joined = ("ticket__organization", "ticket__assignee")
    columns = lines.OF_CLOCK

    def _line(self, clock: Clock, **shown: Any) -> Line:
        return lines.drawn(clock, about=clock.ticket, scope=self.scope, **shown)


class Due(ClockListing):
    """What is promised and not ended: soonest first, so late ones lead; paused ones come last."""

    place = DuePlace
    placed = ("due_at",)
    order = _("soonest first")
    back = _("Back to the soonest")

    def _among(self, rows):
        return rows.still_open()

    def _stretches(self, place):
        return self.found.soonest_first(after=place)

    def _place(self, clock):
        due = ticks(clock.due_at - EPOCH) if clock.due_at else 0
        return DuePlace(clock.due_at is None, due, clock.pk)

    def _lines(self, clocks):
        left = remaining(clocks, now=self.now)
        return [self._line(clock, **self._standing(clock, left.get(clock.pk))) for clock in clocks]

    def _standing(self, clock, left):
        stands = standing(clock, now=self.now, left=left)
        is_late = stands.state == "late"
        until_due = clock.due_at - self.now if clock.due_at else left
        return {
            "badge": stands.state,
            "words": stands.words,
            "due": clock.due_at,
            "over": self.now - clock.due_at if is_late else None,
            "left": None if is_late else until_due,
        }


class Unanswered(ClockListing):
    """First responses that never came, though the ticket was solved: the latest first."""

    place = LatestPlace
    placed = ("stopped_at",)
    order = _("latest first")
    back = _("Back to the latest")

    def _among(self, rows):
        return rows.unanswered()

    def _stretches(self, place):
        return [self.found.latest_first(after=place)]

    def _place(self, clock):
        return LatestPlace(ticks(clock.stopped_at - EPOCH), clock.pk)

    def _lines(self, clocks):
        return [self._line(clock, **self._standing(clock)) for clock in clocks]

    def _standing(self, clock):
        stands = standing(clock, now=self.now)
        return {
            "badge": stands.state,
            "words": stands.words,
            "due": clock.breached_at,
            "ended": clock.stopped_at,
            "state": _("Solved without an answer"),
            "over": clock.stopped_at - clock.breached_at if clock.breached_at else None,
        }
