"""What an agent writes on a ticket and does to it in one go, as its page asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.catalog.fields import Label, Line, Lines
from tickets.conversation import Turn
from tickets.desk.forms import LEVELS
from tickets.forms import SeveralFiles
from tickets.models import Attachment, Message, Ticket
from tickets.states import TRANSITIONS, Actor, Status


class TurnForm(forms.Form):
    """A reply or note, status, level and assignee: all of it is one turn.

    Level and assignee count only where they differ from what the page showed, so a page that
    is caught up with a changed ticket does not set back what somebody else did.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Load the ticket again: the page has lost its place.")},
    )
    kind = forms.ChoiceField(
        label=_("What you write is"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is a public reply or an internal note")},
    )
    body = Lines(label=_("Text"), required=False)
    files = SeveralFiles(label=_("Files"), required=False)
    level = forms.TypedChoiceField(
        label=_("Level"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )
    reason = Line(
        label=_("Why the level changes"), required=False, help_text=_("The customer is told.")
    )
    assignee = forms.TypedChoiceField(
        label=_("Agent"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )
    # The buttons' name: what is empty keeps the status.
    status = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[
            ("", ""),
            *((to, to.label) for to in Status if to not in (Status.NEW, Status.CLOSED)),
        ],
    )

    def __init__(self, *args, ticket: Ticket, **kwargs):
        kwargs["initial"] = {
            "version": ticket.version,
            "kind": Message.Kind.PUBLIC,
            "level": ticket.level_id,
            "assignee": ticket.assignee_id,
        }
        super().__init__(*args, **kwargs)
        self.ticket = ticket
        self.agents = {user.pk: user for user in _agents(ticket)}
        self.fields["kind"].choices = list(_kinds(ticket))
        self.fields["level"].choices = [(number, _("Level %d") % number) for number in LEVELS]
        self.fields["assignee"].choices = [("", _("Nobody")), *self.agents.items()]
        if ticket.status == Status.CLOSED:
            self.initial["kind"] = Message.Kind.NOTE
            for name in ("level", "reason", "assignee", "status"):
                del self.fields[name]

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if given.get("files") and not given.get("body"):
            self.add_error("body", _("Write something beside the files"))
        if self.changes_level and not given.get("reason"):
            self.add_error("reason", _("Say why the level changes: the customer is told"))
        changes = self.changes_level or "assignee" in self.changed_data
        if not self.errors and not (given["body"] or given.get("status") or changes):
            self.add_error("body", _("Write something, or change something, before you send it"))
        return given

    @property
    def changes_level(self) -> bool:
        """Whether another level was chosen; none at all is no other one."""
        return "level" in self.changed_data and bool(self.cleaned_data.get("level"))

    def turn(self, *, files: Sequence[Attachment]) -> Turn:
        """Return the checked turn; the form itself changes nothing."""
        given = self.cleaned_data
        return Turn(
            version=given["version"],
            body=given["body"],
            files=files,
            public=given["kind"] == Message.Kind.PUBLIC,
            status=given.get("status", ""),
            level=given["level"] if self.changes_level else None,
            reason=given.get("reason", ""),
            reassign="assignee" in self.changed_data,
            assignee=self.agents.get(given.get("assignee")),
        )

    def caught_up(self, ticket: Ticket) -> TurnForm:
        """Return the form once more for the ticket as it is now, with everything that was typed."""
        data = self.data.copy()
        data["version"] = str(ticket.version)
        for name, value in (("level", ticket.level_id), ("assignee", ticket.assignee_id)):
            if name not in self.changed_data:
                data[name] = str(value or "")
            data[f"initial-{name}"] = str(value or "")
        return TurnForm(data, ticket=ticket)

    def buttons(self) -> list[dict[str, Any]]:
        """Return the ways to send it, by what becomes of the status; the first is the main one."""
        status = self.ticket.status
        if status == Status.CLOSED:
            return [_button("", _("Add note"))]
        keep = (
            _("Send")
            if status == Status.NEW
            else _("Send and keep %(status)s") % {"status": self.ticket.get_status_display()}
        )
        to = [step for step in Status if step in TRANSITIONS[Actor.AGENT][status]]
        return [_button("", keep), *(_button(step.value, _words(step)) for step in to)]


def _kinds(ticket):
    if ticket.status != Status.CLOSED:
        yield (
            Message.Kind.PUBLIC,
            Label.of(str(_("Public reply")), _("Goes to %(name)s") % {"name": ticket.requester}),
        )
    yield Message.Kind.NOTE, Label.of(str(_("Internal note")), _("Only agents see this"))


def _agents(ticket):
    """Whoever works on tickets, and who has this one even if they do not any more."""
    work = Permission.objects.filter(codename="work_ticket", content_type__app_label="tickets")
    works = Q(is_superuser=True) | Q(groups__permissions__in=work) | Q(user_permissions__in=work)
    return (
        User.objects.filter(Q(works, is_staff=True, is_active=True) | Q(pk=ticket.assignee_id))
        .distinct()
        .order_by("name", "id")
    )


def _words(status):
    if status == Status.SOLVED:
        return _("Send and solve")
    return _("Send and set %(status)s") % {"status": status.label}


def _button(value, label):
    return {"name": "status", "value": value, "label": label}
