"""Forms of calls: whom to call and when, what came of a try, and what narrows those that wait."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms import time_zones
from tickets.calling import Wish
from tickets.catalog import formats
from tickets.catalog.fields import Line, Moment
from tickets.desk.filters import ANY, NOT_OFFERED
from tickets.models import CallAttempt, Ticket

LATE, NOW, LATER = "late", "now", "later"
# How long a call is waited for, unless somebody says otherwise.
WINDOW = timedelta(hours=4)
EXTENSION = re.compile(r"[0-9]{1,10}", re.ASCII)
NUMBER_LENGTH = 40


class WishForm(forms.Form):
    """Whom to call and when, on the wall clock of who is called."""

    number = Line(
        label=_("Number to call"),
        max_length=NUMBER_LENGTH,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Enter the number to call")},
    )
    extension = Line(
        label=_("Extension"),
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone of who is called"),
        help_text=_("The times below are on their clock."),
        error_messages={"required": _("Choose their time zone")},
    )
    call_after = forms.CharField(label=_("Call from"))
    call_before = forms.CharField(label=_("Call until"))
    reason = Line(label=_("What about"), max_length=200, required=False)

    def __init__(self, *args, time_zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        zones = time_zones()[1:]
        known = {name for _group, names in zones for name, _words in names}
        extra = [(time_zone, time_zone)] if time_zone not in known else []
        offer(self, "time_zone", [*extra, *zones])
        self.fields["time_zone"].initial = time_zone
        zone = ZoneInfo(self._chosen_zone(time_zone))
        for name, missing in (
            ("call_after", _("Enter from when on to call")),
            ("call_before", _("Enter until when to call")),
        ):
            self.fields[name] = Moment(
                time_zone=zone,
                label=self.fields[name].label,
                error_messages={
                    "required": missing,
                    "invalid": _("Enter a date and a time, like 2026-11-27 14:30."),
                },
            )

    def _chosen_zone(self, otherwise: str) -> str:
        """Return the zone that was typed, by which the times are read, if there is such a one."""
        typed = self.data.get(self.add_prefix("time_zone"), "") if self.is_bound else ""
        return typed if typed in available_timezones() else otherwise

    def clean_number(self) -> str:
        try:
            return formats.check_phone(self.cleaned_data["number"])
        except formats.WrongFormat as wrong:
            raise ValidationError(str(wrong), code="format") from None

    def clean_extension(self) -> str:
        extension: str = self.cleaned_data["extension"]
        if extension and not EXTENSION.fullmatch(extension):
            raise ValidationError(_("Enter the extension in digits, like 5."), code="format")
        return extension

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        since, until = given.get("call_after"), given.get("call_before")
        if since and until and until <= since:
            self.add_error("call_before", _("“Call until” must be later than “Call from”."))
        return given

    def wish(self) -> Wish:
        """Return the checked wish."""
        return Wish(**self.cleaned_data)


def beginning(ticket: Ticket, *, now: datetime, zone: str) -> dict[str, Any]:
    """Return what stands in a wish at first: the requester's number, from now on."""
    return {"number": ticket.requester.phone, **window(now, zone=zone)}


def window(now: datetime, *, zone: str) -> dict[str, str]:
    """Return from when until when a call is waited for at first, as a form has it."""
    here = now.astimezone(ZoneInfo(zone))
    until = (now + WINDOW).astimezone(ZoneInfo(zone))
    return {"call_after": f"{here:%Y-%m-%dT%H:%M}", "call_before": f"{until:%Y-%m-%dT%H:%M}"}


class AttemptForm(forms.Form):
    """What came of a try; `seen` is how many there were when its page was shown.

    When it was is typed on the clock of who called; nothing is now.
    """

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = Line(label=_("Note"), required=False, help_text=_("Only agents see this."))
    result = forms.ChoiceField(
        choices=CallAttempt.Result.choices,
        widget=forms.HiddenInput,
        error_messages={"required": _("Press what came of the call")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["happened_at"] = Moment(
            time_zone=timezone.get_current_timezone(),
            label=_("When the call was"),
            required=False,
            error_messages={"invalid": _("Enter a date and a time, like 2026-11-27 14:30.")},
        )


class CallbackFilterForm(forms.Form):
    """What narrows the calls that wait. Nonsense in the address is named, and lists nothing."""

    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[ANY, (LATE, _("Late")), (NOW, _("Now")), (LATER, _("Later"))],
    )
    brand = forms.TypedChoiceField(label=_("Brand"), required=False, coerce=int, empty_value=None)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, brands, teams, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "brand", [ANY, *((brand.pk, brand.name) for brand in brands)])
        offer(self, "team", [ANY, *((team.pk, team.name) for team in teams)])
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = NOT_OFFERED % {
                "value": "%(value)s",
                "label": field.label,
            }
        self.full_clean()

    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value}

    def in_words(self) -> dict[str, str]:
        """Return what was chosen in words, by filter."""
        return {
            name: f"{self.fields[name].label}: {dict(_offered(self, name))[value]}"
            for name, value in self.chosen().items()
        }


def offer(form: forms.Form, name: str, choices: list[Any]) -> None:
    """Let a field of a form offer these."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def _offered(form: forms.Form, name: str) -> Any:
    return cast(forms.ChoiceField, form.fields[name]).choices
