"""What a report of met and broken promises is asked for by: a period, filters, and parts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sla.dimensions import BY
from sla.forms import PERIOD, PeriodFilterForm, PromiseFilterForm
from sla.periods import Period, last_days, last_month, month_of

WEEK = "week"
# How the page shows what it counts.
HOW = ("by", "all")
PARTS = {**{name: part.label for name, part in BY.items()}, WEEK: _("Week")}


class ComplianceForm(PeriodFilterForm):
    """The filters of the lists with a period always, and what to break the promises down by."""

    DATED = "decided_at"
    DEFAULT_DAYS = 7
    OWN: tuple[str, ...] = HOW

    by = forms.ChoiceField(
        label=_("By"),
        required=False,
        choices=[*PARTS.items()],
        widget=forms.HiddenInput,
    )
    all = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = [*PromiseFilterForm.PLAIN, "first", "last"]

    def chosen(self):
        return {name: value for name, value in super().chosen().items() if value is not False}

    @property
    def part(self) -> str:
        """Return what the promises are broken down by."""
        return self.cleaned_data.get("by") or "request_type"

    @property
    def is_whole(self) -> bool:
        """Whether every part is shown, be they too many to read."""
        return bool(self.cleaned_data.get("all"))

    def narrowing(self) -> dict[str, Any]:
        """Return the filters alone, without the period and how the page shows it."""
        return self.without(*HOW, *PERIOD)

    def counted(self) -> dict[str, Any]:
        """Return the filters with the period: what every number of the page is narrowed by."""
        return self.without(*HOW)

    def in_words(self) -> Iterator[tuple[str, str]]:
        return (each for each in super().in_words() if each[0] not in self.OWN)

    def periods(self, now: datetime) -> Iterator[tuple[Any, Period]]:
        """Yield the periods that are asked for most, by name, as days of the zone that counts."""
        zone = self.period.zone if self.period else timezone.get_current_timezone()
        today = now.astimezone(zone).date()
        yield _("Last 7 days"), last_days(7, today=today, zone=zone)
        yield _("Last 30 days"), last_days(30, today=today, zone=zone)
        yield _("This month"), month_of(today, zone=zone)
        yield _("Last month"), last_month(today=today, zone=zone)
