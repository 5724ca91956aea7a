"""The page that takes messages out of a ticket into a new one."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets import splitting
from tickets.catalog.fields import Line
from tickets.desk import verb_pages as pages
from tickets.desk.filters import LEVELS
from tickets.models import Message, Ticket
from tickets.services import Refused
from tickets.states import Actor
from tickets.words import at_length

SHOWN = 160


class SplitForm(forms.Form):
    """Which messages go, and as what they go on."""

    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={"required": gettext_lazy("Load the page again: it has lost its place.")},
    )

    def __init__(self, *args, ticket: Ticket, **kwargs):
        kwargs["initial"] = {
            "key": uuid.uuid4(),
            "requester": ticket.requester_id,
            "level": ticket.level_id,
        }
        super().__init__(*args, **kwargs)
        messages = splitting.may_move(ticket)
        # A new ticket begins with what a customer said.
        self.can_be = any(each.actor == Actor.REQUESTER for each in messages)
        self.people = {user.pk: user for user in splitting.requesters(ticket)}
        self.fields["messages"] = forms.TypedMultipleChoiceField(
            label=_("Messages that go"),
            widget=forms.CheckboxSelectMultiple,
            coerce=int,
            choices=[(each.pk, _in_a_line(each)) for each in messages],
            error_messages={
                "required": _("Choose what goes"),
                "invalid_choice": _("Some of these are not on this ticket any more. Look again."),
            },
        )
        self.fields["subject"] = Line(
            label=_("Subject of the new ticket"),
            error_messages={"required": _("Enter what the new ticket is about")},
        )
        self.fields["requester"] = forms.TypedChoiceField(
            label=_("Whose it is"),
            help_text=_("People who read these messages already."),
            coerce=int,
            choices=list(self.people.items()),
        )
        self.fields["level"] = forms.TypedChoiceField(
            label=_("Level"),
            coerce=int,
            choices=[(number, _("Level %d") % number) for number in LEVELS],
        )

    def part(self) -> splitting.Part:
        given = self.cleaned_data
        return splitting.Part(**{**given, "requester": self.people[given["requester"]]})


@require_http_methods(["GET", "HEAD", "POST"])
def split(request, pk):
    """Ask what goes, and lead to the new ticket."""
    found = pages.to_work_on(request, pk)
    form = SplitForm(pages.sent(request), ticket=found)
    if request.method == "POST" and form.is_valid():
        try:
            new = splitting.split(found, by=request.user, part=form.part())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            said = _("%(number)s was taken out of %(old)s.")
            return pages.back(request, new, said % {"number": new.number, "old": found.number})
    return pages.show(request, "desk/split.html", found, title=_("Split"), form=form)


def _in_a_line(message: Message) -> str:
    """Say whose it is, of when, whether only agents see it, and how it begins."""
    head = f"{message.author or _('Support')}, {at_length(message.created_at)}"
    if message.is_note:
        head += f", {_('internal note')}"
    files = message.attachments.all()
    said = Truncator(" ".join(message.body.split())).chars(SHOWN)
    return f"{head}: {said}" + (f" ({', '.join(file.name for file in files)})" if files else "")
