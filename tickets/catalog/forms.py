"""The forms of a request, built from the catalog: consequences first, then the details."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.html import escape
from django.utils.translation import gettext as _

from tickets.catalog import conditions, defaults, fields, formats
from tickets.catalog.answers import answer
from tickets.catalog.conditions import QuestionSpec

# Carries the keys of the questions that the page showed, so that what an answer just revealed is
# told from what was left empty. Forging it gains nothing: both send the form back.
SHOWN = "shown"
COMMON_FIELDS = frozenset(
    {"subcategory", "affected", "ability", "urgent", "kind", "subject", "description"}
)


class CatalogForm(forms.Form):
    """A form whose words come from the catalog; data may be a POST or what a draft kept."""

    def __init__(self, data=None, *, catalog, initial=None, **options):
        self.raw = typed(initial or {} if data is None else data)
        super().__init__(None if data is None else self.raw, **options)
        self.catalog = catalog
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def get_initial_for_field(self, field, field_name):
        if isinstance(field, fields.Several):
            return self.raw.getlist(field_name)
        return self.raw.get(field_name, field.initial)

    def kept(self):
        """Return what was typed, checked or not, as JSON for a draft: name -> values."""
        return {
            name: [_storable(value) for value in self.raw.getlist(name)] for name in self.fields
        }

    def level(self):
        """Return the level that the answers give, or None where the form does not ask."""
        if "affected" not in self.fields:
            return None
        return self.catalog.level_for(
            affected=self.cleaned_data["affected"],
            ability=self.cleaned_data["ability"],
            urgent=self.cleaned_data["urgent"],
        )

    def add_impact(self):
        for key in ("affected", "ability"):
            self.fields[key] = self._radios(key)
        urgent = self.catalog.common["urgent"]
        self.fields["urgent"] = forms.BooleanField(
            label=urgent.label, help_text=escape(urgent.hint), required=False
        )

    def add_kind(self):
        self.fields["kind"] = self._radios("kind")

    def add_text(self, key, field_class):
        self.fields[key] = field_class(**self._wording(key))

    def _radios(self, key):
        words = self.catalog.common[key].choices
        return forms.ChoiceField(
            widget=forms.RadioSelect,
            **self._wording(key),
            choices=[(each.value, fields.Label.of(each.label, each.hint)) for each in words],
        )

    def _wording(self, key):
        common = self.catalog.common[key]
        missing = common.error or _("Answer “%(label)s”") % {"label": common.label}
        return {
            "label": common.label,
            "help_text": escape(common.hint),
            "error_messages": {
                "required": missing,
                "invalid_choice": _("Choose one of the answers on the list."),
            },
        }


class ImpactForm(CatalogForm):
    """What a request of a prompting type is about, and whom it keeps from working."""

    def __init__(self, data=None, *, catalog, type_spec, **options):
        super().__init__(data, catalog=catalog, **options)
        self.type_spec = type_spec
        self.fields["subcategory"] = forms.ChoiceField(
            label=_("What is it about?"),
            widget=forms.RadioSelect,
            choices=[
                (about.key, fields.Label.of(about.name, about.meaning))
                for about in type_spec.subcategories
            ],
            error_messages={
                "required": _("Choose what it is about"),
                "invalid_choice": _("Choose one of the subjects on the list."),
            },
        )
        self.add_impact()
        self.add_kind()

    @property
    def subcategory(self):
        """Return the chosen subcategory, once the form is valid."""
        return self.type_spec.subcategory(self.cleaned_data["subcategory"])


class DetailsForm(CatalogForm):
    """Subject, description and the questions of a type and subcategory that apply.

    After `is_valid()` refused: `leads_to` names the subcategory of this type that the answers
    lead to; `needs_another_look` says that nothing is wrong, but an answer revealed questions.
    """

    def __init__(
        self,
        data=None,
        *,
        catalog,
        type_spec,
        subcategory=None,
        user=None,
        time_zone=None,
        **options,
    ):
        super().__init__(data, catalog=catalog, **options)
        self.type_spec = type_spec
        self.subcategory = subcategory
        self.time_zone = _zone(time_zone)
        self.asked_of = type_spec.questions + (subcategory.questions if subcategory else ())
        self._fill_in(user)
        self.questions = self._visible(self.asked_of)
        self.revealed: tuple[QuestionSpec, ...] = self._revealed() if self.is_bound else ()
        self._add_fields()

    @property
    def is_restricted(self):
        """Tell whether what it becomes is for few eyes only."""
        return self.type_spec.restricted or bool(self.subcategory and self.subcategory.restricted)

    @property
    def needs_another_look(self):
        """Tell whether there is nothing to correct, only more to answer."""
        return bool(self.revealed) and not self.errors and self.leads_to is None

    @property
    def first_new(self):
        """Return the link to the first question that an answer revealed."""
        bound = self[f"q_{self.revealed[0].key}"]
        return f"#{bound.auto_id}_0" if bound.use_fieldset else f"#{bound.id_for_label}"

    @property
    def leads_to(self):
        """Return the key of the subcategory that a chosen answer leads to, else None."""
        if not self.is_bound:
            return None
        keys = (
            choice.leads_to
            for question in self.questions
            for choice in question.choices
            if choice.leads_to and choice.label in self._chosen(question)
        )
        others = (self.type_spec.subcategory(key) for key in keys)
        return next((each.key for each in others if each not in (None, self.subcategory)), None)

    @property
    def steering(self):
        """Return the fields whose answers change what is asked, or the level and its promise."""
        parents = {each.parent for question in self.asked_of for each in question.conditions}
        impact = [name for name in ("affected", "ability", "urgent") if name in self.fields]
        return impact + [
            f"q_{question.key}" for question in self.questions if question.key in parents
        ]

    def is_valid(self):
        return super().is_valid() and not self.revealed and self.leads_to is None

    def texts(self):
        """Return what was written in words of one's own, by field."""
        return {
            name: self.cleaned_data[name]
            for name, field in self.fields.items()
            if isinstance(field, fields.Line)
        }

    def answers(self):
        """Return what was answered, in order; what is hidden or empty is not in it."""
        given = (
            (question, self.cleaned_data.get(f"q_{question.key}")) for question in self.questions
        )
        return tuple(
            answer(question, value, time_zone=self.time_zone)
            for question, value in given
            if is_given(value)
        )

    def full_clean(self):
        super().full_clean()
        if self.leads_to is not None:
            self.errors.clear()
        for question in self.revealed:
            name = f"q_{question.key}"
            if self.has_error(name, code="required"):
                del self.errors[name]

    def clean(self):
        for question in self.questions:
            self._check(question)
        return self.cleaned_data

    def _check(self, question):
        name = f"q_{question.key}"
        value = self.cleaned_data.get(name)
        if not value:
            return
        try:
            if earlier := formats.after_key(question.format):
                self._check_after(question, value, earlier)
            elif isinstance(value, str):
                self.cleaned_data[name] = fields.check_format(question, value)
        except ValidationError as error:
            self.add_error(name, error)

    def _check_after(self, question, value, earlier_key):
        earlier = self.cleaned_data.get(f"q_{earlier_key}")
        label = next((each.label for each in self.questions if each.key == earlier_key), "")
        try:
            if earlier:
                formats.check_after(value, earlier, label=question.label, earlier_label=label)
        except formats.WrongFormat as wrong:
            raise ValidationError(str(wrong), code="format") from None

    def _fill_in(self, user):
        """Put defaults into questions that nobody has seen yet; what was emptied stays empty."""
        if self.is_bound and SHOWN not in self.raw:
            return
        shown = str(self.raw.get(SHOWN) or "").split()
        for question in self.asked_of:
            name = f"q_{question.key}"
            is_new = name not in self.raw and question.key not in shown
            if is_new and (value := defaults.default_of(question, user=user)):
                self.raw.setlist(name, [value])

    def _visible(self, questions):
        answers = {question.key: self._chosen(question) for question in questions}
        keys = conditions.visible(questions, answers)
        return tuple(question for question in questions if question.key in keys)

    def _chosen(self, question):
        """Return the offered answers that were chosen, before anything is checked."""
        offered = {choice.label for choice in question.choices}
        given = self.raw.getlist(f"q_{question.key}")
        if question.kind == "select":
            given = given[-1:]
        return [label for label in given if isinstance(label, str) and label in offered]

    def _revealed(self):
        """Return the questions that the sender has not seen yet.

        Without the list of what was shown, only what must be answered and was not counts.
        """
        if SHOWN in self.raw:
            shown = str(self.raw.get(SHOWN) or "").split()
            return tuple(question for question in self.questions if question.key not in shown)
        return tuple(
            question
            for question in self.questions
            if question.conditions
            and question.required
            and not any(self.raw.getlist(f"q_{question.key}"))
        )

    def _add_fields(self):
        if not self.type_spec.prompts:
            self.add_kind()
            self.add_impact()
        self.add_text("subject", fields.Line)
        for question in self.questions:
            self.fields[f"q_{question.key}"] = fields.build(question, time_zone=self.time_zone)
        self.add_text("description", fields.Lines)
        now_shown = " ".join(question.key for question in self.questions)
        self.fields[SHOWN] = forms.CharField(
            required=False, widget=forms.HiddenInput, initial=now_shown
        )
        self.raw[SHOWN] = now_shown


def is_given(value):
    """Tell an answer from none; zero is one, an empty tick is not."""
    return value is not None and value is not False and value not in ("", [])


def typed(data):
    """Return a copy of a POST or of a draft's data in which every name has a list of values."""
    if hasattr(data, "lists"):
        return MultiValueDict({name: list(values) for name, values in data.lists()})
    return MultiValueDict(
        {
            name: list(value) if isinstance(value, (list, tuple)) else [value]
            for name, value in data.items()
        }
    )


def all_typed(data, *, beside=frozenset()):
    """Return all that a POST says of a request whose form is not there any more, as for a draft.

    `beside` names what that form asked and the catalog does not know.
    """
    return {
        name: [_storable(value) for value in values]
        for name, values in typed(data).lists()
        if name in COMMON_FIELDS | beside or name.startswith("q_")
    }


def _storable(value):
    if not isinstance(value, str):
        return value
    return "".join(
        character
        for character in value
        if character != "\0" and not "\ud800" <= character <= "\udfff"
    )


def _zone(time_zone):
    if time_zone is None:
        return timezone.get_current_timezone()
    return ZoneInfo(time_zone) if isinstance(time_zone, str) else time_zone
