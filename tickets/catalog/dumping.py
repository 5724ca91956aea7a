"""Say the rows of the catalog as a catalog file does: what `loading` takes, the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from tickets.catalog.impact import ABILITY, AFFECTED, URGENT
from tickets.catalog.models import (
    Brand,
    Choice,
    CommonField,
    Condition,
    ImpactReminder,
    ImpactRule,
    PriorityLevel,
    Question,
    RequestType,
    Subcategory,
)

Told = dict[str, Any]


def dump(hours: Mapping[int, tuple[int, int]]) -> Told:
    """Return the whole catalog as the data of a file; `hours` are those of its levels.

    What a file may leave out because it is usual is left out. An answer that is offered no more
    cannot be named in a file: a question that only such answers would show is told as not asked.
    """
    return {
        "brands": [_brand(brand) for brand in _brands()],
        "priorities": [_level(level, hours[level.number]) for level in PriorityLevel.objects.all()],
        "impact_reminder": [_reminder(row) for row in ImpactReminder.objects.all()],
        "common_fields": [_common(field) for field in CommonField.objects.all()],
        "impact_rules": _rules(),
        "request_types": _types(),
    }


def _brands() -> Iterable[Brand]:
    return Brand.objects.select_related("mail_request_type").prefetch_related("hosts")


def _brand(brand: Brand) -> Told:
    mailed = brand.mail_request_type
    return {
        "key": brand.key,
        "name": brand.name,
        "hosts": [host.host for host in brand.hosts.all()],
    } | _said(
        formerly=brand.formerly,
        is_default=brand.is_default,
        origin=brand.origin,
        number_prefix=brand.number_prefix,
        default_product=brand.default_product,
        mail=mailed and {"request_type": mailed.key, "level": brand.mail_level_id},
        phone=_said(number=brand.phone_number, extension=brand.phone_extension),
        chat_url=brand.chat_url,
        status_page_url=brand.status_page_url,
        mail_address=brand.mail_address,
        mails_reply_text=brand.mails_reply_text,
        time_zone=brand.time_zone,
        colors={"light": brand.color_light, "dark": brand.color_dark},
        mobile_app=_said(menu=brand.app_menu, entries=brand.app_entries),
    )


def _level(level: PriorityLevel, hours: tuple[int, int]) -> Told:
    first_response, resolution = hours
    return {
        "level": level.number,
        "meaning": level.meaning,
        "first_response_hours": first_response,
        "resolution_hours": resolution,
        "contact": level.contact,
    }


def _reminder(row: ImpactReminder) -> Told:
    ways = (("phone", row.by_phone), ("chat", row.by_chat))
    return {"affected": row.affected, "contact": [way for way, is_open in ways if is_open]}


def _common(field: CommonField) -> Told:
    words = {
        choice["value"]: {"label": choice["label"], "hint": choice["hint"]}
        if choice.get("hint")
        else choice["label"]
        for choice in field.choices
    }
    return _said(
        key=field.key, label=field.label, hint=field.hint, error=field.error, choices=words
    )


def _rules() -> Told:
    levels = {
        (rule.affected, rule.ability, rule.urgent): rule.level_id
        for rule in ImpactRule.objects.all()
    }
    return {
        affected: {
            ability: [levels[affected, ability, urgent] for urgent in URGENT] for ability in ABILITY
        }
        for affected in AFFECTED
    }


def _types() -> list[Told]:
    asked = _Questions()
    subcategories = _by(Subcategory.objects.order_by("request_type", "position", "id"))
    return [
        {"key": row.key, "name": row.name, "meaning": row.meaning, "prompts": row.prompts}
        | _archived("offered", row.is_active)
        | _said(
            aliases=row.aliases,
            product=row.product,
            extension=row.phone_extension,
            restricted=row.restricted,
            questions=asked.of(row.pk, None),
            subcategories=[_subcategory(each, asked) for each in subcategories.get(row.pk, ())],
        )
        for row in RequestType.objects.all()
    ]


def _by(rows: Iterable[Subcategory]) -> dict[int, list[Subcategory]]:
    return {pk: list(group) for pk, group in groupby(rows, key=lambda row: row.request_type_id)}


def _subcategory(row: Subcategory, asked: _Questions) -> Told:
    return (
        {"key": row.key, "name": row.name, "meaning": row.meaning}
        | _archived("offered", row.is_active)
        | _said(restricted=row.restricted, questions=asked.of(row.request_type_id, row.pk))
    )


class _Questions:
    """Every question of every form, read once."""

    def __init__(self) -> None:
        self.choices = _offered()
        self.conditions = _conditions()
        self.questions: dict[tuple[int, int | None], list[Question]] = {}
        for question in Question.objects.order_by("position", "id"):
            place = question.request_type_id, question.subcategory_id
            self.questions.setdefault(place, []).append(question)

    def of(self, request_type: int, subcategory: int | None) -> list[Told]:
        return [self._told(each) for each in self.questions.get((request_type, subcategory), ())]

    def _told(self, question: Question) -> Told:
        offered = self.choices.get(question.pk, ())
        depends = self.conditions.get(question.pk, {})
        shown_when = {parent: labels for parent, labels in depends.items() if labels}
        can_show = len(shown_when) == len(depends)
        return (
            _said(
                key=question.key,
                label=question.label,
                hint=question.hint,
                error=question.error,
                kind=question.kind,
                format=question.format,
                default=question.default,
                choices=[choice.label for choice in offered],
                show_when=shown_when,
                leads_to={each.label: each.leads_to.key for each in offered if each.leads_to},
            )
            | ({} if question.required else {"required": False})
            | _archived("asked", question.is_active and can_show)
        )


def _offered() -> dict[int, list[Choice]]:
    found: dict[int, list[Choice]] = {}
    rows = Choice.objects.filter(is_active=True).select_related("leads_to")
    for choice in rows.order_by("position", "id"):
        found.setdefault(choice.question_id, []).append(choice)
    return found


def _conditions() -> dict[int, dict[str, list[str]]]:
    """Return by question the earlier questions and those of their answers that are offered."""
    found: dict[int, dict[str, list[str]]] = {}
    rows = Condition.objects.select_related("parent").prefetch_related("choices")
    for condition in rows.order_by("parent__position", "id"):
        answers = [choice.label for choice in condition.choices.all() if choice.is_active]
        found.setdefault(condition.question_id, {})[condition.parent.key] = answers
    return found


def _archived(word: str, is_active: bool) -> Told:
    return {} if is_active else {word: False}


def _said(**told: Any) -> Told:
    """Leave out what is empty: a file says only what there is to say."""
    return {key: value for key, value in told.items() if value not in (None, "", False, [], {})}
