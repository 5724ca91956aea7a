"""The page that removes words or a file of a ticket for good."""

from __future__ import annotations

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets import redacting
from tickets.catalog.fields import Line, Lines
from tickets.desk import verb_pages as pages
from tickets.models import Attachment, CallAttempt, Event, Message, Ticket
from tickets.services import Refused
from tickets.words import at_length

SHOWN = 160


class RedactForm(forms.Form):
    """What goes, why, and the ticket's number as a sign that it is meant."""

    def __init__(self, *args, ticket: Ticket, **kwargs):
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.fields["what"] = forms.ChoiceField(
            label=_("What is removed"),
            widget=forms.RadioSelect,
            choices=list(_things(ticket)),
            error_messages={
                "required": _("Choose what is removed"),
                "invalid_choice": _("That is not on this ticket any more. Look again."),
            },
        )
        self.fields["part"] = Lines(
            label=_("Only these words of it"),
            required=False,
            help_text=_("Copied from it as they stand there. Leave it empty to remove all of it."),
        )
        self.fields["why"] = Line(
            label=_("Why"),
            max_length=redacting.REASON_LENGTH,
            help_text=_("Stands in its place, for whoever reads the ticket: “patient data”."),
            error_messages={"required": _("Say why it is removed")},
        )
        self.fields["number"] = Line(
            label=_("The number of this ticket"),
            help_text=_("Type %(number)s: it cannot be taken back.") % {"number": ticket.number},
            error_messages={"required": _("Type the number of this ticket")},
        )

    def clean_number(self):
        if self.cleaned_data["number"].upper() != self.ticket.number:
            raise forms.ValidationError(
                _("That is not the number of this ticket, %(number)s.")
                % {"number": self.ticket.number}
            )
        return self.ticket.number

    def removal(self) -> redacting.Removal:
        given = self.cleaned_data
        what, _dash, key = given["what"].partition("-")
        return redacting.Removal(what, key, why=given["why"], part=given["part"])


@require_http_methods(["GET", "HEAD", "POST"])
def redact(request, pk):
    """Ask what goes and why; the number of the ticket confirms it."""
    found = pages.to_work_on(request, pk)
    initial = {"what": request.GET.get("what", "")}
    form = RedactForm(pages.sent(request), ticket=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            redacting.redact(found, by=request.user, removal=form.removal())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return pages.back(request, found, _("Removed for good."))
    return pages.show(request, "desk/redact.html", found, title=_("Remove for good"), form=form)


def _things(ticket):
    """Yield everything that can be removed, each in a line."""
    yield f"{redacting.SUBJECT}-", f"{_('Subject')}: {ticket.subject}"
    if ticket.phone_reference:
        called = _("Whom they called before they wrote")
        yield f"{redacting.REFERENCE}-", f"{called}: {ticket.phone_reference}"
    for answer in ticket.answers.all():
        said = _shortened(answer.display)
        yield f"{redacting.ANSWER}-{answer.pk}", f"{_('Answer')}, {answer.label}: {said}"
    for message in ticket.messages.select_related("author").prefetch_related("attachments"):
        yield f"{redacting.MESSAGE}-{message.pk}", _message(message)
        for file in message.attachments.all():
            yield f"{redacting.FILE}-{file.pk}", _file(file)
    yield from _beside(ticket)


def _beside(ticket):
    """Yield what was typed beside the conversation."""
    for callback in ticket.callbacks.exclude(reason=""):
        yield f"{redacting.CALLBACK}-{callback.pk}", f"{_('What to call about')}: {callback.reason}"
    for call in CallAttempt.objects.filter(callback__ticket=ticket).exclude(note=""):
        at = at_length(call.at)
        yield f"{redacting.CALL}-{call.pk}", f"{_('Note of a call')}, {at}: {call.note}"
    for event in ticket.events.filter(type=Event.Type.LEVEL_CHANGED):
        why, at = event.data["reason"], at_length(event.at)
        yield f"{redacting.LEVEL}-{event.pk}", f"{_('Why the level changed')}, {at}: {why}"


def _message(message: Message) -> str:
    kind = _("Note") if message.is_note else _("Reply")
    author, at = message.author or _("Support"), at_length(message.created_at)
    return f"{kind}, {author}, {at}: {_shortened(message.body)}"


def _file(file: Attachment) -> str:
    return f"{_('File')}: {file.name}"


def _shortened(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(SHOWN)
