"""Holidays to load into a calendar's form, of a country or out of a file, once they were seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import calendar_words, holiday_sources
from sla.calendar_form import CalendarForm
from tickets import clock

LARGEST_FILE = 1024 * 1024  # bytes
MOST_YEARS = 10


class HolidaysForm(forms.Form):
    """Where holidays come from, and for which years."""

    country = forms.CharField(
        label=gettext_lazy("Country"),
        help_text=gettext_lazy("Its code of two letters, such as “US”."),
        max_length=10,
        required=False,
    )
    subdivision = forms.CharField(
        label=gettext_lazy("State or region"),
        help_text=gettext_lazy("Its code, such as “NY”; empty: the whole country's."),
        max_length=10,
        required=False,
    )
    first_year = forms.IntegerField(
        label=gettext_lazy("From year"), min_value=1970, max_value=2199, required=False
    )
    last_year = forms.IntegerField(
        label=gettext_lazy("To year"), min_value=1970, max_value=2199, required=False
    )
    file = forms.FileField(
        label=gettext_lazy("Or an iCalendar file"),
        help_text=gettext_lazy("A file that ends with .ics, of at most 1 MB."),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and not first <= last < first + MOST_YEARS:
            self.add_error(
                "last_year",
                _("Enter a year from %(first)d to %(last)d.")
                % {"first": first, "last": first + MOST_YEARS - 1},
            )
        if not self.errors and not cleaned.get("file") and not cleaned.get("country"):
            self.add_error("country", _("Enter a country, or choose a file."))
        file = cleaned.get("file")
        if file and file.size > LARGEST_FILE:
            self.add_error("file", _("The file is larger than 1 MB."))
        return cleaned

    def holidays(self) -> dict[date, str]:
        """Return the names by date; none, and an error at the field, where that fails."""
        said = self.cleaned_data
        this_year = clock.now().year
        first = said["first_year"] or this_year
        years = range(first, (said["last_year"] or max(first, this_year + 1)) + 1)
        try:
            if said["file"]:
                return dict(holiday_sources.from_ical(said["file"].read(), years))
            return dict(
                holiday_sources.from_country(said["country"].upper(), said["subdivision"], years)
            )
        except ValueError as error:
            self.add_error("file" if said["file"] else "country", str(error))
            return {}


@dataclass(frozen=True)
class Found:
    """What a look for holidays came to: what is new, as lines; and the form to look again."""

    form: HolidaysForm
    lines: str = ""
    is_looked: bool = False

    @property
    def days(self) -> list[str]:
        return self.lines.splitlines()


def blank() -> Found:
    """Return the form as it is before anybody looked."""
    year = clock.now().year
    return Found(HolidaysForm(initial={"first_year": year, "last_year": year + 1}))


def answer(request, form_class: type[CalendarForm]) -> tuple[CalendarForm, Found | None]:
    """Return the calendar's form as sent, and what came of the buttons that load holidays.

    Those save nothing and check nothing else: what was typed comes back as it was.
    """
    if "look" in request.POST:
        looking = HolidaysForm(request.POST, request.FILES)
        found = looking.holidays() if looking.is_valid() else {}
        there = request.POST.get("holidays", "")
        lines = [f"{day} {name}" for day, name in sorted(found.items()) if str(day) not in there]
        looked = not looking.errors
        return _as_typed(request, form_class), Found(looking, "\n".join(lines), looked)
    if "add" in request.POST:
        typed = _as_typed(request, form_class)
        both = f"{request.POST.get('holidays', '')}\n{request.POST.get('found', '')}"
        typed.initial["holidays"] = _in_order(both)
        return typed, blank()
    return form_class(request.POST), None


def _as_typed(request, form_class: type[CalendarForm]) -> CalendarForm:
    return form_class(initial={name: request.POST.get(name, "") for name in form_class.base_fields})


def _in_order(text: str) -> str:
    """Sort lines by their dates, where all of them have one."""
    try:
        return calendar_words.write_holidays(calendar_words.read_holidays(text))
    except calendar_words.NotHours:
        return text.strip()
