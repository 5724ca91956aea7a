"""What an agent chooses about the desk, and about what it mails them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import DeskSettings

TIME = {"type": "time"}
WORKING = ("after_sending", "shortcuts")
MAILED = ("assigned", "customer_replied", "due_soon", "digest_at")
QUIET = ("quiet_from", "quiet_until")


class DeskSettingsForm(forms.ModelForm):
    """Its groups are how one works, what one is mailed, and when one is left alone."""

    class Meta:
        model = DeskSettings
        fields = (*WORKING, *MAILED, *QUIET)
        labels = {
            "shortcuts": _("Keyboard shortcuts"),
            "due_soon": _("A promise on my ticket, or on one that I watch, is due soon"),
        }
        help_texts = {
            "shortcuts": _("Single letters outside fields, as in j, k, r and n."),
            "digest_at": _("One mail with what you have once a day; none on a day without any."),
        }
        widgets = {
            name: forms.TimeInput(format="%H:%M", attrs=TIME) for name in ("digest_at", *QUIET)
        }

    def clean(self):
        super().clean()
        begin, end = (self.cleaned_data.get(name) for name in QUIET)
        if begin and not end and "quiet_until" not in self.errors:
            self.add_error("quiet_until", _("Say when the quiet hours end, or leave both empty"))
        if end and not begin and "quiet_from" not in self.errors:
            self.add_error("quiet_from", _("Say when the quiet hours begin, or leave both empty"))
        if begin and begin == end:
            self.add_error("quiet_until", _("Choose another time than the one they begin at"))
        return self.cleaned_data

    @property
    def working(self):
        return [self[name] for name in WORKING]

    @property
    def mailed(self):
        return [self[name] for name in MAILED]

    @property
    def quiet(self):
        return [self[name] for name in QUIET]
