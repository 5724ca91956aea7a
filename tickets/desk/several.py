"""What the bar below the queue does to the ticked tickets, and how it says what came of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
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
from tickets.words import at_length

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
    did, outcome = _act(form, by=request.user)
    level = messages.WARNING if outcome.skipped or outcome.gone else messages.SUCCESS
    messages.add_message(request, level, in_words(did, outcome))
    return redirect(request.get_full_path())


def in_words(did: str, outcome: Outcome) -> str:
    """Say "2 assigned to Alex: PS-1, PS-2. 1 skipped: PS-3 (closed already)."."""
    said = []
    if outcome.done:
        count, numbers = len(outcome.done), _links((each, "") for each in outcome.done)
        said.append(format_html("{} {}: {}.", count, did, numbers))
    if outcome.skipped:
        words, numbers = _("%d skipped") % len(outcome.skipped), _links(outcome.skipped)
        said.append(format_html("{}: {}.", words, numbers))
    if outcome.gone:
        gone = ngettext("%d is not there any more.", "%d are not there any more.", outcome.gone)
        said.append(format_html("{}", gone % outcome.gone))
    return format_html_join(" ", "{}", ((each,) for each in said)) or _("Nothing to do.")


def _links(tickets: Iterable[tuple[str, str]]) -> str:
    """Return numbers as links to their tickets, each with what is said of it in parentheses."""
    return format_html_join(
        ", ",
        '<a href="{}">{}</a>{}',
        (
            (
                reverse("admin:tickets_ticket_change", args=[number.rpartition("-")[2]]),
                number,
                f" ({why})" if why else "",
            )
            for number, why in tickets
        ),
    )


def _act(form: SeveralForm, *, by: User) -> tuple[str, Outcome]:
    """Do it; return what is said of the tickets that it was done to, and of which it was."""
    given, keys = form.cleaned_data, form.ticked
    match given["action"]:
        case "assign_to_me":
            return _("assigned to you"), several.assign(keys, by=by, to=by)
        case "assign":
            agent = _chosen(User, given["agent"])
            did = (
                _("assigned to %(agent)s") % {"agent": agent} if agent else _("assigned to nobody")
            )
            return did, several.assign(keys, by=by, to=agent)
        case "give":
            team = _chosen(Team, given["to_team"])
            did = _("given to %(team)s") % {"team": team} if team else _("given to no team")
            return did, several.set_team(keys, by=by, to=team)
        case "status":
            did = _("set to “%(status)s”") % {"status": Status(given["to_status"]).label}
            return did, several.set_status(keys, by=by, to=given["to_status"])
        case "level":
            level, reason = given["to_level"], given["reason"]
            did = _("set to level %(level)d") % {"level": level}
            return did, several.set_level(keys, by=by, to=level, reason=reason)
        case "snooze":
            _label, when = PRESETS[given["until"]]
            until = when(clock.now())
            did = _("snoozed until %(time)s") % {"time": at_length(until)}
            return did, several.snooze(keys, by=by, until=until)
    return _act_once(form, by=by)


def _act_once(form: SeveralForm, *, by: User) -> tuple[str, Outcome]:
    """Do what is not done again by pressing twice: a macro, or a merge."""
    given, keys = form.cleaned_data, form.ticked
    if given["action"] == "macro_sure":
        did = _("done as “%(macro)s” says") % {"macro": form.macro_now.name}
        return did, several.use_macro(keys, by=by, macro=form.macro_now, key=given["key"])
    into = Ticket.objects.on_desk_of(by).filter(pk=given["into"]).first()
    if into is None:
        raise Http404
    did = _("merged into %(number)s") % {"number": into.number}
    return did, several.merge(keys, by=by, into=into)


def _chosen(model: type[Model], key: int) -> Any:
    """Return who was chosen, None for nobody; whoever is gone meanwhile is not found."""
    return get_object_or_404(model, pk=key) if key != NOBODY else None
