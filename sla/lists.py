"""The lists that managers watch: what each lists, and the words of its page and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import export, verdict_lists
from sla import list_forms as forms
from sla.forms import PromiseFilterForm
from sla.listing import Due, Listing, Unanswered
from sla.scope import Scope

Words = str | Promise


@dataclass(frozen=True)
class ManagersList:
    """`name` is that of its URL; the file's ends in `_csv`. `listings` are by their order."""

    name: str
    tab: Words
    title: Words
    form: type[PromiseFilterForm]
    listings: Mapping[str, type[Listing]]
    columns: export.Columns
    time: Words
    nothing: Words
    no_match: Words

    def ask(self, params, *, scope: Scope, now: datetime) -> tuple[PromiseFilterForm, Listing]:
        """Return the filters of an address, and what they leave of the list."""
        form = self.form(params, scope=scope)
        kind = self.listings[form.cleaned_data.get("order", "")]
        return form, kind(form, now=now)


BREACHED = ManagersList(
    name="breached",
    tab=_("Breached"),
    title=_("Breached promises"),
    form=forms.BreachedFilterForm,
    listings={"": verdict_lists.Breached},
    columns=export.BREACHED,
    time=_("Over by"),
    nothing=_("No promise is broken."),
    no_match=_("No broken promise matches."),
)
DUE = ManagersList(
    name="due",
    tab=_("Due next"),
    title=_("Promises due next"),
    form=forms.DueFilterForm,
    listings={"": Due},
    columns=export.DUE,
    time=_("Left"),
    nothing=_("Nothing is due."),
    no_match=_("No promise that is due matches."),
)
UNANSWERED = ManagersList(
    name="unanswered",
    tab=_("Solved without an answer"),
    title=_("Solved without an answer"),
    form=forms.UnansweredFilterForm,
    listings={"": Unanswered},
    columns=export.UNANSWERED,
    time=_("First response"),
    nothing=_("Nothing was solved without an answer."),
    no_match=_("Nothing that was solved without an answer matches."),
)
DECIDED = ManagersList(
    name="decided",
    tab=_("Met and broken"),
    title=_("Promises met and broken"),
    form=forms.DecidedFilterForm,
    listings={"": verdict_lists.Decided, forms.SLOWEST: verdict_lists.Slowest},
    columns=export.DECIDED,
    time=_("Result"),
    nothing=_("No promise was met or broken."),
    no_match=_("No promise that was met or broken matches."),
)
ALL = (BREACHED, DUE, UNANSWERED, DECIDED)


def named(name: str) -> ManagersList:
    """Return the list of this name; KeyError where there is none."""
    return {each.name: each for each in ALL}[name]
