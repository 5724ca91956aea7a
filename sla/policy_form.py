"""The form of a policy: a grid of levels and promises, what pauses them, and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from sla import lengths
from sla.hours import newest_hours
from sla.models import Calendar, EscalationStep, Metric, PolicyVersion
from sla.opening import BeyondHorizon, check_used_up
from sla.proposals import PolicyTerms, StepTerms, TargetTerms
from sla.readback import LEVELS, STATUSES
from tickets import clock

ANY_LEVEL = ("", gettext_lazy("every level"))
ANY_METRIC = ("", gettext_lazy("every promise"))
AROUND_THE_CLOCK = ("", gettext_lazy("around the clock"))
# Empty rows for steps to come; after a check there are as many again.
SPARE_STEPS = 3


class LengthField(forms.CharField):
    """A length of time as people write it; its value is in seconds."""

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return lengths.read_length(text)
        except lengths.NotALength as error:
            raise forms.ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return lengths.write_length(value) if isinstance(value, int) else value


class PolicyForm(forms.Form):
    """What a policy promises; `cells` has the grid, two fields for each promise at a level."""

    pause_statuses = forms.MultipleChoiceField(
        label=gettext_lazy("Statuses in which promises pause"),
        choices=[(status.value, words) for status, words in STATUSES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    pausable = forms.MultipleChoiceField(
        label=gettext_lazy("Promises that pause in them"),
        choices=Metric.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reopen = forms.ChoiceField(
        label=gettext_lazy("When a solved ticket is opened again"),
        choices=PolicyVersion.Reopen.choices,
        widget=forms.RadioSelect,
    )
    retarget = forms.ChoiceField(
        label=gettext_lazy("When a change leaves a ticket less time than it has used up"),
        choices=PolicyVersion.Retarget.choices,
        widget=forms.RadioSelect,
    )
    warn_percent = forms.IntegerField(
        label=gettext_lazy("Warn after this part of the time, in percent"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=gettext_lazy("Empty: nobody is warned before a deadline."),
    )
    comment = forms.CharField(
        label=gettext_lazy("Why it changes"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For whoever reads the history of this policy."),
    )
    base = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, calendars: Sequence[Calendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [AROUND_THE_CLOCK, *((calendar.pk, calendar.name) for calendar in calendars)]
        for level, metric in _pairs():
            words = {"level": level, "metric": Metric(metric).label.lower()}
            self.fields[_time(level, metric)] = LengthField(
                label=_("Level %(level)d, %(metric)s") % words, required=False, max_length=30
            )
            self.fields[_calendar(level, metric)] = forms.TypedChoiceField(
                label=_("Level %(level)d, %(metric)s, counted") % words,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
            )

    @cached_property
    def grid(self) -> list[dict[str, Any]]:
        """Return a row for each level, with a cell for each promise."""
        return [
            {
                "level": level,
                "cells": [
                    {
                        "metric": Metric(metric).label,
                        "time": self[_time(level, metric)],
                        "calendar": self[_calendar(level, metric)],
                    }
                    for metric in Metric.values
                ],
            }
            for level in LEVELS
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse what would not be used up within a century of so few open hours."""
        cleaned = super().clean() or self.cleaned_data
        hours, now = newest_hours(), clock.now()
        for target in self.targets():
            if target.calendar is None:
                continue
            try:
                needed = timedelta(seconds=target.seconds)
                check_used_up(hours[target.calendar], needed, since=now)
            except BeyondHorizon as error:
                self.add_error(_time(target.level, target.metric), str(error))
        return cleaned

    def targets(self) -> Iterator[TargetTerms]:
        for level, metric in _pairs():
            seconds = self.cleaned_data.get(_time(level, metric))
            if seconds:
                calendar = self.cleaned_data.get(_calendar(level, metric))
                yield TargetTerms(level, metric, seconds, calendar)

    def terms(self, steps: Sequence[StepTerms]) -> PolicyTerms:
        """Return what was typed, once it is valid."""
        said = self.cleaned_data
        return PolicyTerms(
            targets=tuple(sorted(self.targets())),
            pause_statuses=tuple(sorted(said["pause_statuses"])),
            pausable=tuple(sorted(said["pausable"])),
            reopen=said["reopen"],
            retarget=said["retarget"],
            warn_percent=said["warn_percent"],
            steps=tuple(sorted(steps, key=lambda step: step.minutes)),
        )


