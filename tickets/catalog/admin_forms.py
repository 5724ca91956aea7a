"""What administrators may write into the catalog's rows, and why not."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.catalog import defaults, formats, impact
from tickets.catalog.models import (
    Ability,
    Affected,
    Choice,
    CommonField,
    Condition,
    ImpactRule,
    Question,
    RequestType,
    Subcategory,
)

WITH_CHOICES = (Question.Kind.SELECT, Question.Kind.MULTISELECT)


class RequestTypeForm(forms.ModelForm):
    class Meta:
        model = RequestType
        fields = [
            "name",
            "key",
            "meaning",
            "aliases",
            "prompts",
            "product",
            "phone_extension",
            "restricted",
            "is_active",
            "position",
        ]

    def clean_prompts(self):
        prompts = self.cleaned_data["prompts"]
        if (
            not prompts
            and self.instance.pk
            and (self.instance.subcategories.filter(is_active=True).exists())
        ):
            raise ValidationError(
                _("Archive its subcategories first: without prompts, nobody could choose them.")
            )
        return prompts


class SubcategoryForm(forms.ModelForm):
    class Meta:
        model = Subcategory
        fields = ["request_type", "name", "key", "meaning", "restricted", "is_active", "position"]

    def clean_request_type(self):
        request_type = self.cleaned_data["request_type"]
        if not request_type.prompts:
            raise ValidationError(_("This type does not prompt, so it has no subcategories."))
        return request_type


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = [
            "request_type",
            "subcategory",
            "key",
            "label",
            "hint",
            "error",
            "kind",
            "required",
            "format",
            "default",
            "is_active",
            "position",
        ]

    def clean(self):
        super().clean()
        if self.errors:
            return
        question = self._as_typed()
        if not self.instance.pk and not question.position:
            self.cleaned_data["position"] = question.position = last_position(question) + 1
        self._check_key(question)
        self._check_format(question)
        self._check_default(question)
        if self.instance.pk:
            self._check_followers(question)

    def _as_typed(self):
        """Return the question as it would be saved; what is read-only comes from its row."""
        values = {
            field.attname: getattr(self.instance, field.attname)
            for field in Question._meta.concrete_fields
        }
        question = Question(**values)
        for name in self.fields.keys() & self.cleaned_data.keys():
            setattr(question, name, self.cleaned_data[name])
        return question

    def _check_key(self, question):
        """Refuse a key that the type's own questions share with those of its subcategories."""
        others = Question.objects.filter(request_type=question.request_type_id, key=question.key)
        if question.subcategory_id:
            others = others.filter(Q(subcategory=None) | Q(subcategory=question.subcategory_id))
        if others.exclude(pk=question.pk).exists():
            self.add_error(
                "key" if "key" in self.fields else None,
                _("Another question of the same form has this key."),
            )

    def _check_format(self, question):
        if not question.format:
            return
        kinds = {each.key: each.kind for each in earlier_questions(question)}
        if reason := formats.why_not(question.format, question.kind, kinds):
            self.add_error("format", reason)

    def _check_default(self, question):
        """Refuse what it would not take; of answers to choose from, their table knows."""
        if not question.default or question.kind in WITH_CHOICES:
            return
        kind, check = question.kind, question.format
        if reason := defaults.why_not(question.default, kind=kind, format=check, choices=()):
            self.add_error("default", reason)

    def _check_followers(self, question):
        """Refuse to hide, move or change what other questions wait for."""
        followers = Question.objects.filter(is_active=True, conditions__parent=question.pk)
        if not followers:
            return
        names = ", ".join(f"“{each.label}”" for each in followers)
        if not question.is_active:
            self.add_error("is_active", _("Other questions wait for its answer: %s.") % names)
        if question.kind not in WITH_CHOICES:
            self.add_error("kind", _("Other questions wait for one of its choices: %s.") % names)
        if any(
            each.subcategory_id == question.subcategory_id
            and (each.position, each.pk) <= (question.position, question.pk)
            for each in followers
        ):
            self.add_error(
                "position", _("It must come before the questions that wait for it: %s.") % names
            )


