"""What people fill in to sign in, sign up, get a password and describe themselves."""

from __future__ import annotations

from copy import copy
from functools import cache
from uuid import uuid4
from zoneinfo import available_timezones

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.querysets import normal_email
from accounts.services import prove_address

PASSWORD_HINT = _("At least 8 characters. A few words in a row are easy to keep in mind.")
ZONE_HINT = _("Dates and times are shown in it, in pages and in mails.")
# Ways to write the time in the United States and Canada, where most of our people are.
NEAR = (
    "America/New_York",
    "America/Detroit",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "America/Toronto",
    "America/Winnipeg",
    "America/Edmonton",
    "America/Vancouver",
    "America/Halifax",
    "America/St_Johns",
)


@cache
def time_zones():
    """Return the choices of time zones: ours first, then all there are, by name."""
    everywhere = sorted(name for name in available_timezones() if "/" in name)
    return [
        ("", _("As the portal shows it")),
        (_("United States and Canada"), [(name, readable(name)) for name in NEAR]),
        (_("Everywhere"), [(name, readable(name)) for name in everywhere if name not in NEAR]),
    ]


def readable(zone: str) -> str:
    return zone.replace("_", " ")


def word(form, name, *, label, missing, hint="", **attributes):
    """Set what a field of allauth says, in our words and without a placeholder."""
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= attributes


def word_email(form, name):
    word(
        form,
        name,
        label=_("E-mail address"),
        missing=_("Enter your e-mail address."),
        autocomplete="username",
    )
    form.fields[name].error_messages["invalid"] = _(
        "Enter an e-mail address like name@example.org."
    )


def word_password(form, name, *, label):
    word(
        form,
        name,
        label=label,
        missing=_("Enter a password."),
        hint=PASSWORD_HINT,
        autocomplete="new-password",
    )


class SignInForm(allauth.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_email(self, "login")
        word(self, "password", label=_("Password"), missing=_("Enter your password."))


class SignUpForm(allauth.SignupForm):
    account_already_exists: bool

    name = forms.CharField(
        label=_("Your name"),
        max_length=150,
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    stated_organization = forms.CharField(
        label=_("Organization or practice"),
        max_length=200,
        error_messages={"required": _("Enter the organization or practice you work for.")},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        error_messages={"required": _("Enter a number that we may call back.")},
        help_text=_("We call it only about your tickets."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    product = forms.CharField(
        label=_("Product"),
        max_length=100,
        required=False,
        help_text=_("The product that you use most."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, required=False, help_text=ZONE_HINT
    )

    field_order = [
        "email",
        "name",
        "stated_organization",
        "phone",
        "product",
        "time_zone",
        "password1",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_email(self, "email")
        word_password(self, "password1", label=_("Password"))

    def clean(self):
        """Compare the password with the name, too; allauth knows the address alone."""
        cleaned = super().clean()
        if password := cleaned.get("password1"):
            person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def try_save(self, request):
        """Answer for a known address as for a new one, after the same work."""
        if self.account_already_exists:
            self._rehearse(request)
        else:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:  # two of the same sign-up at once
                self.account_already_exists = True
        return super().try_save(request)

    def _rehearse(self, request):
        """Sign up somebody who never was, and undo it: that takes as long as a new address.

        The hash, the rows and the commit are what a stopwatch would miss most.
        """
        nobody = copy(self)
        nobody.account_already_exists = False
        nobody.cleaned_data = self.cleaned_data | {"email": f"{uuid4().hex}@nobody.invalid"}
        with transaction.atomic():
            before = transaction.savepoint()
            user = nobody.save(request)
            # What allauth looks up about a new user before it mails.
            EmailAddress.objects.filter(user=user, verified=True).exists()
            EmailAddress.objects.filter(user=user, email=user.email).first()
            transaction.savepoint_rollback(before)


class GetPasswordForm(allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_email(self, "email")

    def clean_email(self):
        return normal_email(self.cleaned_data["email"])

    def save(self, request, **kwargs):
        get_adapter().send_password_link(self.cleaned_data["email"], "password_reset_key")
        return self.cleaned_data["email"]


class ChoosePasswordForm(allauth.ResetPasswordKeyForm):
    """The password behind a mailed link; who got here reads the mail of that address."""

    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_password(self, "password1", label=_("New password"))

    def save(self):
        super().save()
        prove_address(self.user)


class SetPasswordForm(allauth.SetPasswordForm):
    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word_password(self, "password1", label=_("Password"))


class ChangePasswordForm(allauth.ChangePasswordForm):
    password2 = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word(
            self,
            "oldpassword",
            label=_("Current password"),
            missing=_("Enter your current password."),
        )
        word_password(self, "password1", label=_("New password"))


class ReauthenticateForm(allauth.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        word(self, "password", label=_("Password"), missing=_("Enter your password."))


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "phone", "time_zone"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }
        help_texts = {"time_zone": ZONE_HINT}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        zone = self.fields["time_zone"]
        zone.widget = forms.Select(choices=self._choices())

    def _choices(self):
        """Offer a zone that was set elsewhere, too, so that saving the page keeps it."""
        known = {name for _group, names in time_zones()[1:] for name, _readable in names}
        own = self.instance.time_zone
        extra = [(own, own)] if own and own not in known else []
        return [*time_zones(), *extra]
