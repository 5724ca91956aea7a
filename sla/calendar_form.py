"""The form of a calendar: a zone, a text of hours for each day, and lists of dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from sla import calendar_words, zones
from sla.calendar_words import NotHours
from sla.opening import WEEKDAYS, NotACalendar, calendar_of

EVERY_DAY = "09:00-17:00"
LONGEST = 100_000  # characters of a list of dates
NOTHING_YET: Mapping[str, Any] = {
    "tz": "America/New_York",
    "always_open": False,
    "weekly": {day: [EVERY_DAY.split("-")] for day in list(WEEKDAYS)[:5]},
    "holidays": {},
    "exceptions": {},
}
HOURS_ADVICE = gettext_lazy("Such as “09:00-12:00, 13:00-17:00”; empty: closed.")


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(zones.names())]


class CalendarForm(forms.Form):
    """Opening hours as text; `said` returns them as `sla.opening.calendar_of` reads them."""

    tz = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("In which the hours below are meant, summer time included."),
        choices=_zones,
    )
    always_open = forms.BooleanField(
        label=gettext_lazy("Open around the clock"),
        help_text=gettext_lazy("The weekly hours do not count then; holidays still close."),
        required=False,
    )
    mon, tue, wed, thu, fri, sat, sun = (
        forms.CharField(label=gettext_lazy(name), required=False, max_length=200)
        for name in WEEKDAYS.values()
    )
    holidays = forms.CharField(
        label=gettext_lazy("Holidays"),
        help_text=gettext_lazy("One a line, such as “2026-12-25 Christmas”. Closed all day."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=LONGEST,
        required=False,
    )
    exceptions = forms.CharField(
        label=gettext_lazy("Exceptions"),
        help_text=gettext_lazy(
            "Other hours on one day, such as “2026-12-24 09:00-12:00” or “2026-12-31 closed”. "
            "They win over holidays and weekly hours."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST,
        required=False,
    )
    comment = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For whoever reads the history of this calendar."),
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(
        cls, said: Mapping[str, Any] | None, *, base: int | None = None, comment: str = ""
    ) -> CalendarForm:
        """Return the form filled in with what a calendar says; None: with usual hours."""
        return cls(initial=texts_of(said or NOTHING_YET) | {"base": base, "comment": comment})

    @property
    def days(self) -> list[forms.BoundField]:
        return [self[day] for day in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in WEEKDAYS:
            self._read(day, calendar_words.read_windows)
        self._read("holidays", calendar_words.read_holidays)
        self._read("exceptions", calendar_words.read_exceptions)
        if not self.errors:
            self._refuse_nonsense()
        return cleaned

    def said(self) -> dict[str, Any]:
        """Return what was typed, once it is valid."""
        said = self.cleaned_data
        return {
            "tz": said["tz"],
            "always_open": said["always_open"],
            "weekly": {day: said[day] for day in WEEKDAYS if said[day]},
            "holidays": said["holidays"],
            "exceptions": said["exceptions"],
        }

    def _read(self, name: str, read: Callable[[str], Any]) -> None:
        try:
            self.cleaned_data[name] = read(self.cleaned_data.get(name, ""))
        except NotHours as error:
            self.add_error(name, str(error))

    def _refuse_nonsense(self) -> None:
        """Ask the engine, a field at a time, so that each error stands where it is."""
        whole = self.said()
        open_always = whole | {"always_open": True, "weekly": {}, "holidays": {}, "exceptions": {}}
        for name in ("holidays", "exceptions"):
            self._ask(open_always | {name: whole[name]}, about=name)
        if whole["always_open"] or self.errors:
            return
        for day in whole["weekly"]:
            self._ask(
                open_always | {"always_open": False, "weekly": {day: whole["weekly"][day]}},
                about=day,
            )
        if not self.errors:
            self._ask(whole, about="mon" if not whole["weekly"] else None)

    def _ask(self, said: Mapping[str, Any], *, about: str | None) -> None:
        try:
            calendar_of(said, key=None)
        except NotACalendar as error:
            self.add_error(about, str(error))


def texts_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields show of a calendar."""
    return {
        "tz": said["tz"],
        "always_open": said["always_open"],
        "holidays": calendar_words.write_holidays(said["holidays"]),
        "exceptions": calendar_words.write_exceptions(said["exceptions"]),
        **{day: calendar_words.write_windows(said["weekly"].get(day, [])) for day in WEEKDAYS},
    }


class NewCalendarForm(CalendarForm):
    """A calendar that is not there yet has a name, too."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    field_order = ("name",)
