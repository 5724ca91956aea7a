"""The filters of the list of breaches."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.models import Metric

ANY = ("", _("Any"))
OPEN, ANSWERED = "open", "answered"


class BreachFilterForm(forms.Form):
    """Nonsense in the address filters nothing."""

    brand: forms.ModelChoiceField = forms.ModelChoiceField(
        None, label=_("Brand"), required=False, empty_label=_("Any")
    )
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ANY, *((number, _("Level %d") % number) for number in (1, 2, 3, 4))],
    )
    metric = forms.ChoiceField(
        label=_("Promise"),
        required=False,
        choices=[
            ANY,
            *(
                (metric.value, metric.label)
                for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
            ),
        ],
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[ANY, (OPEN, _("Still open")), (ANSWERED, _("Answered late"))],
    )

    def __init__(self, *args, brands, **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["brand"]).queryset = brands

    def lookups(self) -> dict[str, Any]:
        """Return what was chosen as lookups on a breach."""
        self.full_clean()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        names = {
            "brand": "clock__ticket__brand",
            "level": "clock__level",
            "metric": "clock__metric",
        }
        lookups = {names[name]: value for name, value in chosen.items() if name in names}
        if "state" in chosen:
            lookups["clock__stopped_at__isnull"] = chosen["state"] == OPEN
        return lookups
