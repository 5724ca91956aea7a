"""What an agent writes on a ticket and does to it in one go, as its page asks for it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.catalog.fields import Line, Lines
from tickets.conversation import Turn
from tickets.desk.filters import LEVELS
from tickets.desk.found import Beside
from tickets.forms import SeveralFiles
from tickets.keyset import is_key
from tickets.macros import Written
from tickets.models import Attachment, DeskSettings, Message, Tag, Ticket
from tickets.states import Status

# What a button does that takes the ticket to no status.
SAVE, LOOK, STAGE = "save", "look", "macro"
ACTS = ("", SAVE, LOOK, STAGE, *(to for to in Status if to not in (Status.NEW, Status.CLOSED)))
# They count only where they differ from what the page showed.
PROPERTIES = ("level", "team", "assignee")
# What is kept of a form that was not sent.
KEPT = (
    *("key", "version", "kind", "body", "reason", "tags", "tagged", "wanted", "after"),
    *(name for each in PROPERTIES for name in (each, f"initial-{each}")),
)


class TurnForm(forms.Form):
    """A reply or note, status, level, team, assignee and tags: all of it is one turn.

    What a page shows of a ticket counts only where it was changed there, so a page that is caught
    up with a changed ticket does not set back what somebody else did. A form that `rests` shows
    what was typed and has no mistakes yet.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Load the ticket again: the page has lost its place.")},
    )
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("What you write is"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it is a public reply or an internal note")},
    )
    macro = forms.TypedChoiceField(label=_("Macro"), required=False, coerce=int, empty_value=None)
    body = Lines(label=_("Text"), required=False)
    files = SeveralFiles(label=_("Files"), required=False)
    level = forms.TypedChoiceField(
        label=_("Level"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )
    reason = Line(
        label=_("Why the level changes"), required=False, help_text=_("The customer is told.")
    )
    team = forms.TypedChoiceField(
        label=_("Team"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )
    assignee = forms.TypedChoiceField(
        label=_("Agent"), required=False, coerce=int, empty_value=None, show_hidden_initial=True
    )
    tags = forms.TypedMultipleChoiceField(label=_("Tags"), required=False, coerce=int)
    tagged = forms.CharField(required=False, help_text=_("The tags that the page showed."))
    wanted = forms.CharField(required=False, help_text=_("The status that a macro wants."))
    sure = forms.CharField(required=False, help_text=_("The seal of a text that was asked about."))
    after = forms.ChoiceField(
        label=_("After sending"), required=False, choices=DeskSettings.After.choices
    )
    # The buttons' name, as "note:pending"; without a status it stays.
    status = forms.CharField(required=False)

    def __init__(self, *args, ticket: Ticket, beside: Beside, rests: bool = False, **kwargs):
        kwargs["initial"] = _as_it_is(ticket, beside)
        super().__init__(*args, **kwargs)
        self.ticket, self.beside, self.rests = ticket, beside, rests
        self.fields["kind"].choices = list(_kinds(ticket))
        self.fields["level"].choices = [(number, _("Level %d") % number) for number in LEVELS]
        self.fields["team"].choices = [("", _("None")), *beside.teams.items()]
        self.fields["assignee"].choices = [("", _("Nobody")), *beside.agents.items()]
        self.fields["tags"].choices = list(beside.tags.items())
        self.fields["macro"].choices = [(row["id"], row["name"]) for row in beside.macros]
        if ticket.team_id and ticket.team_id not in beside.teams:
            self.fields["team"].choices.append((ticket.team_id, ticket.team))
        if ticket.status == Status.CLOSED:
            for name in (*PROPERTIES, "reason", "macro", "tags", "tagged"):
                del self.fields[name]

    def full_clean(self):
        if self.rests:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    def clean_status(self):
        if self.act not in ACTS or self.ticket.status == Status.CLOSED and self.act:
            raise forms.ValidationError(_("Press one of the buttons of the page."))
        return self.act

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if self.said and given.get("kind") and self.said != given["kind"]:
            self.add_error("kind", _("Say whether it is a reply or a note: the button said other"))
        if given.get("files") and (self.act == SAVE or not given.get("body")):
            self.add_error("body", _("Write something beside the files"))
        if self.changes_level and not given.get("reason"):
            self.add_error("reason", _("Say why the level changes: the customer is told"))
        writes = given.get("body") and self.act != SAVE
        if not self.errors and not (writes or self.act in Status or self.changes):
            self.add_error("body", _("Write something, or change something, before you send it"))
        return given

    @property
    def act(self) -> str:
        """What the button that was pressed does beside sending: a status, or what stands above."""
        return self.data.get("status", "").rpartition(":")[2]

    @property
    def said(self) -> str:
        """Whether that button said reply or note; not every one says so."""
        return self.data.get("status", "").rpartition(":")[0]

    @property
    def changes(self) -> bool:
        return bool({"team", "assignee"} & {*self.changed_data}) or (
            self.changes_level or self.changes_tags
        )

    @property
    def changes_level(self) -> bool:
        """Whether another level was chosen; none at all is no other one."""
        return "level" in self.changed_data and bool(self.cleaned_data.get("level"))

    @property
    def differs(self) -> bool:
        """Whether it has other properties than the page showed, checked or not."""
        return bool({*PROPERTIES} & {*self.changed_data}) or self.changes_tags

    @property
    def changes_tags(self) -> bool:
        return self._tags_after() != self.beside.marked

    @property
    def written(self) -> Written:
        """What stands in the field right now, checked or not."""
        kind = str(self["kind"].value() or "")
        return Written(str(self["body"].value() or ""), kind)

    def turn(self, *, files: Sequence[Attachment]) -> Turn:
        """Return the checked turn; the form itself changes nothing."""
        given = self.cleaned_data
        assignee = given.get("assignee")
        return Turn(
            key=given["key"],
            version=given["version"],
            body="" if self.act == SAVE else given["body"],
            files=files,
            public=given["kind"] == Message.Kind.PUBLIC,
            status=self.act if self.act in Status else "",
            level=given["level"] if self.changes_level else None,
            reason=given.get("reason", ""),
            reassign="assignee" in self.changed_data,
            assignee=User.objects.get(pk=assignee) if assignee else None,
            reteam="team" in self.changed_data,
            team=self.beside.teams.get(given.get("team") or 0),
            tags=Tag.objects.filter(pk__in=self._tags_after()) if self.changes_tags else None,
        )

    @property
    def ticks(self) -> list[tuple[int, str, bool]]:
        """Return every tag, and whether it is ticked."""
        on = {str(pk) for pk in self["tags"].value() or ()}
        return [(pk, str(tag), str(pk) in on) for pk, tag in self.beside.tags.items()]

    @property
    def shown_tags(self) -> str:
        """Return what the ticket has now, for the page to say what was changed there."""
        return _listed(self.beside.marked)

    def kept(self) -> dict[str, list[str]]:
        """Return what must not be lost of it, as it was typed but for what no database takes."""
        return {
            name: [value.replace("\0", "") for value in self.data.getlist(name)]
            for name in KEPT
            if name in self.data
        }

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed or chosen yet."""
        changed = {*PROPERTIES} & {*self.changed_data}
        return not (self.written.body.strip() or self.data.get("reason") or changed)

    @classmethod
    def again(
        cls, kept: Mapping[str, Sequence[str]], *, ticket: Ticket, beside: Beside, **changes: Any
    ) -> TurnForm:
        """Return the form with all that was typed, caught up with the ticket as it is now.

        `changes` stand in place of what was typed, and without a key it gets a new one; a form
        without mistakes yet is one that rests.
        """
        typed = QueryDict(mutable=True)
        for name, values in kept.items():
            typed.setlist(name, [str(value) for value in values])
        was = cls(typed, ticket=ticket, beside=beside, rests=True)
        for name in PROPERTIES:
            now = str(getattr(ticket, f"{name}_id") or "")
            if name not in was.changed_data:
                typed[name] = now
            typed[f"initial-{name}"] = now
        typed.setlist("tags", [str(pk) for pk in sorted(was._tags_after())])
        typed["tagged"] = _listed(beside.marked)
        typed["version"] = str(ticket.version)
        for name, value in changes.items():
            typed.setlist(name, value if isinstance(value, list) else [value])
        typed["key"] = typed.get("key") or str(uuid.uuid4())
        return cls(typed, ticket=ticket, beside=beside, rests=True)

    def _tags_after(self) -> set[int]:
        """Return the tags that the ticket has now, and what was ticked or unticked on the page."""
        marked = self.beside.marked
        if "tagged" not in self.data or "tags" not in self.fields:
            return marked
        shown, ticked = _numbers([self.data["tagged"]]), _numbers(self.data.getlist("tags"))
        return marked - (shown - ticked) | (ticked - shown)


def _as_it_is(ticket: Ticket, beside: Beside) -> dict[str, Any]:
    closed = ticket.status == Status.CLOSED
    return {
        "version": ticket.version,
        "key": uuid.uuid4(),
        "kind": Message.Kind.NOTE if closed else Message.Kind.PUBLIC,
        **{name: getattr(ticket, f"{name}_id") for name in PROPERTIES},
        "tags": sorted(beside.marked),
        "tagged": _listed(beside.marked),
        "after": beside.settings.after_sending,
    }


def _kinds(ticket):
    if ticket.status != Status.CLOSED:
        yield Message.Kind.PUBLIC, _("Public reply")
    yield Message.Kind.NOTE, _("Internal note")


def _listed(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))


def _numbers(lists: Sequence[str]) -> set[int]:
    parts = [part for each in lists for part in each.split(",")]
    return {int(part) for part in parts if is_key(part)}
