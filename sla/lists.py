"""The two lists that managers watch: what each lists, and the words of its page and its file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import export, listing
from sla.forms import BreachedFilterForm, DueFilterForm, PromiseFilterForm

Words = str | Promise


@dataclass(frozen=True)
class ManagersList:
    """`name` is that of its URL; the file's ends in `_csv`."""

    name: str
    tab: Words
    title: Words
    form: type[PromiseFilterForm]
    listing: type[listing.Listing]
    columns: export.Columns
    order: Words
    time: Words
    back: Words
    nothing: Words
    no_match: Words
    counts_not_called: bool = False


BREACHED = ManagersList(
    name="breached",
    tab=_("Breached"),
    title=_("Breached promises"),
    form=BreachedFilterForm,
    listing=listing.Breached,
    columns=export.BREACHED,
    order=_("worst first"),
    time=_("Over by"),
    back=_("Back to the worst"),
    nothing=_("No promise is broken."),
    no_match=_("No broken promise matches."),
)
DUE = ManagersList(
    name="due",
    tab=_("Due next"),
    title=_("Promises due next"),
    form=DueFilterForm,
    listing=listing.Due,
    columns=export.DUE,
    order=_("soonest first"),
    time=_("Left"),
    back=_("Back to the soonest"),
    nothing=_("Nothing is due."),
    no_match=_("No promise that is due matches."),
    counts_not_called=True,
)
ALL = (BREACHED, DUE)
