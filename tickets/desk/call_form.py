"""The form of a call that is written down: whose it is, what it is about, and what was said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import normal_email
from tickets.catalog.fields import Email, Line, Lines, Moment
from tickets.catalog.forms import DetailsForm
from tickets.catalog.specs import Catalog, SubcategorySpec, TypeSpec, not_required
from tickets.desk.callback_forms import offer
from tickets.desk.filters import LEVELS
from tickets.models import Channel
from tickets.submission import Submission

# A call of longer ago than this is a slip of the keyboard.
LONGEST_AGO = timedelta(days=31)


class PersonForm(forms.Form):
    """Who called and is not known yet."""

    email = Email(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter their e-mail address"),
            "invalid": _("Enter an e-mail address like name@example.com"),
        },
    )
    name = Line(label=_("Name"), max_length=150, error_messages={"required": _("Enter their name")})
    phone = Line(label=_("Phone"), max_length=40, required=False)
    organization = Line(
        label=_("Organization, as they say"),
        max_length=200,
        required=False,
        help_text=_("It grants nothing until it is confirmed on the ticket."),
    )

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])


class ChooseForm(forms.Form):
    """For which brand, and what the call is about."""

    customer = forms.CharField(required=False, widget=forms.HiddenInput)
    brand = forms.ChoiceField(label=_("Brand"))
    about = forms.ChoiceField(
        label=_("What it is about"),
        error_messages={
            "required": _("Choose what it is about"),
            "invalid_choice": _("Choose one of the subjects on the list."),
        },
    )

    def __init__(self, *args, brands, types, **kwargs):
        super().__init__(*args, **kwargs)
        offer(self, "brand", [(str(brand.pk), brand.name) for brand in brands])
        offer(self, "about", [("", _("Choose one")), *about_choices(types)])

    def go_with(self, form_id: str) -> None:
        """Let its fields be sent with the form of this id, outside of which they stand."""
        for field in self.fields.values():
            field.widget.attrs["form"] = form_id


def about_choices(types: list[TypeSpec]) -> list[Any]:
    """Return types, and under those that have any their subcategories, as a select offers them."""
    return [
        (type.name, [(f"{type.key}:{each.key}", each.name) for each in type.subcategories])
        if type.subcategories
        else (type.key, type.name)
        for type in types
    ]


class CallForm(DetailsForm):
    """What a customer says on the phone. No question of the catalog must be answered there."""

    def __init__(
        self,
        data=None,
        *,
        catalog: Catalog,
        type_spec: TypeSpec,
        subcategory: SubcategorySpec | None,
        person: User | None,
        now: datetime,
    ):
        super().__init__(
            data,
            catalog=catalog,
            type_spec=not_required(type_spec),
            subcategory=subcategory and not_required(subcategory),
            user=person,
        )
        self.now = now
        if type_spec.prompts:
            self.add_kind()
            self.add_impact()
            # The catalog asks customers; here an agent answers for one.
            self.fields["urgent"].label = _("They need it urgently, even if nobody is blocked")
        self.fields["description"].label = _("What was said")
        self.fields["description"].error_messages["required"] = _("Enter what was said")
        self.fields["description"].help_text = _("The customer reads it on the ticket.")
        self._add_own()

    def _add_own(self) -> None:
        self.fields["note"] = Lines(
            label=_("Note"), required=False, help_text=_("Only agents see this.")
        )
        self.fields["level"] = forms.TypedChoiceField(
            label=_("Level"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[
                ("", _("As the answers on impact say")),
                *((number, _("Level %d") % number) for number in LEVELS),
            ],
        )
        self.fields["received_at"] = Moment(
            time_zone=self.time_zone,
            label=_("When the call came"),
            help_text=_("On your clock. Empty: just now. Promises run from then on."),
            required=False,
            error_messages={"invalid": _("Enter a date and a time, like 2026-11-27 14:30.")},
        )
        self.fields["live"] = forms.BooleanField(
            label=_("I spoke to the customer"),
            help_text=_("That is the first answer: the first response is met."),
            required=False,
            initial=True,
        )
        self.fields["take"] = forms.BooleanField(
            label=_("Assign it to me"), required=False, initial=True
        )

    def clean(self) -> dict[str, Any]:
        super().clean()
        came = self.cleaned_data.get("received_at")
        try:
            self._check_came(came)
        except ValidationError as wrong:
            self.add_error("received_at", wrong)
        given: dict[str, Any] = self.cleaned_data
        return given

    def _check_came(self, came: datetime | None) -> None:
        if came and came > self.now:
            raise ValidationError(_("A call cannot have come later than now."))
        if came and came < self.now - LONGEST_AGO:
            raise ValidationError(_("That is more than a month ago. Check the date."))

    def submission(self, *, requester: User, rows: dict[str, Any]) -> Submission:
        """Return the checked request; `rows` has brand, request_type, subcategory, draft_key."""
        given, by_answers = self.cleaned_data, self.level()
        level = given["level"] or by_answers
        log = {"level_by_answers": by_answers} if level != by_answers else {}
        return Submission(
            requester=requester,
            level=level,
            channel=Channel.PHONE,
            received_at=given["received_at"],
            answers=self.answers(),
            log=log,
            **{name: given[name] for name in (*COMMON, "live")},
            **rows,
        )


COMMON = ("kind", "affected", "ability", "urgent", "subject", "description")