class StepForm(forms.Form):
    """Who is told some time after a promise was missed; a row without a time is no step."""

    after = LengthField(label=gettext_lazy("After"), required=False, max_length=30)
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        choices=[ANY_LEVEL, *((level, str(level)) for level in LEVELS)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    metric = forms.ChoiceField(
        label=gettext_lazy("Promise"), choices=[ANY_METRIC, *Metric.choices], required=False
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who is told"), choices=EscalationStep.Audience.choices, required=False
    )
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["person"]).queryset = people

    def clean_after(self) -> int | None:
        seconds: int | None = self.cleaned_data["after"]
        if seconds and seconds % lengths.MINUTE:
            raise forms.ValidationError(_("Steps are taken at whole minutes."))
        return seconds

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_person = cleaned.get("audience") == EscalationStep.Audience.PERSON
        if "after" not in self.errors and not cleaned.get("after"):
            if cleaned.get("person"):
                self.add_error("after", _("Enter how long after the deadline, such as “30 min”."))
        elif cleaned.get("after") and cleaned.get("audience") == "":
            self.add_error("audience", _("Choose who is told."))
        elif is_person and not cleaned.get("person"):
            self.add_error("person", _("Choose the person, or who else is told."))
        elif cleaned.get("person") and not is_person:
            self.add_error("audience", _("Choose “one person”, or nobody by name."))
        return cleaned

    def step(self) -> StepTerms | None:
        said = self.cleaned_data
        if not said.get("after"):
            return None
        return StepTerms(
            minutes=said["after"] // lengths.MINUTE,
            audience=said["audience"],
            level=said["level"],
            metric=said["metric"],
            person=said["person"].pk if said["person"] else None,
        )


class PolicyEditor:
    """The form with its rows of steps: as a policy stands, as was proposed, or as was sent."""

    def __init__(
        self,
        data: Any = None,
        *,
        terms: PolicyTerms | None = None,
        base: int | None = None,
        comment: str = "",
    ) -> None:
        terms = terms or NOTHING_YET
        calendars = list(Calendar.objects.filter(versions__number=1))
        people = User.objects.filter(is_staff=True, is_active=True).order_by("name")
        self.form = PolicyForm(
            data,
            calendars=calendars,
            initial=_initial(terms) | {"base": base, "comment": comment},
        )
        self.steps = Steps(
            data,
            prefix="steps",
            form_kwargs={"people": people},
            initial=[_initial_step(step) for step in terms.steps],
        )

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.steps.is_valid()])

    def terms(self) -> PolicyTerms:
        taken = [form.step() for form in self.steps]
        return self.form.terms([step for step in taken if step])

    @property
    def errors_of_all(self) -> list[str]:
        """Return the errors that are about no single control."""
        return [*self.form.non_field_errors(), *self.steps.non_form_errors()]

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return every error with the id of the control that it is about."""
        return [("grid", error) for error in self.errors_of_all] + [
            (field.id_for_label or field.auto_id, error)
            for form in (self.form, *self.steps)
            for field in form
            for error in field.errors
        ]


Steps = forms.formset_factory(StepForm, extra=SPARE_STEPS, max_num=60)
NOTHING_YET = PolicyTerms(
    targets=(),
    pause_statuses=("pending",),
    pausable=("next_response", "resolution"),
    reopen=PolicyVersion.Reopen.RESUME.value,
    retarget=PolicyVersion.Retarget.NO_RETROACTIVE.value,
)


def _initial(terms: PolicyTerms) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for target in terms.targets:
        cells[_time(target.level, target.metric)] = target.seconds
        cells[_calendar(target.level, target.metric)] = target.calendar
    return cells | {
        "pause_statuses": terms.pause_statuses,
        "pausable": terms.pausable,
        "reopen": terms.reopen,
        "retarget": terms.retarget,
        "warn_percent": terms.warn_percent,
    }


def _initial_step(step: StepTerms) -> dict[str, Any]:
    return {
        "after": step.minutes * lengths.MINUTE,
        "level": step.level,
        "metric": step.metric,
        "audience": step.audience,
        "person": step.person,
    }


def _pairs() -> Iterator[tuple[int, str]]:
    for level in LEVELS:
        for metric in Metric.values:
            yield level, metric


def _time(level: int, metric: str) -> str:
    return f"time_{level}_{metric}"


def _calendar(level: int, metric: str) -> str:
    return f"calendar_{level}_{metric}"
