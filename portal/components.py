"""The components page: every small part of the look once, with made-up data (development, demo)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Choice(str):
    """The label of a radio, with a hint below it."""

    hint: StrOrPromise = ""


class SampleForm(forms.Form):
    """One field of each kind."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is about")},
    )
    where = forms.MultipleChoiceField(
        label=_("Where do you see it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("web", _("Web")), ("mobile", _("Mobile app"))],
        help_text=_("Tick all that apply"),
    )
    subject = forms.CharField(
        label=_("Subject"),
        help_text=_("One line that says what it is"),
        error_messages={"required": _("Enter a subject")},
    )
    start = forms.DateField(
        label=_("From what date?"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Enter the date the change starts, like 11/27/2026")},
    )
    seen = forms.DateTimeField(
        label=_("When did you see it first?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[("", _("Choose one")), ("ny", "America/New_York")],
        error_messages={"required": _("Choose a time zone")},
    )
    body = forms.CharField(
        label=_("What happened, and what did you expect?"),
        widget=forms.Textarea,
        error_messages={"required": _("Say what happened")},
    )
    attachments = forms.FileField(
        label=_("Files"), required=False, help_text=_("Up to 10 files of 20 MB each")
    )
    urgent = forms.BooleanField(
        label=_("I need this urgently, even if nobody is blocked"), required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        schedule = Choice(_("Schedule assistance"))
        schedule.hint = _("Coverage, permissions, templates")
        about = cast(forms.ChoiceField, self.fields["about"])
        about.choices = [("schedule", schedule), ("report", _("Reporting requests"))]


class SampleReply(forms.Form):
    reply = forms.CharField(label=_("Your reply"), widget=forms.Textarea)


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("Search my tickets"), required=False)


AT = datetime(2026, 11, 28, 15, 40, tzinfo=UTC)

PROMISES = [
    ("on_track", "2 d 3 h left"),
    ("soon", "0:42 left"),
    ("now", "0:12 left"),
    ("late", "Late 0:42"),
    ("paused", "Paused, 3 h left"),
    ("met", "Met"),
    ("void", "No first reply"),
]

FILES = [
    {"name": "schedule.xlsx", "size": 84_000, "url": "#", "remove_value": "1"},
    {"name": "error.png", "size": 310_000, "state": _("being checked"), "remove_value": "2"},
]

TICKETS = [
    {
        "url": "#",
        "number": "PS-10423",
        "subject": "Schedule wrong for the cardiology group",
        "type": "Schedule assistance",
        "status_words": _("Waiting for your reply"),
        "status_tone": "waiting",
        "promise": {"state": "paused", "words": "Paused, 3 h left"},
        "updated": AT,
    },
    {
        "url": "#",
        "number": "PS-10411",
        "subject": "No pages after hours",
        "type": "Call/message routing",
        "status_words": _("We are working on it"),
        "promise": {"state": "late", "words": "Late 0:42"},
        "updated": AT,
    },
    {
        "url": "#",
        "number": "PS-10380",
        "subject": "Add resident group",
        "type": "Directory",
        "status_words": _("Closed"),
        "status_tone": "quiet",
        "promise": None,
        "updated": AT,
    },
]

MESSAGES = [
    {
        "kind": "customer",
        "author": "Dana Cho",
        "role": _("Requester"),
        "at": AT,
        "files": FILES[:1],
        "body": "The weekend group still pages Friday's team.\nSee the schedule.",
    },
    {
        "kind": "staff",
        "author": "Ana Ruiz",
        "role": _("Support"),
        "at": AT,
        "files": (),
        "body": "Thank you. We are comparing both schedules and will answer by 2:40 pm.",
    },
    {
        "kind": "note",
        "author": "Ben Ott",
        "role": "",
        "at": AT,
        "files": (),
        "body": "Same group as last week.",
    },
]


def samples():
    """Return what components.html shows."""
    return {
        "form": SampleForm(),
        "wrong": SampleForm({"subject": ""}, auto_id="wrong_%s"),
        "reply": SampleReply(auto_id="reply_%s"),
        "filter": SampleFilter(auto_id="filter_%s"),
        "promises": PROMISES,
        "files": FILES,
        "tickets": TICKETS,
        "conversation": MESSAGES,
        "at": AT,
        "ahead": [
            {"what": _("First reply"), "due": AT, "relative": _("in 4 hours")},
            {"what": _("Solved"), "due": AT, "relative": ""},
        ],
        "event": {"text": "Level 4 to 3 by Ben Ott: one person cannot message", "at": AT},
        "tabs": [
            {"label": _("Waiting for you"), "url": "#", "count": 2, "current": True},
            {"label": _("Being worked on"), "url": "#", "count": 1},
            {"label": _("Solved"), "url": "#"},
        ],
        "chips": [{"label": _("Level 3"), "url": "#"}],
        "buttons": [
            {"name": "do", "value": "reply", "label": _("Send reply")},
            {"name": "do", "value": "solve", "label": _("Send reply and solve")},
        ],
        "page_obj": Paginator(range(60), 25).page(2),
        "phone": {"number": "1.877.844.7727", "extension": "5", "tel": "tel:+18778447727;ext=5"},
    }


def components(request):
    return render(request, "components.html", samples())
