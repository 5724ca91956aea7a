"""The page that puts a ticket off, or takes it up again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets import clock, snoozing
from tickets.catalog.fields import Moment
from tickets.desk import verb_pages as pages
from tickets.services import Refused
from tickets.words import at_length

DATE = "date"
PRESETS = {
    "later": (gettext_lazy("In 3 hours"), snoozing.later),
    "tomorrow": (gettext_lazy("Tomorrow morning"), snoozing.tomorrow),
    "monday": (gettext_lazy("Monday morning"), snoozing.monday),
}


def offered(now: datetime) -> list[tuple[str, Any, datetime]]:
    """Return each preset with its words and its time; of two that are one time, the first alone.

    On a Sunday, tomorrow morning is that of Monday.
    """
    times: dict[datetime, tuple[str, Any]] = {}
    for name, (label, at) in PRESETS.items():
        times.setdefault(at(now), (name, label))
    return [(name, label, at) for at, (name, label) in times.items()]


class SnoozeForm(forms.Form):
    """Until when a ticket is put off, on the agent's own wall clock."""

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now, zone = now, timezone.get_current_timezone()
        self.fields["when"] = forms.ChoiceField(
            label=_("Until when"),
            widget=forms.RadioSelect,
            initial="later",
            choices=[
                *((name, f"{label}: {at_length(at)}") for name, label, at in offered(now)),
                (DATE, _("Another time")),
            ],
            error_messages={"required": _("Choose until when")},
        )
        self.fields["at"] = Moment(
            label=_("Another time"),
            required=False,
            time_zone=zone,
            help_text=_("In your time zone, %(zone)s.") % {"zone": zone},
            error_messages={"invalid": _("Enter a date and a time, like 2026-11-27 14:30.")},
        )

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("when") == DATE and not given.get("at") and "at" not in self.errors:
            self.add_error("at", _("Enter until when"))
        return given

    @property
    def until(self) -> datetime:
        """The time that was chosen (UTC), of a valid form."""
        when = self.cleaned_data["when"]
        at = self.cleaned_data["at"] if when == DATE else PRESETS[when][1](self.now)
        return at.astimezone(UTC)


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request, pk):
    """Put a ticket off; a reply of its customer or a broken promise brings it back before."""
    found = pages.to_work_on(request, pk)
    if request.method == "POST" and "wake" in request.POST:
        snoozing.wake(found, by=request.user)
        said = _("%(number)s is back in the queue.")
        return pages.back(request, found, said % {"number": found.number})
    form = SnoozeForm(pages.sent(request), now=clock.now())
    if request.method == "POST" and form.is_valid():
        try:
            snoozing.snooze(found, by=request.user, until=form.until)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("%(number)s is put off until %(until)s.")
            words = {"number": found.number, "until": at_length(form.until)}
            return pages.back(request, found, said % words)
    return pages.show(request, "desk/snooze.html", found, title=_("Snooze"), form=form)
