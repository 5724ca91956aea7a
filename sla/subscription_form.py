"""When somebody wants to be mailed a report, as they choose it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sla.models import Subscription

DAILY = "day"
ON = (
    (DAILY, _("Every day")),
    ("0", _("Mondays")),
    ("1", _("Tuesdays")),
    ("2", _("Wednesdays")),
    ("3", _("Thursdays")),
    ("4", _("Fridays")),
    ("5", _("Saturdays")),
    ("6", _("Sundays")),
)
HOUR = 7


class SubscriptionForm(forms.Form):
    """Every day it tells of the day before, on a weekday of the week before, Monday to Sunday."""

    on = forms.ChoiceField(label=_("E-mail me this"), choices=ON)
    hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=[(hour, f"{hour:02}:00") for hour in range(24)]
    )

    @classmethod
    def of(cls, subscription: Subscription | None = None) -> SubscriptionForm:
        """Return a form to fill in; it names its controls apart from those of others on a page."""
        if subscription is None:
            return cls(initial={"on": "0", "hour": HOUR})
        is_daily = subscription.every == Subscription.Every.DAY
        on = DAILY if is_daily else str(subscription.weekday)
        return cls(
            initial={"on": on, "hour": subscription.hour}, auto_id=f"id_{subscription.pk}_%s"
        )

    def asked(self) -> dict[str, Any]:
        """Return what the verbs are told of it."""
        on = self.cleaned_data["on"]
        every = Subscription.Every.DAY if on == DAILY else Subscription.Every.WEEK
        return {
            "every": every,
            "weekday": 0 if on == DAILY else int(on),
            "hour": self.cleaned_data["hour"],
        }
