"""What agents search for, and what narrows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tickets import clock
from tickets.catalog.models import Brand
from tickets.desk.forms import ANY, LEVELS
from tickets.search_words import MOST_TYPED
from tickets.states import Outcome, Status

DAYS = {"7": _("7 days"), "30": _("30 days"), "365": _("A year")}


class SearchForm(forms.Form):
    """Nonsense in the address narrows nothing."""

    OF_TICKET = ("brand", "level", "request_type", "team")

    q = forms.CharField(label=_("Search for"), required=False, max_length=MOST_TYPED)
    brand = forms.TypedChoiceField(label=_("Brand"), required=False, coerce=int)
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        choices=[ANY, *((number, _("Level %d") % number) for number in LEVELS)],
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            ANY,
            *((to.value, to.label) for to in Status),
            *((to.value, to.label) for to in Outcome),
        ],
    )
    request_type = forms.TypedChoiceField(label=_("Request type"), required=False, coerce=int)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int)
    agent = forms.TypedChoiceField(label=_("Agent"), required=False, coerce=int)
    organization = forms.CharField(label=_("Organization"), required=False, max_length=200)
    received = forms.ChoiceField(
        label=_("Received within"), required=False, choices=[ANY, *DAYS.items()]
    )

    def __init__(self, *args, user: User, types, **kwargs):
        super().__init__(*args, **kwargs)
        offered = _names(user) | {"request_type": [(type.id, type.name) for type in types]}
        for name, choices in offered.items():
            field: Any = self.fields[name]
            field.choices = [ANY, *choices]
        self.full_clean()

    @property
    def typed(self) -> str:
        return self.cleaned_data.get("q", "")

    def lookups(self) -> dict[str, Any]:
        """Return what was chosen as lookups on a ticket."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        lookups = {name: given[name] for name in self.OF_TICKET if name in given}
        if status := given.get("status"):
            lookups["status" if status in Status else "outcome"] = status
        if "agent" in given:
            lookups["assignee"] = given["agent"]
        if "organization" in given:
            lookups["organization__name__icontains"] = given["organization"]
        if "received" in given:
            lookups["created_at__gte"] = clock.now() - timedelta(days=int(given["received"]))
        return lookups

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield what narrows the search, each with its name in the address."""
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if value and name != "q":
                choices = dict(getattr(field, "choices", ()))
                yield name, f"{field.label}: {choices.get(value, value)}"


def _names(user: User) -> dict[str, list[tuple[int, str]]]:
    """Name brands, teams and agents to choose from, in one query."""
    parts: list[QuerySet] = [
        _part("brand", Brand.objects.served_by(user)),
        _part("team", Team.objects.all()),
        _part("agent", User.objects.filter(is_staff=True)),
    ]
    found = defaultdict(list)
    for kind, pk, name in parts[0].union(*parts[1:], all=True).order_by("name", "pk"):
        found[kind].append((pk, name))
    return {kind: found[kind] for kind in ("brand", "team", "agent")}


def _part(kind: str, rows: QuerySet) -> QuerySet:
    return rows.order_by().values_list(Value(kind), "pk", "name")
