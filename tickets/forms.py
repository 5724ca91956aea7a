"""Forms of tickets: a reply, who sends a request, whom to copy, what is said of calling first."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.querysets import normal_email
from tickets.catalog.fields import Email, Label, Line, Lines
from tickets.catalog.forms import DetailsForm
from tickets.models import PhoneAnswer


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Any number of files; `uploads` says which are taken."""

    widget = SeveralFilesInput

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        return [file for file in files if file]


class Addresses(forms.Field):
    """Several e-mail addresses, each once, with commas, semicolons, spaces or lines between them.

    As mail programs write them, "Dana Ito <dana@example.com>" is one, too.
    """

    widget = forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"})
    default_error_messages = {
        "invalid": _("“%(typed)s” is no e-mail address. Write it like name@example.com."),
        "too_many": ngettext_lazy(
            "Enter at most %(most)d address. These are %(count)d.",
            "Enter at most %(most)d addresses. These are %(count)d.",
            "most",
        ),
    }

    def __init__(self, *, most, **options):
        super().__init__(**options)
        self.most = most

    def to_python(self, value):
        typed = dict.fromkeys(_each_address(value or ""))
        if len(typed) > self.most:
            raise self._error("too_many", most=self.most, count=len(typed))
        addresses, errors = {}, []
        for each in typed:
            try:
                addresses[normal_email(Email(max_length=254).clean(each))] = True
            except ValidationError:
                errors.append(self._error("invalid", typed=Truncator(each).chars(60)))
        if errors:
            raise ValidationError(errors)
        return list(addresses)

    def _error(self, code, **params):
        return ValidationError(self.error_messages[code], code=code, params=params)


def _each_address(text):
    for part in re.split(r"[,;\r\n]", text):
        named = re.search(r"<([^<>]*)>\s*$", part)
        yield from [named[1].strip()] if named else part.split()


class TypeForm(forms.Form):
    """Which of the types on offer a draft goes on with."""

    type = forms.ChoiceField(
        label=_("What is your request about?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a request type"),
            "invalid_choice": _("Choose one of the types on the list."),
        },
    )

    def __init__(self, *args, types, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [
            (type.key, Label.of(type.name, type.meaning)) for type in types
        ]


class PhoneForm(forms.Form):
    """Whether the sender of an urgent request called, or cannot."""

    phone_answer = forms.ChoiceField(
        label=_("Called already, or can't call?"),
        widget=forms.RadioSelect,
        choices=[
            (PhoneAnswer.CALLED, _("I called and was asked to file a ticket")),
            (PhoneAnswer.CANNOT, _("I can't call from here")),
        ],
        error_messages={"required": _("Choose whether you called or can't call")},
    )
    phone_reference = Line(
        label=_("If you called: case number, or name of the agent you spoke to"),
        max_length=100,
        required=False,
    )

    def clean(self):
        """Keep no reference to a call that was not made."""
        if self.cleaned_data.get("phone_answer") != PhoneAnswer.CALLED:
            self.cleaned_data["phone_reference"] = ""
        return self.cleaned_data


# Asked of a request beside what the catalog words.
BESIDE = frozenset({"copy_to", "email", "name"})
MOST_COPIES = 5


def ask_beside(form: DetailsForm, *, signed_out: bool) -> None:
    """Let the form of a request ask what no catalog words: whom to copy, and whose it is."""
    if not form.is_restricted:
        ask_whom_to_copy(form)
    if signed_out:
        ask_who_sends(form)


def ask_whom_to_copy(form: DetailsForm) -> None:
    """Ask who else should read along; each of them is asked, too, once the request is filed."""
    form.fields["copy_to"] = Addresses(
        label=_("Copy to"),
        help_text=_(
            "E-mail addresses of up to %(most)d colleagues. Once your request is filed, we ask "
            "each of them by mail. Who says yes sees the whole ticket."
        )
        % {"most": MOST_COPIES},
        most=MOST_COPIES,
        required=False,
    )


def ask_who_sends(form: DetailsForm) -> None:
    """Ask whose the request is: of somebody who is signed out."""
    form.fields["email"] = Email(
        label=_("Your e-mail address"),
        help_text=_("We mail you a link there. Your request is filed once you have opened it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Enter your e-mail address"),
            "invalid": _("Enter an e-mail address like name@example.com"),
        },
    )
    form.fields["name"] = Line(
        label=_("Your name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )


class AfterCallForm(forms.Form):
    """Why an agent files what nobody confirmed by mail."""

    reason = Line(
        label=_("Whom did you speak to, and when?"),
        help_text=_("Colleagues read it on the ticket; the sender does not."),
        error_messages={"required": _("Say whom you spoke to")},
    )


class ReplyForm(forms.Form):
    """What somebody answers on a ticket."""

    body = Lines(
        label=_("Your reply"), error_messages={"required": _("Write your reply before you send it")}
    )
    files = SeveralFiles(label=_("Files"), required=False)
    solve = forms.BooleanField(label=_("This also solves it"), required=False)


class CopyForm(forms.Form):
    """Whom somebody wants to have copied."""

    email = Email(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Enter the e-mail address of the person to copy"),
            "invalid": _("Enter an e-mail address like name@example.com"),
            "max_length": _("Enter an e-mail address like name@example.com"),
        },
    )

    def clean_email(self):
        return normal_email(self.cleaned_data["email"])
