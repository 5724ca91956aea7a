"""What agents search for, and what narrows it: the filters of the queue, and a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from tickets.catalog.specs import Catalog
from tickets.desk.filters import ANY, TOO_LONG, QueueFilterForm
from tickets.desk.names import Names
from tickets.desk.tabs import TABS, Tab
from tickets.search_words import MOST_TYPED
from tickets.states import Outcome, Status

BIGGEST_KEY = 2**63 - 1
DAYS = {"7": _("7 days"), "30": _("30 days"), "365": _("A year")}


class SearchForm(QueueFilterForm):
    OWN: ClassVar[tuple[str, ...]] = ("q", "received")

    q = forms.CharField(
        label=_("Search for"),
        required=False,
        max_length=MOST_TYPED,
        error_messages={"max_length": TOO_LONG},
    )
    received = forms.ChoiceField(
        label=_("Received within"), required=False, choices=[ANY, *DAYS.items()]
    )
    requester = forms.IntegerField(
        label=_("Requester"),
        required=False,
        min_value=1,
        max_value=BIGGEST_KEY,
        widget=forms.HiddenInput,
    )

    field_order = ["q", *QueueFilterForm.base_fields, "received"]

    def __init__(
        self,
        params: Mapping[str, Any],
        *,
        names: Names,
        catalog: Catalog,
        requesters: Callable[[int], User | None],
    ):
        self.requesters = requesters
        super().__init__(params, names=names, catalog=catalog, tab=TABS["all"])

    def clean_requester(self) -> User | None:
        """Return who it is, if this agent sees any ticket of theirs."""
        asked = self.cleaned_data["requester"]
        found = self.requesters(asked) if asked else None
        if asked and found is None:
            raise forms.ValidationError(_("You see no ticket of this requester."))
        return found

    @property
    def typed(self) -> str:
        return self.cleaned_data.get("q", "")

    def narrowing(self, *, now: datetime) -> dict[str, Any]:
        """Return what was chosen as lookups on a ticket."""
        lookups = self.lookups()
        for name in self.OWN:
            lookups.pop(name, None)
        if lookups.get("status") in set(Outcome):
            lookups["outcome"] = lookups.pop("status")
        if days := self.cleaned_data.get("received"):
            lookups["created_at__gte"] = now - timedelta(days=int(days))
        return lookups

    def in_words(self) -> Iterator[tuple[str, str]]:
        return ((name, said) for name, said in super().in_words() if name != "q")

    def _choices(self, catalog: Catalog, tab: Tab) -> Iterator[tuple[str, Iterable[tuple]]]:
        yield from super()._choices(catalog, tab)
        yield "status", [(to.value, to.label) for to in (*Status, *Outcome) if to]
