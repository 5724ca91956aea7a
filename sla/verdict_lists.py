"""The managers' lists of what promises came to: those broken, and all that were decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import lines
from sla.lines import Line
from sla.listing import Listing
from sla.models import Clock, Metric, Verdict
from sla.places import EPOCH, BreachedPlace, LatestPlace, Place, SlowestPlace, instant, ticks
from sla.words import spell


class VerdictListing(Listing):
    """Promises by what they came to: whose they were when they ended."""

    rows = Verdict.objects
    joined = ("ticket", "organization", "assignee")
    columns = lines.OF_VERDICT
    # Columns, not rows: a clock or a breach knows its verdict, and what refers to itself waits
    # for the garbage collector.
    beside: ClassVar = {
        "promised_at": F("clock__due_at"),
        "stop_kind": F("clock__stop_kind"),
        "reason": F("breach__reason"),
        "action": F("breach__action"),
    }

    def _lines(self, verdicts):
        return [self._line(verdict) for verdict in verdicts]

    def _line(self, verdict) -> Line:
        stands = self._late(verdict) if verdict.breach_id else _met(verdict)
        took = verdict.took_seconds
        return lines.drawn(
            verdict,
            about=verdict,
            scope=self.scope,
            ended=verdict.ended_at,
            took=None if took is None else timedelta(seconds=took),
            **stands,
        )

    def _late(self, verdict) -> dict[str, Any]:
        over = (verdict.ended_at or self.now) - verdict.decided_at
        return {
            "state": _how_it_ended(verdict),
            "badge": "late",
            "words": spell(over),
            "due": verdict.decided_at,
            "over": over,
        }


class Breached(VerdictListing):
    """What was broken: still open first, then worst first."""

    place = BreachedPlace
    placed = ("level_id", "decided_at", "ended_at")
    order = gettext_lazy("worst first")
    back = gettext_lazy("Back to the worst")

    def _among(self, rows):
        return rows.broken()

    def _stretches(self, place):
        return self.found.worst_first(after=place)

    def _place(self, verdict):
        late = verdict.ended_at - verdict.decided_at if verdict.ended_at else None
        known = verdict.decided_at - EPOCH if late is None else late
        return BreachedPlace(late is not None, verdict.level_id, ticks(known), verdict.pk)


class Decided(VerdictListing):
    """What was met or broken: the latest first."""

    place: ClassVar[type[Place]] = LatestPlace
    placed: ClassVar[Sequence[str]] = ("decided_at",)
    order = gettext_lazy("latest first")
    back = gettext_lazy("Back to the latest")

    def _among(self, rows):
        return rows.all()

    def _stretches(self, place):
        return [self.found.latest_first(after=place)]

    def _place(self, verdict):
        return LatestPlace(ticks(verdict.decided_at - EPOCH), verdict.pk)


class Slowest(Decided):
    """The same: what took longest first, as the report measures it."""

    place = SlowestPlace
    placed = ("took",)
    order = gettext_lazy("slowest first")
    back = gettext_lazy("Back to the slowest")

    def _stretches(self, place):
        # What is open takes longer by now than when the first page was looked at.
        self.now = instant(place.ticks) if place else self.now
        return [self.found.slowest_first(after=place, now=self.now)]

    def _place(self, found):
        return SlowestPlace(ticks(self.now - EPOCH), found.took, found.pk)


def _met(verdict) -> dict[str, Any]:
    took = verdict.took_seconds
    words = _("Met in %(time)s") % {"time": spell(timedelta(seconds=took or 0))}
    return {
        "state": _("Solved") if verdict.metric == Metric.RESOLUTION else _("Answered"),
        "badge": "met",
        "words": _("Met") if took is None else words,
        "due": verdict.promised_at,
    }


def _how_it_ended(verdict) -> str:
    if verdict.ended_at is None:
        return _("Still open")
    if verdict.stop_kind == Clock.StopKind.VOID:
        return _("Ended without")
    return _("Solved late") if verdict.metric == Metric.RESOLUTION else _("Answered late")
