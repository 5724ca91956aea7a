"""What narrows the managers' pages: the filters that every address of theirs understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, User
from sla import zones
from sla.models import Metric, Verdict
from sla.periods import LONGEST, Period, last_days
from sla.scope import Names, Scope

ANY = ("", gettext_lazy("Any"))
# No row has this key: whoever has none is asked for by it.
NOBODY = 0
# No product is called so: whatever has none is asked for by it.
NO_PRODUCT = "-"
LEVELS = (1, 2, 3, 4)
METRICS = (Metric.FIRST_RESPONSE, Metric.RESOLUTION, Metric.NEXT_RESPONSE)
# Days outside are slips of the keyboard; at the ends of the calendar zones have no midnight.
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
PERIOD = ("first", "last", "zone")
KEY = re.compile(r"[1-9][0-9]{0,17}")


def number(label, choices: Iterable[Any] = (), **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ANY, *choices],
        **options,
    )


def day(label) -> forms.DateField:
    outside = gettext_lazy("Choose days from 2000 to 2099.")
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[MinValueValidator(EARLIEST, outside), MaxValueValidator(LATEST, outside)],
        error_messages={"invalid": gettext_lazy("Enter a day that there is, like 2026-11-30.")},
    )


class PromiseFilterForm(forms.Form):
    """Filters that all lists have. Nonsense in the address filters nothing, and is not shown.

    Only what is wrong in a period is said, and stays in `errors`: who asks for one and gets all of
    them would report the wrong number.
    """

    # Where the rows have what is about their ticket: beside them, or in it.
    OF_TICKET: ClassVar[str] = ""
    PLAIN = ("brand", "level", "metric")
    # Of these a restricted ticket tells nothing.
    TOLD: ClassVar[dict[str, str]] = {
        "request_type": "request_type",
        "subcategory": "subcategory",
        "product": "product",
        "team": "team",
        "agent": "assignee",
        "organization": "organization__in",
        "organization_id": "organization",
    }
    # A list's own filters; another one does not know them, or means something else by them.
    OWN: tuple[str, ...] = ()

    brand = number(gettext_lazy("Brand"))
    level = number(gettext_lazy("Level"), ((level, str(level)) for level in LEVELS))
    metric = forms.ChoiceField(
        label=gettext_lazy("Promise"),
        required=False,
        choices=[ANY, *((metric.value, metric.label) for metric in METRICS)],
    )
    request_type = number(gettext_lazy("Request type"))
    subcategory = number(gettext_lazy("Subcategory"))
    team = number(gettext_lazy("Team"))
    agent = number(gettext_lazy("Agent"))
    organization = forms.CharField(
        label=gettext_lazy("Organization"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"size": 18}),
    )
    organization_id = forms.IntegerField(
        label=gettext_lazy("Organization"),
        required=False,
        min_value=NOBODY,
        max_value=2**63 - 1,
        widget=forms.HiddenInput,
    )
    product = forms.CharField(
        label=gettext_lazy("Product"), required=False, max_length=100, widget=forms.HiddenInput
    )
    restricted = forms.ChoiceField(
        label=gettext_lazy("Tickets"),
        required=False,
        choices=[ANY, ("yes", gettext_lazy("restricted ones"))],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, scope: Scope, **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.period: Period | None = None
        for name, names, first in self._choices():
            self.fields[name].choices = [*first, *names.items()]
        self.full_clean()
        for name in set(self.errors) - {*PERIOD}:
            del self.errors[name]

    def _choices(self):
        none = (NOBODY, _("None"))
        agents: Names = {**self.scope.agents, **self._formerly()}
        return [
            ("brand", self.scope.brands, [ANY]),
            ("request_type", self.scope.request_types, [ANY]),
            ("subcategory", self.scope.subcategories, [ANY, none]),
            ("team", self.scope.teams, [ANY, none]),
            ("agent", agents, [ANY, (NOBODY, _("Nobody"))]),
        ]

    def _formerly(self) -> dict[int | None, str]:
        """Return whom the address asks for who works here no more: promises were theirs."""
        asked = str(self.data.get("agent") or "")
        if not KEY.fullmatch(asked) or int(asked) in self.scope.agents:
            return {}
        theirs = Verdict.objects.filter(assignee=OuterRef("pk"))
        return {user.pk: str(user) for user in User.objects.filter(Exists(theirs), pk=int(asked))}

    def chosen(self) -> dict[str, Any]:
        """Return what is on, as an address has it."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def without(self, *names: str) -> dict[str, Any]:
        """Return the same, with some of it off; a period goes as a whole."""
        off = {*names, *(PERIOD if {*names} & {*PERIOD} else ())}
        return {name: value for name, value in self.chosen().items() if name not in off}

    def lookups(self, *, now: datetime) -> dict[str, Any]:
        """Return what was chosen as lookups on the rows that the page reads.

        Who may not read restricted tickets must not find out about one by filtering either: it
        matches no filter on what they are not shown of it.
        """
        chosen = self.chosen()
        lookups = {name: chosen[name] for name in self.PLAIN if name in chosen}
        if "restricted" in chosen:
            # Not the same key as below: both may be asked, and nothing is both.
            lookups[f"{self.OF_TICKET}restricted__exact"] = True
        told = self.told_lookups(chosen)
        if told and not self.scope.sees_restricted:
            told[f"{self.OF_TICKET}restricted"] = False
        return {**lookups, **told, **self.own_lookups(chosen, now=now)}

    def told_lookups(self, chosen: dict[str, Any]) -> dict[str, Any]:
        """Return the lookups on what a restricted ticket does not tell."""
        said = {name: chosen[name] or None for name in self.TOLD if name in chosen}
        if chosen.get("product") == NO_PRODUCT:
            said["product"] = ""
        if "organization" in said:
            said["organization"] = _called(chosen["organization"])
        return {f"{self.OF_TICKET}{self.TOLD[name]}": value for name, value in said.items()}

    def own_lookups(self, chosen: dict[str, Any], *, now: datetime) -> dict[str, Any]:
        """Return the lookups of what only this list is narrowed by."""
        return {}

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each filter that is on, and what it says; a period is one of them."""
        for name, value in self.chosen().items():
            if name == "organization_id":
                yield name, _("Organization: %(name)s") % {"name": _organization(value)}
            elif name not in PERIOD:
                choices: Any = getattr(self.fields[name], "choices", [(NO_PRODUCT, _("None"))])
                yield name, f"{self.fields[name].label}: {dict(choices).get(value, value)}"
        if self.period and PERIOD[0] not in self.OWN:
            yield PERIOD[0], in_words(self.period)


class PeriodFilterForm(PromiseFilterForm):
    """The same with a period: days, both included, on the clocks of a zone."""

    # The time that must lie in it.
    DATED: ClassVar[str]
    # How many days it has on a page that always has one, where an address says none.
    DEFAULT_DAYS: ClassVar[int]

    first = day(gettext_lazy("From"))
    last = day(gettext_lazy("To"))
    zone = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, params: Mapping[str, Any], *, scope: Scope, now: datetime) -> Self:
        """Read an address; one that says no days means the last ones, up to today."""
        given = {name: params[name] for name in params}
        if given.get("first") or given.get("last"):
            return cls(given, scope=scope)
        zone = timezone.get_current_timezone()
        usual = last_days(cls.DEFAULT_DAYS, today=now.astimezone(zone).date(), zone=zone)
        form = cls({**given, **said(usual)}, scope=scope)
        # Nobody chose these days, so they narrow no other page, and nobody can take them off.
        form.OWN = (*cls.OWN, *PERIOD)
        return form

    def clean(self):
        self.period = period = self._period()
        # As an address has it: with its zone, so that everybody reads the same numbers there.
        whole = (period.first, period.last, period.zone.key) if period else (None, None, None)
        return {**self.cleaned_data, **dict(zip(PERIOD, whole, strict=True))}

    def lookups(self, *, now):
        lookups = super().lookups(now=now)
        if self.period:
            lookups[f"{self.DATED}__gte"] = self.period.since
            lookups[f"{self.DATED}__lt"] = self.period.until
        return lookups

    def _period(self) -> Period | None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        name = self.cleaned_data.get("zone") or timezone.get_current_timezone_name()
        if {*self.errors} & {*PERIOD} or not (first or last):
            return None
        if not (first and last):
            self.add_error(
                "last" if first else "first", _("Enter both the first and the last day.")
            )
        elif last < first:
            self.add_error("last", _("Enter a last day that is not before the first."))
        elif last - first >= LONGEST:
            most = _("Choose at most %(days)d days.") % {"days": LONGEST.days}
            self.add_error("last", most)
        elif name not in zones.names():
            # Its own control is hidden.
            self.add_error("first", _("There is no time zone “%(zone)s”.") % {"zone": name})
        else:
            return Period(first, last, zones.zone(name))
        return None


class VerdictFilterForm(PeriodFilterForm):
    """Filters on what promises came to; a reason is that of one that was broken."""

    DATED = "decided_at"

    reason = number(gettext_lazy("Reason"))
    action = number(gettext_lazy("Action"), widget=forms.HiddenInput)

    field_order = [*PromiseFilterForm.PLAIN, "state", "reason", "first", "last"]

    def _choices(self):
        none = (NOBODY, _("Not acknowledged"))
        return [
            *super()._choices(),
            ("reason", self.scope.reasons, [ANY, none]),
            ("action", self.scope.actions, [ANY]),
        ]

    def told_lookups(self, chosen):
        told = super().told_lookups(chosen)
        if "reason" in chosen:
            told["breach__isnull"] = False
            told["breach__reason"] = chosen["reason"] or None
        if "action" in chosen:
            told["breach__action"] = chosen["action"]
        return told


def said(period: Period) -> dict[str, str]:
    """Return a period as an address has it."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return dict(zip(PERIOD, (first, last, period.zone.key), strict=True))


def in_words(period: Period) -> str:
    """Return "1 Nov 2026 to 30 Nov 2026, America/Chicago"."""
    return _("%(first)s to %(last)s, %(zone)s") % {
        "first": date_format(period.first, "j M Y"),
        "last": date_format(period.last, "j M Y"),
        "zone": period.zone.key,
    }


def _called(name: str) -> list[int]:
    """Return the keys of the organizations of some such name: by keys the database can see ahead
    whether very many of its rows match or hardly any, and reads them the other way round."""
    found = Organization.objects.filter(name__icontains=name)
    return list(found.values_list("pk", flat=True)) or [NOBODY]


def _organization(pk: int) -> str:
    if pk == NOBODY:
        return _("None")
    names = Organization.objects.filter(pk=pk).values_list("name", flat=True)
    return names.first() or str(pk)
