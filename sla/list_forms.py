"""What narrows each of the managers' lists, beside what narrows them all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.forms import ANY, PeriodFilterForm, PromiseFilterForm, VerdictFilterForm
from sla.models import Clock, Metric
from tickets.queue import FIRST
from tickets.states import WORKING

OPEN, ANSWERED, ENDED = "open", "answered", "ended"
MET, BROKEN, SLOWEST = "met", "broken", "slowest"
LATE, LATER, PAUSED, SOON, NOT_CALLED = "late", "later", "paused", "soon", "not-called"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# How much time there still is: each promise that can be late is in one of these, or late, or later.
BANDS = {
    "30m": (timedelta(0), 30 * MINUTE),
    "1h": (30 * MINUTE, HOUR),
    "4h": (HOUR, 4 * HOUR),
    "24h": (4 * HOUR, 24 * HOUR),
}
# What is about to break: there is time to do something, and not much.
SOON_MEANS = 4 * HOUR
# How long tickets are open, in days.
AGES = {"0-1": (0, 1), "1-3": (1, 3), "3-7": (3, 7), "7-14": (7, 14), "14-": (14, None)}


class BreachedFilterForm(VerdictFilterForm):
    OWN = ("state",)
    ENDINGS: ClassVar[dict[str, dict[str, Any]]] = {
        OPEN: {"ended_at": None},
        ANSWERED: {"clock__stop_kind": Clock.StopKind.MET},
        ENDED: {"clock__stop_kind": Clock.StopKind.VOID},
    }

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            (OPEN, _("Still open")),
            (ANSWERED, _("Kept late")),
            (ENDED, _("Ended without")),
        ],
    )

    def own_lookups(self, chosen, *, now):
        return dict(self.ENDINGS.get(chosen.get("state"), {}))


class DecidedFilterForm(VerdictFilterForm):
    OWN = ("result", "order")

    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[ANY, (MET, _("Met")), (BROKEN, _("Broken"))]
    )
    order = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("Latest first")), (SLOWEST, _("Slowest first"))],
    )

    field_order = [*PromiseFilterForm.PLAIN, "result", "reason", "first", "last", "order"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("order") == SLOWEST and not self.period and not self.errors:
            self.add_error("first", _("Choose days: of all years the slowest take long to find."))
        return cleaned

    def own_lookups(self, chosen, *, now):
        # Not the key that a reason brings along: what was met has none, whatever is asked for.
        results = {MET: {"breach": None}, BROKEN: {"breach__isnull": False}}
        return results.get(chosen.get("result"), {})


class UnansweredFilterForm(PeriodFilterForm):
    OF_TICKET = "ticket__"
    DATED = "stopped_at"

    field_order = [*PromiseFilterForm.PLAIN, "first", "last"]


class SoonFilterForm(PromiseFilterForm):
    """Filters on what has not ended."""

    OF_TICKET = "ticket__"


class DueFilterForm(SoonFilterForm):
    OWN = ("left", "age")

    left = forms.ChoiceField(
        label=_("Left"),
        required=False,
        choices=[
            ANY,
            (LATE, _("Late")),
            (SOON, _("Less than 4 h")),
            ("30m", _("Less than 30 min")),
            ("1h", _("30 min to 1 h")),
            ("4h", _("1 to 4 h")),
            ("24h", _("4 to 24 h")),
            (LATER, _("24 h or more")),
            (PAUSED, _("Paused")),
            (NOT_CALLED, _("Asked to call, did not")),
        ],
    )
    age = forms.ChoiceField(
        label=_("Open for"),
        required=False,
        choices=[
            ANY,
            ("0-1", _("less than a day")),
            ("1-3", _("1 to 3 days")),
            ("3-7", _("3 to 7 days")),
            ("7-14", _("7 to 14 days")),
            ("14-", _("14 days or more")),
        ],
    )

    field_order = [*PromiseFilterForm.PLAIN, "left", "age"]

    def own_lookups(self, chosen, *, now):
        lookups = self._left(chosen["left"], now=now) if "left" in chosen else {}
        return {**lookups, **(_age(chosen["age"], now=now) if "age" in chosen else {})}

    def _left(self, left: str, *, now: datetime) -> dict[str, Any]:
        match left:
            case "late":
                return {"due_at__lt": now}
            case "soon":
                return {"due_at__gte": now, "due_at__lt": now + SOON_MEANS}
            case "later":
                return {"due_at__gte": now + DAY}
            case "paused":
                return {"due_at": None}
            case "not-called":
                return self._not_called()
        least, most = BANDS[left]
        return {"due_at__gte": now + least, "due_at__lt": now + most}

    def _not_called(self) -> dict[str, Any]:
        """Return what finds urgent tickets that wait though nobody called; by the queue's index."""
        lookups = {"ticket__queue_rank": FIRST, "ticket__status__in": WORKING}
        return lookups if self.scope.sees_restricted else {**lookups, "ticket__restricted": False}


def _age(age: str, *, now: datetime) -> dict[str, Any]:
    """Return what finds tickets by how long they are open: each has one promise to solve it."""
    least, most = AGES[age]
    lookups = {"metric__exact": Metric.RESOLUTION, "started_at__lte": now - least * DAY}
    return lookups if most is None else {**lookups, "started_at__gt": now - most * DAY}
