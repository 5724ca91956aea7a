"""What narrows the agents' queue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ANY = ("", _("Any"))
LEVELS = (1, 2, 3, 4)


class QueueFilterForm(forms.Form):
    """Nonsense in the address filters nothing."""

    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    brand = forms.TypedChoiceField(label=_("Brand"), required=False, coerce=int, empty_value=None)
    level = forms.TypedChoiceField(
        label=_("Level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[ANY, *((number, _("Level %d") % number) for number in LEVELS)],
    )
    request_type = forms.TypedChoiceField(
        label=_("Request type"), required=False, coerce=int, empty_value=None
    )
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(self, *args, brands, types, statuses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["brand"].choices = [ANY, *((brand.pk, brand.name) for brand in brands)]
        self.fields["request_type"].choices = [ANY, *((type.id, type.name) for type in types)]
        self.fields["status"].choices = [ANY, *((to.value, to.label) for to in statuses)]
        if not statuses:
            del self.fields["status"]

    def lookups(self) -> dict[str, Any]:
        """Return what was chosen as lookups on a ticket."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value and name != "tab"}
