"""The two lists that managers watch: what each lists, and the words of its page and its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla import export, listing
from sla.forms import BreachedFilterForm, DueFilterForm, PromiseFilterForm
from sla.models import Clock
from sla.scope import Scope

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


def named(name: str) -> ManagersList:
    """Return the list of this name; KeyError where there is none."""
    return {each.name: each for each in ALL}[name]


def ask(
    shown: ManagersList, data: Mapping[str, Any], *, scope: Scope, now: datetime
) -> tuple[PromiseFilterForm, listing.Listing]:
    """Return the filters of an address, and what they leave of a list."""
    form = shown.form(data, scope=scope)
    found = Clock.objects.filter(**form.lookups(now=now))
    return form, shown.listing(found, scope=scope, now=now)
