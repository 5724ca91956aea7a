"""The bar below the broken promises: which are ticked, and what is to be done about them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from sla.handling import Note
from sla.models import Action, Reason
from sla.scope import Scope
from tickets.catalog.fields import Lines

# More than a page has, and few enough for one request.
MOST = 100
# So many agents have a button of their own, oneself included; all of them stand in a list.
BUTTONS = 6
NOBODY = 0
KEY = re.compile(r"\d{1,18}", re.ASCII)


def may_handle(user: User) -> bool:
    """Whether this user does anything about broken promises, rather than only reading of them."""
    return user.has_perm("sla.change_breach") and user.has_perm("tickets.work_ticket")


def key_of(text: str) -> int:
    """Read the key of a row. Raises `ValueError` over anything else."""
    if not KEY.fullmatch(text):
        raise ValueError(text)
    return int(text)


class Ticks(forms.TypedMultipleChoiceField):
    """Keys of rows. Whether they are there, and somebody's to read, is asked of the rows."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value):
        return True

    def clean(self, value):
        if value and len(value) > MOST:
            raise forms.ValidationError(_("Tick at most %d lines.") % MOST)
        return super().clean(value)


class HandlingForm(forms.Form):
    """All that the bar asks; the button that was pressed says what of it is needed."""

    REQUIRED: tuple[str, ...] = ()

    breach = Ticks(
        label=_("Lines"),
        coerce=key_of,
        error_messages={
            "required": _("Tick the lines that it is for"),
            "invalid_choice": _("Tick the lines anew: one of them is none of this list"),
        },
    )
    key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Load the list again: the page has lost its place."),
            "invalid": _("Load the list again: the page has lost its place."),
        },
    )
    body = Lines(
        label=_("Note for agents; it goes along with whatever you press"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
        error_messages={"required": _("Write the note")},
    )
    reason = forms.ModelChoiceField(
        label=_("Reason"),
        queryset=Reason.objects.filter(is_archived=False),
        required=False,
        error_messages={
            "required": _("Choose why it was broken"),
            "invalid_choice": _("Choose another reason: this one is no longer offered"),
        },
    )
    action = forms.ModelChoiceField(
        label=_("Action"),
        queryset=Action.objects.filter(is_archived=False),
        required=False,
        error_messages={
            "required": _("Choose what is done about it"),
            "invalid_choice": _("Choose another action: this one is no longer offered"),
        },
    )
    other = forms.TypedChoiceField(
        label=_("Somebody else"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data=None, *, user: User, scope: Scope, **kwargs):
        super().__init__(data, initial={"key": uuid.uuid4()}, auto_id="id_do_%s", **kwargs)
        workers: list[Any] = list(_workers(scope))
        other: Any = self.fields["other"]
        self.agents = {agent.pk: agent for agent in workers}
        self.few = _few(workers, user=user)
        other.choices = [("", "–"), *self.agents.items(), (NOBODY, _("Nobody"))]
        for name in self.REQUIRED:
            self.fields[name].required = True

    def clean(self):
        if "nothing" in self.data:
            self.add_error("breach", _("Press one of the buttons: Enter alone does nothing"))
        return super().clean()

    @property
    def ticked(self) -> set[int]:
        """The lines that are ticked, to tick them again."""
        data: Any = self.data
        sent = data.getlist("breach") if self.is_bound else []
        return {int(text) for text in sent if KEY.fullmatch(text)}

    @property
    def note(self) -> Note:
        return Note(self.cleaned_data["body"], self.cleaned_data["key"])

    def errors_shown(self) -> list[tuple[str, str]]:
        """Return each error with the id of the control that mends it."""
        ids = {name: field.auto_id for name, field in zip(self.fields, self, strict=True)}
        ids |= dict.fromkeys(("breach", "key"), "tick-1")
        return [(ids[name], str(error)) for name, errors in self.errors.items() for error in errors]


class HandOverForm(HandlingForm):
    """Pressed was an agent's own button (`agent`), or the one beside the list."""

    def clean(self):
        super().clean()
        pressed = self.data.get("agent", "")
        given = int(pressed) if KEY.fullmatch(pressed) else self.cleaned_data.get("other")
        if given is None and "other" not in self.errors:
            self.add_error("other", _("Choose who gets the tickets"))
        elif given and given not in self.agents:
            self.add_error("other", _("Choose somebody who works on tickets"))
        self.to = self.agents.get(given)
        return self.cleaned_data


class NoteForm(HandlingForm):
    REQUIRED = ("body",)


class AcknowledgeForm(HandlingForm):
    REQUIRED = ("reason", "action")


def _workers(scope: Scope):
    """Whoever works on tickets; `serves` are those whose teams serve one of these brands."""
    work = Permission.objects.filter(codename="work_ticket", content_type__app_label="tickets")
    works = Q(is_superuser=True) | Q(groups__permissions__in=work) | Q(user_permissions__in=work)
    teams = Membership.objects.filter(user=OuterRef("pk"), team__brands__in=list(scope.brands))
    return (
        User.objects.filter(works, is_staff=True, is_active=True)
        .annotate(serves=Exists(teams))
        .distinct()
        .order_by("name", "id")
    )


def _few(workers: Sequence[Any], *, user: User) -> list[User]:
    """Return oneself, then some who serve these brands; where no team does, some of all."""
    me = [agent for agent in workers if agent == user]
    others = [agent for agent in workers if agent != user]
    serving = [agent for agent in others if agent.serves]
    return [*me, *(serving or others)][:BUTTONS]
