"""What narrows the queue: the filters that its address understands, and what they say in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from tickets.catalog.specs import Catalog
from tickets.desk.names import Names
from tickets.desk.tabs import Tab
from tickets.states import Status

ANY = ("", gettext_lazy("Any"))
# No row has this key: whatever has none is asked for by it.
NOBODY = 0
LEVELS = (1, 2, 3, 4)
NOT_OFFERED = gettext_lazy("“%(value)s” is none of the choices of “%(label)s”.")

TOO_LONG = ngettext_lazy(
    "Shorten it to %(limit_value)d character: it has %(show_value)d.",
    "Shorten it to %(limit_value)d characters: it has %(show_value)d.",
    "limit_value",
)


class KeyField(forms.TypedChoiceField):
    """A choice by its key; one that is not offered is an error that names the field."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, coerce=int, empty_value=None)


class QueueFilterForm(forms.Form):
    """Nothing that an address says is dropped in silence: what is wrong stays in `errors`."""

    LOOKUPS: Mapping[str, str] = {"agent": "assignee", "tag": "tags", "organization": ""}

    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    brand = KeyField(gettext_lazy("Brand"))
    level = KeyField(gettext_lazy("Level"))
    request_type = KeyField(gettext_lazy("Request type"))
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    team = KeyField(gettext_lazy("Team"))
    agent = KeyField(gettext_lazy("Agent"))
    organization = forms.CharField(
        label=gettext_lazy("Organization"),
        required=False,
        max_length=200,
        error_messages={"max_length": TOO_LONG},
    )
    tag = KeyField(gettext_lazy("Tag"))

    def __init__(self, params: Mapping[str, Any], *, names: Names, catalog: Catalog, tab: Tab):
        super().__init__({name: params.get(name, "").strip() for name in self.base_fields})
        self.names = names
        for name, choices in self._choices(catalog, tab):
            field: Any = self.fields[name]
            field.choices = [ANY, *choices]
            field.error_messages["invalid_choice"] = NOT_OFFERED % {
                "value": "%(value)s",
                "label": field.label,
            }
        self.full_clean()

    def _choices(self, catalog: Catalog, tab: Tab) -> Iterator[tuple[str, Iterable[tuple]]]:
        yield "product", [(product, product) for product in _products(catalog)]
        yield "brand", self.names.brands.items()
        yield "level", [(number, _("Level %d") % number) for number in LEVELS]
        yield "request_type", [(spec.id, spec.name) for spec in catalog.types()]
        yield "status", [(status, Status(status).label) for status in tab.statuses]
        yield "team", [(NOBODY, _("None")), *self.names.teams.items()]
        yield "agent", [(NOBODY, _("Nobody")), *self.names.agents.items()]
        yield "tag", self.names.tags.items()

    def clean_organization(self):
        asked = self.cleaned_data["organization"]
        if asked and not self.names.organizations:
            raise forms.ValidationError(
                _("No organization is called “%(name)s”."), params={"name": asked}
            )
        return asked

    def chosen(self) -> dict[str, Any]:
        """Return what is on, as an address has it."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}

    def lookups(self) -> dict[str, Any]:
        """Return what was chosen as lookups on a ticket."""
        lookups = {
            self.LOOKUPS.get(name, name): value or None for name, value in self.chosen().items()
        }
        if lookups.pop("", None):
            # By keys the database sees ahead whether many of its rows match or hardly any.
            lookups["organization__in"] = list(self.names.organizations)
        return lookups

    def in_words(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each filter that is on, and what it says."""
        for name, value in self.chosen().items():
            choices: Any = getattr(self.fields[name], "choices", ())
            yield name, f"{self.fields[name].label}: {dict(choices).get(value, value)}"


def _products(catalog: Catalog) -> list[str]:
    of_brands = (brand.default_product for brand in catalog.brands)
    return sorted({*of_brands, *(spec.product for spec in catalog.types())} - {""})