class ChoiceFormSet(forms.BaseInlineFormSet):
    """The answers of a question: some for a select, none for a text."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["leads_to"].choices = [
            ("", "---------"),
            *((about.pk, f"{about.request_type}: {about}") for about in self._subcategories),
        ]

    @cached_property
    def _subcategories(self):
        """Return where answers may lead, read once for all rows of the table."""
        found = Subcategory.objects.filter(is_active=True).select_related("request_type")
        about = self.instance.request_type_id
        return list(found.filter(request_type=about) if about else found)

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        filled = [form for form in self.forms if form.cleaned_data.get("label")]
        offered = [form for form in filled if form.cleaned_data["is_active"]]
        if self.instance.kind in WITH_CHOICES and not offered:
            raise ValidationError(_("A question of this kind needs choices."))
        if self.instance.kind not in WITH_CHOICES and offered:
            raise ValidationError(_("Only “One of several” and “Any of several” have choices."))
        labels = [form.cleaned_data["label"] for form in offered]
        if self.instance.kind in WITH_CHOICES and self.instance.default not in ("", *labels):
            raise ValidationError(
                _("“%s” stands there at first, but is none of its answers.") % self.instance.default
            )
        for form in filled:
            self._check(form)

    def _check(self, form):
        leads_to, is_active = form.cleaned_data["leads_to"], form.cleaned_data["is_active"]
        if leads_to and leads_to.request_type_id != self.instance.request_type_id:
            form.add_error("leads_to", _("This subcategory belongs to another request type."))
        if leads_to and leads_to.pk == self.instance.subcategory_id:
            form.add_error("leads_to", _("This question is asked there already."))
        if leads_to and self.instance.subcategory_id is None:
            form.add_error("leads_to", _("This question is asked in every subcategory."))
        if (
            not is_active
            and form.instance.pk
            and (Condition.objects.filter(choices=form.instance).exists())
        ):
            form.add_error("is_active", _("Another question waits for this answer."))


class ConditionForm(forms.ModelForm):
    class Meta:
        model = Condition
        fields = ["parent", "choices"]
        widgets = {"choices": forms.SelectMultiple(attrs={"size": 6})}

    def clean(self):
        super().clean()
        parent, choices = self.cleaned_data.get("parent"), self.cleaned_data.get("choices")
        if parent and choices and any(choice.question_id != parent.pk for choice in choices):
            self.add_error("choices", _("Choose answers of “%s” only.") % parent)


class ConditionFormSet(forms.BaseInlineFormSet):
    """When a question is asked: earlier questions of the same form, and answers of each."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        earlier = self._earlier
        parents, choices = form.fields["parent"], form.fields["choices"]
        parents.queryset = Question.objects.filter(pk__in=[each.pk for each in earlier])
        parents.choices = [("", "---------"), *((each.pk, each.label) for each in earlier)]
        choices.queryset = Choice.objects.filter(question__in=[each.pk for each in earlier])
        choices.choices = [
            (each.label, [(choice.pk, choice.label) for choice in each.choices.all()])
            for each in earlier
        ]

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        conditions = [
            form
            for form in self.forms
            if form.cleaned_data.get("parent") and not form.cleaned_data.get("DELETE")
        ]
        if conditions and not self.instance.request_type.prompts:
            raise ValidationError(_("This type does not prompt, so it asks everything at once."))

    @cached_property
    def _earlier(self):
        """Return the questions that have choices to wait for, read once for the table."""
        return [each for each in earlier_questions(self.instance) if each.kind in WITH_CHOICES]


class ImpactRuleFormSet(forms.BaseModelFormSet):
    """The whole table at once, so that its rows can be weighed against each other."""

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        levels = {
            (rule.affected, rule.ability, rule.urgent): rule.level_id
            for rule in ImpactRule.objects.all()
        }
        for form in self.forms:
            rule = form.instance
            levels[rule.affected, rule.ability, rule.urgent] = form.cleaned_data["level"].pk
        found = [text for _case, text in impact.problems(levels)]
        if found:
            raise ValidationError([_("Not saved: %s.") % text for text in found])


class CommonFieldForm(forms.ModelForm):
    """Wording of a field that every form asks; which answers it has is fixed."""

    VALUES = {
        "affected": Affected.values,
        "ability": Ability.values,
        "kind": ["issue", "request", "question"],
    }

    words = forms.CharField(
        label=gettext_lazy("Answers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "One a line: the fixed value, a colon, its words, and if you like a bar (|) and a hint."
        ),
    )

    class Meta:
        model = CommonField
        fields = ["label", "hint", "error"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].initial = "\n".join(
            f"{each['value']}: {each['label']}" + (f" | {each['hint']}" if each.get("hint") else "")
            for each in self.instance.choices
        )

    def clean_words(self):
        values = self.VALUES.get(self.instance.key, [])
        found = {}
        for line in self.cleaned_data["words"].splitlines():
            value, _colon, words = line.partition(":")
            label, _bar, hint = words.partition("|")
            if line.strip():
                found[value.strip()] = {
                    "value": value.strip(),
                    "label": label.strip(),
                    "hint": hint.strip(),
                }
        if set(found) != set(values) or not all(each["label"] for each in found.values()):
            raise ValidationError(
                _("Give words for exactly these values: %s.") % ", ".join(values)
                if values
                else _("This field has no answers to choose from.")
            )
        return [found[value] for value in values]

    def save(self, commit=True):
        self.instance.choices = self.cleaned_data["words"]
        return super().save(commit)


def earlier_questions(question):
    """Return the questions that a form asks before one, with their choices, in order."""
    form = Question.objects.filter(request_type=question.request_type_id, is_active=True)
    place = (question.position, question.pk or float("inf"))
    asked = [
        each
        for each in form.filter(subcategory=question.subcategory_id).prefetch_related("choices")
        if (each.position, each.pk) < place
    ]
    if question.subcategory_id is None:
        return asked
    return [*form.filter(subcategory=None).prefetch_related("choices"), *asked]


def last_position(question):
    """Return the position of the last question beside one, or -1."""
    beside = Question.objects.filter(
        request_type=question.request_type_id, subcategory=question.subcategory_id
    )
    return max(beside.values_list("position", flat=True), default=-1)
