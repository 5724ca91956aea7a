"""What narrows the managers' lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.models import Clock, Metric
from sla.scope import Scope
from tickets.queue import FIRST
from tickets.states import WORKING

ANY = ("", _("Any"))
# No row has this key: whoever has none is asked for by it.
NOBODY = 0
LEVELS = (1, 2, 3, 4)
METRICS = (Metric.FIRST_RESPONSE, Metric.RESOLUTION, Metric.NEXT_RESPONSE)
DAYS = (7, 30, 90)
HOURS = (1, 4, 24)
LATE, PAUSED, OPEN, ANSWERED, ENDED = "late", "paused", "open", "answered", "ended"
NOT_CALLED = "not-called"


def number(label, choices: Iterable[Any] = ()) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, coerce=int, empty_value=None, choices=[ANY, *choices]
    )


class PromiseFilterForm(forms.Form):
    """Filters that both lists have. Nonsense in the address filters nothing, and is not shown."""

    # What a filter looks at, of a clock. Of the last four a restricted ticket tells nothing.
    PLAIN = {"brand": "ticket__brand", "level": "level", "metric": "metric"}
    TOLD = {
        "request_type": "ticket__request_type",
        "team": "ticket__team",
        "agent": "ticket__assignee",
        "organization": "ticket__organization__name__icontains",
    }
    # A list's own filters; the other list does not know them.
    OWN: tuple[str, ...] = ("state",)

    brand = number(_("Brand"))
    level = number(_("Level"), ((level, str(level)) for level in LEVELS))
    metric = forms.ChoiceField(
        label=_("Promise"),
        required=False,
        choices=[ANY, *((metric.value, metric.label) for metric in METRICS)],
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    request_type = number(_("Request type"))
    team = number(_("Team"))
    agent = number(_("Agent"))
    organization = forms.CharField(
        label=_("Organization"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 18}),
    )

    def __init__(self, *args, scope: Scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        for name, names, first in (
            ("brand", scope.brands, [ANY]),
            ("request_type", scope.request_types, [ANY]),
            ("team", scope.teams, [ANY, (NOBODY, _("None"))]),
            ("agent", scope.agents, [ANY, (NOBODY, _("Nobody"))]),
        ):
            self.fields[name].choices = [*first, *names.items()]
        self.full_clean()
        self.errors.clear()

    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def lookups(self, *, now: datetime) -> dict[str, Any]:
        """Return what was chosen as lookups on a clock.

        Who may not read restricted tickets must not find out about one by filtering either: it
        matches no filter on what they are not shown of it.
        """
        chosen = self.chosen()
        lookups = {self.PLAIN[name]: chosen[name] for name in self.PLAIN if name in chosen}
        told = {self.TOLD[name]: chosen[name] or None for name in self.TOLD if name in chosen}
        if told and not self.scope.sees_restricted:
            told["ticket__restricted"] = False
        return {**lookups, **told, **self.own_lookups(chosen, now=now)}

    def own_lookups(self, chosen: dict[str, Any], *, now: datetime) -> dict[str, Any]:
        """Return the same of what only this list is narrowed by."""
        return {}

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each filter that is on, and what it says."""
        for name, value in self.chosen().items():
            choices: Any = getattr(self.fields[name], "choices", ())
            yield name, f"{self.fields[name].label}: {dict(choices).get(value, value)}"


class BreachedFilterForm(PromiseFilterForm):
    OWN = ("state", "days")
    ENDINGS: ClassVar[dict[str, dict[str, Any]]] = {
        OPEN: {"stopped_at": None},
        ANSWERED: {"stop_kind": Clock.StopKind.MET},
        ENDED: {"stop_kind": Clock.StopKind.VOID},
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
    days = number(_("Broken in"), ((days, _("the last %d days") % days) for days in DAYS))

    field_order = ("brand", "level", "metric", "state", "days")

    def own_lookups(self, chosen, *, now):
        lookups = dict(self.ENDINGS.get(chosen.get("state"), {}))
        if "days" in chosen:
            lookups["breached_at__gte"] = now - timedelta(days=chosen["days"])
        return lookups


class DueFilterForm(PromiseFilterForm):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            (LATE, _("Late")),
            *((f"{hours}h", _("Due within %d h") % hours) for hours in HOURS),
            (PAUSED, _("Paused")),
            (NOT_CALLED, _("Asked to call, did not")),
        ],
    )

    def own_lookups(self, chosen, *, now):
        state = chosen.get("state", "")
        if state == LATE:
            return {"due_at__lt": now}
        if state == PAUSED:
            return {"due_at": None}
        if state == NOT_CALLED:
            return self._not_called()
        if state:
            return {"due_at__range": (now, now + timedelta(hours=int(state.removesuffix("h"))))}
        return {}

    def _not_called(self) -> dict[str, Any]:
        """Return what finds urgent tickets that wait though nobody called; by the queue's index."""
        lookups = {"ticket__queue_rank": FIRST, "ticket__status__in": WORKING}
        return lookups if self.scope.sees_restricted else {**lookups, "ticket__restricted": False}
