"""One form field per kind of question, with messages in plain words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.catalog import formats

SUBJECT_LENGTH = TEXT_LENGTH = 200
TEXTAREA_LENGTH = 10_000
LARGEST_NUMBER = 1_000_000_000
MOST_RADIOS = 10
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

_TOO_LONG = gettext_lazy(
    "Shorten this to %(limit_value)d characters or fewer. It has %(show_value)d."
)
_NOT_OFFERED = gettext_lazy("Choose one of the answers on the list.")
_NO_DATE = gettext_lazy("Enter a date like 2026-11-27.")
_NO_TIME = gettext_lazy("Enter a date and a time, like 2026-11-27 14:30.")


class Label(str):
    """The words of a choice, with a hint that is shown below it."""

    hint = ""

    @classmethod
    def of(cls, words, hint):
        label = cls(words)
        label.hint = hint
        return label


class Line(forms.CharField):
    """One line of text; longer runs of white space count as one space."""

    def __init__(self, *, max_length=TEXT_LENGTH, error_messages=None, **options):
        super().__init__(
            max_length=max_length,
            error_messages={"max_length": _TOO_LONG, **(error_messages or {})},
            **options,
        )

    def to_python(self, value):
        return " ".join(_readable(super().to_python(value)).split())

    def widget_attrs(self, widget):
        """Leave out maxlength: browsers cut off what is pasted, without a word."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class Lines(Line):
    """Several lines of text, counted as a browser does: a line break is one character."""

    widget = forms.Textarea(attrs={"rows": 5})

    def __init__(self, *, max_length=TEXTAREA_LENGTH, **options):
        super().__init__(max_length=max_length, **options)

    def to_python(self, value):
        text = _readable(forms.CharField.to_python(self, value))
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()


class Email(forms.EmailField):
    def to_python(self, value):
        return _readable(super().to_python(value))


class Moment(forms.DateTimeField):
    """A date and time on somebody's wall clock; its value knows the time zone."""

    LAYOUTS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")

    def __init__(self, *, time_zone, **options):
        self.time_zone = time_zone
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=self.LAYOUTS,
            **options,
        )

    def to_python(self, value):
        wall = self._parse(value)
        if wall is None:
            return None
        if not FIRST_DAY <= wall.date() <= LAST_DAY:
            raise ValidationError(_NO_TIME, code="invalid")
        moment = wall.replace(tzinfo=self.time_zone)
        there_and_back = moment.astimezone(ZoneInfo("UTC")).astimezone(self.time_zone)
        if there_and_back.replace(tzinfo=None) != wall:
            raise ValidationError(
                _("There is no such time on that day: the clocks go forward. Enter another one."),
                code="invalid",
            )
        return moment

    def _parse(self, value):
        text = str(value or "").strip()
        if not text:
            return None
        for layout in self.LAYOUTS:
            try:
                return datetime.strptime(text, layout)
            except ValueError:
                continue
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class Several(forms.MultipleChoiceField):
    """Any of several answers, kept in the order in which they are offered."""

    def __init__(self, *, labels, **options):
        self.labels = labels
        super().__init__(choices=[(label, label) for label in labels], **options)

    def clean(self, value):
        chosen = set(super().clean(value))
        return [label for label in self.labels if label in chosen]


CHECKS = {"npi": formats.check_npi, "invoice": formats.check_invoice, "phone": formats.check_phone}


def build(question, *, time_zone):
    """Return the form field of a question; times are on the wall clock of `time_zone`."""
    return BUILDERS[question.kind](question, time_zone=time_zone)


def missing(question):
    """Return what to say when the question has no answer."""
    if question.error:
        return question.error
    words = {
        "select": _("Choose an answer for “%(label)s”"),
        "multiselect": _("Choose at least one answer for “%(label)s”"),
        "checkbox": _("Tick “%(label)s” to go on"),
        "date": _("Enter the date for “%(label)s”"),
        "datetime": _("Enter the date and time for “%(label)s”"),
    }.get(question.kind, _("Fill in “%(label)s”"))
    return words % {"label": question.label}


def check_format(question, value):
    """Return a text as its named check leaves it, or raise a ValidationError."""
    check = CHECKS.get(question.format or question.kind)
    try:
        return check(value) if check else value
    except formats.WrongFormat as wrong:
        raise ValidationError(str(wrong), code="format") from None


def _build_text(question, **_context):
    return Line(**_options(question))


def _build_textarea(question, **_context):
    return Lines(**_options(question))


def _build_email(question, **_context):
    return Email(
        max_length=254,
        **_options(
            question,
            invalid=_("Enter an e-mail address like name@example.com"),
            max_length=_TOO_LONG,
        ),
    )


def _build_phone(question, **_context):
    return Line(widget=forms.TextInput(attrs={"type": "tel"}), **_options(question))


def _build_integer(question, **_context):
    return forms.IntegerField(
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        min_value=-LARGEST_NUMBER,
        max_value=LARGEST_NUMBER,
        **_options(
            question,
            invalid=_("Enter a whole number, like 12"),
            min_value=_("Enter a number above minus one billion"),
            max_value=_("Enter a number below one billion"),
        ),
    )


def _build_date(question, **_context):
    return forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%m/%d/%Y"],
        validators=[
            MinValueValidator(FIRST_DAY, message=_NO_DATE),
            MaxValueValidator(LAST_DAY, message=_NO_DATE),
        ],
        **_options(question, invalid=_NO_DATE),
    )


def _build_datetime(question, **context):
    return Moment(time_zone=context["time_zone"], **_options(question, invalid=_NO_TIME))


def _build_select(question, **_context):
    offered = [(choice.label, choice.label) for choice in question.choices]
    radios = question.required and len(offered) <= MOST_RADIOS
    return forms.ChoiceField(
        widget=forms.RadioSelect if radios else forms.Select,
        choices=offered if radios else [("", _("Choose one")), *offered],
        **_options(question, invalid_choice=_NOT_OFFERED),
    )


def _build_multiselect(question, **_context):
    return Several(
        widget=forms.CheckboxSelectMultiple,
        labels=[choice.label for choice in question.choices],
        **_options(question, invalid_choice=_NOT_OFFERED, invalid_list=_NOT_OFFERED),
    )


def _build_checkbox(question, **_context):
    return forms.BooleanField(**_options(question))


BUILDERS = {
    "text": _build_text,
    "textarea": _build_textarea,
    "email": _build_email,
    "phone": _build_phone,
    "integer": _build_integer,
    "date": _build_date,
    "datetime": _build_datetime,
    "select": _build_select,
    "multiselect": _build_multiselect,
    "checkbox": _build_checkbox,
}


def _options(question, **messages):
    return {
        "label": question.label,
        "help_text": escape(question.hint),
        "required": question.required,
        "error_messages": {"required": missing(question), **messages},
    }


def _readable(text):
    """Refuse what neither PostgreSQL nor JSON can keep; Word's line breaks become real ones."""
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
        raise ValidationError(
            _("This text has characters that can't be stored. Type it, or paste it as plain text."),
            code="unreadable",
        )
    return text.translate({0x0B: "\n", 0x0C: "\n"})
