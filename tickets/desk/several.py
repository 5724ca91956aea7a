"""What the bar below the queue does to the ticked tickets, and how it says what came of that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Team, User
from tickets import clock, macros, several
from tickets.catalog.fields import Line
from tickets.desk import ticket_file
from tickets.desk.filters import LEVELS, NOBODY, KeyField
from tickets.desk.names import Names
from tickets.desk.snoozing import PRESETS, offered
from tickets.keyset import is_key
from tickets.models import Macro, Ticket
from tickets.several import Outcome
from tickets.states import Status

TICKED = "_selected_action"
LOOK = "look"  # what Enter presses in a field: the page again, with what was ticked and chosen
STATUSES = (Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED)
NOT_AGAIN = gettext_lazy("Choose the macro once more: the page has lost its place.")
CHOOSE = ("", gettext_lazy("Choose"))


class SeveralForm(forms.Form):
    """One form with a button for each thing to do; what a button needs is asked for alone."""

    # What each button needs; `assign_to_me` and `export` need the ticks alone, `look` nothing.
    NEEDS: Mapping[str, Mapping[str, Any]] = {
        LOOK: {},
        "assign_to_me": {},
        "export": {},
        "assign": {"agent": gettext_lazy("Choose the agent")},
        "give": {"to_team": gettext_lazy("Choose the team")},
        "status": {"to_status": gettext_lazy("Choose the status")},
        "level": {
            "to_level": gettext_lazy("Choose the level"),
            "reason": gettext_lazy("Say why the level changes: the customers are told"),
        },
        "snooze": {"until": gettext_lazy("Choose until when")},
        "macro": {"macro": gettext_lazy("Choose the macro")},
        "macro_sure": {"macro": gettext_lazy("Choose the macro"), "key": NOT_AGAIN},
        "merge": {"into": gettext_lazy("Choose into which of the ticked tickets")},
    }

    action = forms.CharField(widget=forms.HiddenInput)
    agent = KeyField(gettext_lazy("Agent"))
    to_team = KeyField(gettext_lazy("Team"))
    to_status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[CHOOSE, *((status.value, status.label) for status in STATUSES)],
    )
    to_level = KeyField(gettext_lazy("Level"))
    reason = Line(label=gettext_lazy("Why the level changes"), required=False)
    until = forms.ChoiceField(label=gettext_lazy("Until"), required=False)
    macro = KeyField(gettext_lazy("Macro"))
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seal = forms.CharField(required=False, widget=forms.HiddenInput)
    into = Line(label=gettext_lazy("Number of the ticket that goes on"), required=False)

    def __init__(self, data: Any, *, names: Names, ticked: Collection[int] = ()) -> None:
        super().__init__(data, auto_id="several_%s")
        self.ticked = ticked
        here = [pair for pair in names.agents.items() if pair[0] not in names.gone]
        for name, choices in (
            ("agent", [(NOBODY, _("Nobody")), *here]),
            ("to_team", [(NOBODY, _("None")), *names.teams.items()]),
            ("macro", names.macros.items()),
            ("to_level", [(number, _("Level %d") % number) for number in LEVELS]),
            ("until", [(name, label) for name, label, _at in offered(clock.now())]),
        ):
            field: Any = self.fields[name]
            field.choices = [CHOOSE, *choices]

    def clean(self):
        given = self.cleaned_data
        needs = self.NEEDS.get(given.get("action", ""))
        if needs is None:
            raise Http404
        if not self.ticked and given["action"] != LOOK:
            self.add_error(None, _("Tick the tickets first"))
        for name, missing in needs.items():
            if given.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, missing)
        for name in {*self.errors} - {*needs, "__all__"}:
            del self.errors[name]  # of another button
        return given

    @property
    def is_sure(self) -> bool:
        """Whether something is to be done now, and not only shown."""
        return self.is_valid() and self.cleaned_data["action"] != LOOK and not self.staged

    @property
    def staged(self) -> Macro | None:
        """The macro that was chosen and is only shown so far."""
        given = getattr(self, "cleaned_data", {})
        is_shown = given.get("action") == "macro" or self.is_edited
        return self.macro_now if is_shown and not self.errors else None

    @property
    def is_edited(self) -> bool:
        """Whether the macro does something else by now than what was shown of it."""
        given = getattr(self, "cleaned_data", {})
        if self.errors or given.get("action") != "macro_sure":
            return False
        return macros.seal(self.macro_now) != given["seal"]

    @cached_property
    def macro_now(self) -> Macro:
        """The macro that was chosen, read once: what is looked at is what is done."""
        found = Macro.objects.filter(archived_at=None).select_related("gives_to")
        return get_object_or_404(found.prefetch_related("tags"), pk=self.cleaned_data["macro"])

    @property
    def new_seal(self) -> str:
        return macros.seal(self.macro_now)

    @property
    def new_key(self) -> UUID:
        return uuid4()

    def clean_into(self):
        """Return the key of the one that is named, be it by its number or by all of it."""
        asked = self.cleaned_data["into"].rpartition("-")[2].strip("# ")
        if not asked:
            return ""
        if not (is_key(asked) and int(asked) in self.ticked):
            raise forms.ValidationError(_("Name one of the ticked tickets, like PS-1024."))
        return int(asked)


def ticked(request) -> list[int]:
    """Return the keys of the rows that were ticked, never of all that the tab would list."""
    if request.POST.get("select_across", "0") != "0":
        raise Http404
    keys = request.POST.getlist(TICKED)
    if not all(map(is_key, keys)):
        raise Http404
    return [int(key) for key in keys]


def do(request, form: SeveralForm) -> HttpResponse:
    """Do what a checked form asks, say what came of it, and lead back to the same list."""
    if form.cleaned_data["action"] == "export":
        return ticket_file.of(form.ticked, by=request.user)
    outcome = _act(form, by=request.user)
    level = messages.WARNING if outcome.skipped or outcome.gone else messages.SUCCESS
    messages.add_message(request, level, in_words(outcome))
    return redirect(request.get_full_path())


def in_words(outcome: Outcome) -> str:
    """Say "12 changed: PS-1, …. 1 skipped: PS-3 (closed already)."."""
    said = []
    if outcome.done:
        changed = _("%(count)d changed: %(numbers)s.")
        said.append(changed % {"count": len(outcome.done), "numbers": ", ".join(outcome.done)})
    if outcome.skipped:
        skipped = ", ".join(f"{number} ({why})" for number, why in outcome.skipped)
        words = _("%(count)d skipped: %(numbers)s.")
        said.append(words % {"count": len(outcome.skipped), "numbers": skipped})
    if outcome.gone:
        gone = ngettext("%d is not there any more.", "%d are not there any more.", outcome.gone)
        said.append(gone % outcome.gone)
    return " ".join(said) or _("Nothing to do.")


def _act(form: SeveralForm, *, by: User) -> Outcome:
    given, keys = form.cleaned_data, form.ticked
    match given["action"]:
        case "assign_to_me":
            return several.assign(keys, by=by, to=by)
        case "assign":
            return several.assign(keys, by=by, to=_chosen(User, given["agent"]))
        case "give":
            return several.set_team(keys, by=by, to=_chosen(Team, given["to_team"]))
        case "status":
            return several.set_status(keys, by=by, to=given["to_status"])
        case "level":
            return several.set_level(keys, by=by, to=given["to_level"], reason=given["reason"])
        case "snooze":
            _label, when = PRESETS[given["until"]]
            return several.snooze(keys, by=by, until=when(clock.now()))
        case "macro_sure":
            return several.use_macro(keys, by=by, macro=form.macro_now, key=given["key"])
    into = Ticket.objects.on_desk_of(by).filter(pk=given["into"]).first()
    if into is None:
        raise Http404
    return several.merge(keys, by=by, into=into)


def _chosen(model: type[Model], key: int) -> Any:
    """Return who was chosen, None for nobody; whoever is gone meanwhile is not found."""
    return get_object_or_404(model, pk=key) if key != NOBODY else None
