"""Files a case as its customer would: through the real forms, which may refuse its answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.forms import Form

from accounts.models import User
from portal.demo import papers
from portal.demo.casting import Case
from portal.demo.stories import Story
from tickets import uploads
from tickets.catalog import store
from tickets.catalog.conditions import AnswerSpec
from tickets.catalog.forms import DetailsForm, ImpactForm
from tickets.catalog.models import Brand, RequestType, Subcategory
from tickets.catalog.specs import Catalog, TypeSpec
from tickets.forms import PhoneForm
from tickets.models import Attachment, Channel, PhoneAnswer
from tickets.submission import Submission

# A date or time in a story: so many days or less after, or before, the filing.
DISTANCE = re.compile(r"([+-]\d+)([dhm])")
UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class NotAccepted(Exception):
    """A story whose answers a form refuses; the text says which and why."""


@dataclass(frozen=True)
class Desk:
    """The rows that filing needs, read once; brands and types by key, people by address."""

    catalog: Catalog
    brands: Mapping[str, Brand]
    types: Mapping[str, RequestType]
    subcategories: Mapping[tuple[str, str], Subcategory]
    people: Mapping[str, User]

    @classmethod
    def open(cls, people: Mapping[str, User]) -> Desk:
        subcategories = Subcategory.objects.select_related("request_type")
        return cls(
            catalog=store.current(),
            brands={brand.key: brand for brand in Brand.objects.all()},
            types={type.key: type for type in RequestType.objects.all()},
            subcategories={(about.request_type.key, about.key): about for about in subcategories},
            people=people,
        )


def submission(case: Case, desk: Desk) -> Submission:
    """Return the checked request of a case that did not come by mail. Raises `NotAccepted`."""
    story, type_spec = case.story, desk.catalog.type(case.story.type)
    if type_spec is None:
        raise NotAccepted(f"Story “{story.key}”: there is no request type “{story.type}”.")
    details = _details_form(case, type_spec, desk.catalog)
    given = _checked(case, details)
    if type_spec.prompts:
        given |= _checked(case, _impact_form(case, type_spec, desk.catalog))
    return Submission(
        **_of_everything(case, desk, given),
        **_about_calling(case),
        subcategory=desk.subcategories.get((story.type, story.about)),
        level=level_of(story, desk.catalog),
        answers=details.answers(),
        attachments=enclosed(case, story.files),
        channel=Channel.PHONE if case.way == "phone" else Channel.PORTAL,
        received_at=case.at if case.way == "phone" else None,
    )


def told_later(case: Case, desk: Desk) -> Sequence[AnswerSpec]:
    """Return the answers that a story has to the questions of what it is about."""
    type_spec = desk.catalog.type(case.story.type)
    if type_spec is None:
        raise NotAccepted(f"Story “{case.story.key}”: there is no such request type.")
    details = _details_form(case, type_spec, desk.catalog)
    _checked(case, details)
    return details.answers()


def level_of(story: Story, catalog: Catalog) -> int:
    """Return the level that a story's answers on impact give."""
    affected, ability = story.impact
    return catalog.level_for(affected=affected, ability=ability, urgent=story.urgent)


def enclosed(case: Case, names: tuple[str, ...]) -> list[Attachment]:
    """Store the files of these kinds, as if somebody had picked them in the browser."""
    return uploads.store_all([papers.make(name, case) for name in names])


def _of_everything(case: Case, desk: Desk, given: Mapping[str, Any]) -> dict[str, Any]:
    named = ("kind", "affected", "ability", "urgent", "subject", "description")
    return {
        "requester": desk.people[case.requester],
        "brand": desk.brands[case.brand],
        "request_type": desk.types[case.story.type],
        **{name: given[name] for name in named},
    }


def _impact_form(case: Case, type_spec: TypeSpec, catalog: Catalog) -> ImpactForm:
    return ImpactForm(
        {**_impact(case), "subcategory": case.story.about}, catalog=catalog, type_spec=type_spec
    )


def _details_form(case: Case, type_spec: TypeSpec, catalog: Catalog) -> DetailsForm:
    given = {
        "subject": case.say(case.story.subject),
        "description": case.say(case.story.description),
        **_answers(case, type_spec),
    }
    return DetailsForm(
        given if type_spec.prompts else {**_impact(case), **given},
        catalog=catalog,
        type_spec=type_spec,
        subcategory=type_spec.subcategory(case.story.about),
        time_zone=case.time_zone,
    )


def _impact(case: Case) -> dict[str, Any]:
    affected, ability = case.story.impact
    urgent = {"urgent": "on"} if case.story.urgent else {}
    return {"kind": case.story.kind, "affected": affected, "ability": ability, **urgent}


def _answers(case: Case, type_spec: TypeSpec) -> dict[str, Any]:
    """Return the story's answers as a browser sends them, its distances as dates and times."""
    about = type_spec.subcategory(case.story.about)
    questions = type_spec.questions + (about.questions if about else ())
    kinds = {question.key: question.kind for question in questions}
    return {
        f"q_{key}": _typed(value, kind=kinds.get(key, ""), case=case)
        for key, value in case.story.answers.items()
    }


def _typed(value: Any, *, kind: str, case: Case) -> Any:
    if isinstance(value, list):
        return value
    if kind in ("date", "datetime"):
        return _moment(value, case=case, is_day=kind == "date")
    return case.say(value) if kind in ("text", "textarea") else value.format_map(case.words)


def _moment(distance: str, *, case: Case, is_day: bool) -> str:
    """Return the date or time on the customer's wall clock; times at whole five minutes."""
    found = DISTANCE.fullmatch(distance)
    if found is None:
        raise NotAccepted(f"Story “{case.story.key}”: “{distance}” is no distance like +3d or -2h.")
    at = case.at + timedelta(**{UNITS[found[2]]: int(found[1])})
    local = at.astimezone(ZoneInfo(case.time_zone))
    if is_day:
        return local.date().isoformat()
    return f"{local.replace(minute=local.minute // 5 * 5):%Y-%m-%dT%H:%M}"


def _about_calling(case: Case) -> dict[str, Any]:
    """Return what the phone page was answered, where there was one."""
    answers = {"called": PhoneAnswer.CALLED, "cannot": PhoneAnswer.CANNOT}
    if case.way not in answers:
        return {}
    spoken_to = case.agent.partition("@")[0].replace(".", " ").title()
    form = PhoneForm(
        {
            "phone_answer": answers[case.way],
            "phone_reference": spoken_to if case.way == "called" else "",
        }
    )
    return _checked(case, form)


def _checked(case: Case, form: Form) -> dict[str, Any]:
    """Return what the form took. Raises `NotAccepted`."""
    if form.is_valid():
        return dict(form.cleaned_data)
    errors = "; ".join(
        f"{name}: {' '.join(map(str, found))}" for name, found in form.errors.items()
    )
    raise NotAccepted(
        f"Story “{case.story.key}” is not accepted: {errors or 'an answer reveals a question'}"
    )
