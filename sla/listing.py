"""The managers' lists: promises broken and promises due, line by line, by page or all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from sla.models import Clock, Metric
from sla.places import EPOCH, BreachedPlace, DuePlace, Place, ticks
from sla.querysets import ClockQuerySet
from sla.remaining import remaining
from sla.scope import Scope
from sla.standing import standing
from sla.words import spell
from tickets.queue import FIRST

PER_PAGE = 25
# Few enough to keep memory flat, enough that asking is not what takes the time.
BATCH = 1000

# Columns of a clock, and of what it is joined to; the scope knows the names of everything else.
SHOWN = (
    *(
        "metric",
        "cycle",
        "level_id",
        "calendar_version_id",
        "target_seconds",
        "due_at",
        "stopped_at",
        "stop_kind",
    ),
    *("breached_at", "ticket__prefix", "ticket__subject", "ticket__restricted"),
    *("ticket__queue_rank", "ticket__brand_id", "ticket__request_type_id"),
    *("ticket__subcategory_id", "ticket__team_id", "ticket__organization__name"),
    *("ticket__assignee__name", "ticket__assignee__email"),
)


@dataclass(frozen=True)
class Line:
    """One promise; of a restricted ticket only what is no secret: number, brand, level, times.

    `badge` is a state of the SLA badge and `words` what it says; `over` is by how much it is or
    was late, `left` how much time there still is; `state` is how a broken one ended, if it did.
    """

    number: str
    level: int
    metric: str
    brand: str
    badge: str
    words: str
    due: datetime | None
    state: str = ""
    ended: datetime | None = None
    over: timedelta | None = None
    left: timedelta | None = None
    subject: str = ""
    ticket: int | None = None
    request_type: str = ""
    subcategory: str = ""
    organization: str = ""
    agent: str = ""
    team: str = ""
    not_called: bool = False

    @property
    def url(self) -> str:
        return reverse("admin:tickets_ticket_change", args=[self.ticket]) if self.ticket else ""

    @property
    def why_url(self) -> str:
        return reverse("why", args=[self.ticket]) if self.ticket else ""


@dataclass(frozen=True)
class Page:
    lines: Sequence[Line]
    next: Place | None


class Listing(ABC):
    """Promises in an order, as one reader reads them at one moment."""

    place: type[Place]

    def __init__(self, clocks: ClockQuerySet, *, scope: Scope, now: datetime) -> None:
        self.clocks = (
            clocks.of_brands(scope.brands)
            .select_related("ticket__organization", "ticket__assignee")
            .only(*SHOWN)
        )
        self.scope = scope
        self.now = now

    def page(self, *, after: str, most: int | None = None) -> Page:
        """Return the lines behind a place, in as many queries whatever they are, and no count."""
        most = most or PER_PAGE
        rows = self._rows(self.place.read(after), most=most + 1)
        shown = rows[:most]
        return Page(
            lines=self._lines(shown),
            next=self._place(shown[-1]) if len(rows) > most else None,
        )

    def is_longer_than(self, lines: int) -> bool:
        """Whether there are more lines; what is behind so many is not counted."""
        return self._some_rows()[lines : lines + 1].exists()

    def count(self) -> int:
        """Count all lines: for long work only, a page never does."""
        return self._some_rows().count()

    def _some_rows(self):
        return self.clocks.select_related(None).order_by()

    def batches(self) -> Iterator[Sequence[Line]]:
        """Yield all lines, a batch at a time.

        In between nothing is held, neither rows nor a transaction, so whoever reads slowly keeps
        nobody waiting. What changes meanwhile may be missed or come twice, as from page to page.
        """
        place = None
        while rows := self._rows(place, most=BATCH):
            yield self._lines(rows)
            if len(rows) < BATCH:
                return
            place = self._place(rows[-1])

    def _rows(self, place: Place | None, *, most: int) -> list[Clock]:
        rows: list[Clock] = []
        for found in self._stretches(place):
            if len(rows) < most:
                rows += found[: most - len(rows)]
        return rows

    @abstractmethod
    def _stretches(self, place) -> list[ClockQuerySet]: ...

    @abstractmethod
    def _place(self, clock: Clock) -> Place: ...

    @abstractmethod
    def _lines(self, clocks: Sequence[Clock]) -> list[Line]: ...

    def _line(self, clock: Clock, **how_it_stands) -> Line:
        ticket, scope = clock.ticket, self.scope
        line = {
            "number": ticket.number,
            "level": clock.level_id,
            "metric": clock.get_metric_display(),
            "brand": scope.brands[ticket.brand_id],
            **how_it_stands,
        }
        if ticket.restricted and not scope.sees_restricted:
            return Line(**line, subject=_("Restricted"))
        return Line(
            **line,
            subject=ticket.subject,
            ticket=ticket.pk,
            request_type=scope.request_types.get(ticket.request_type_id, ""),
            subcategory=scope.subcategories.get(ticket.subcategory_id, ""),
            organization=_name(ticket.organization),
            agent=_name(ticket.assignee),
            team=scope.teams.get(ticket.team_id, ""),
            not_called=ticket.queue_rank == FIRST,
        )


class Breached(Listing):
    """What was broken: still open first, then worst first."""

    place = BreachedPlace

    def __init__(self, clocks: ClockQuerySet, *, scope: Scope, now: datetime) -> None:
        super().__init__(clocks.breached(), scope=scope, now=now)

    def _stretches(self, place):
        return self.clocks.worst_first(after=place)

    def _place(self, clock):
        late = clock.stopped_at - clock.breached_at if clock.stopped_at else None
        known = clock.breached_at - EPOCH if late is None else late
        return BreachedPlace(late is not None, clock.level_id, ticks(known), clock.pk)

    def _lines(self, clocks):
        return [self._line(clock, **self._late(clock)) for clock in clocks]

    def _late(self, clock):
        over = (clock.stopped_at or self.now) - clock.breached_at
        return {
            "state": _how_it_ended(clock),
            "badge": "late",
            "words": spell(over),
            "due": clock.breached_at,
            "ended": clock.stopped_at,
            "over": over,
        }


class Due(Listing):
    """What is promised and not ended: soonest first, so late ones lead; paused ones come last."""

    place = DuePlace

    def __init__(self, clocks: ClockQuerySet, *, scope: Scope, now: datetime) -> None:
        super().__init__(clocks.still_open(), scope=scope, now=now)

    def _stretches(self, place):
        return self.clocks.soonest_first(after=place)

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


def _name(row: object | None) -> str:
    return "" if row is None else str(row)


def _how_it_ended(clock: Clock) -> str:
    if clock.stopped_at is None:
        return _("Still open")
    if clock.stop_kind == Clock.StopKind.VOID:
        return _("Ended without")
    return _("Solved late") if clock.metric == Metric.RESOLUTION else _("Answered late")
