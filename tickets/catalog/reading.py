"""Read all rows of the catalog into memory, in a number of queries that never grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tickets.catalog.conditions import ChoiceSpec, Condition, QuestionSpec
from tickets.catalog.models import (
    Brand,
    BrandHost,
    Choice,
    CommonField,
    ImpactReminder,
    ImpactRule,
    Logo,
    PriorityLevel,
    Question,
    RequestType,
    Subcategory,
)
from tickets.catalog.models import Condition as ConditionRow
from tickets.catalog.specs import (
    BrandSpec,
    Catalog,
    CommonSpec,
    LevelSpec,
    LogoSpec,
    PhoneSpec,
    ReminderSpec,
    SubcategorySpec,
    TypeSpec,
    Wording,
)


def read(*, version: int) -> Catalog:
    """Return the catalog as it stands, leaving out what is archived."""
    return Catalog(
        version=version,
        brands=_brands(),
        type_specs=_types(),
        levels={
            level.number: LevelSpec(level.number, level.meaning, level.contact)
            for level in PriorityLevel.objects.all()
        },
        rules={
            (rule.affected, rule.ability, rule.urgent): rule.level_id
            for rule in ImpactRule.objects.all()
        },
        common={field.key: _common(field) for field in CommonField.objects.all()},
        reminders=tuple(
            ReminderSpec(row.affected, row.by_phone, row.by_chat)
            for row in ImpactReminder.objects.all()
        ),
    )


def _brands() -> tuple[BrandSpec, ...]:
    hosts = _grouped(BrandHost.objects.all(), "brand_id")
    logos = {logo.brand_id: logo for logo in Logo.objects.defer("content")}
    return tuple(
        BrandSpec(
            phone=PhoneSpec(brand.phone_number, brand.phone_extension),
            app_entries=tuple(brand.app_entries),
            hosts=tuple(row.host.lower() for row in hosts[brand.id]),
            logo=_logo(logos.get(brand.id)),
            **_copied(
                brand,
                "id key name formerly is_default origin number_prefix default_product "
                "chat_url status_page_url mail_address time_zone color_light color_dark "
                "mail_request_type_id mail_level_id mails_reply_text app_menu",
            ),
        )
        for brand in Brand.objects.all()
    )


def _logo(logo: Logo | None) -> LogoSpec | None:
    return LogoSpec(**_copied(logo, "sha256 width height alt")) if logo else None


def _types() -> tuple[TypeSpec, ...]:
    subcategories = _grouped(Subcategory.objects.filter(is_active=True), "request_type_id")
    asked = _questions()
    return tuple(
        TypeSpec(
            aliases=tuple(row.aliases),
            questions=asked[row.id, None],
            subcategories=tuple(
                SubcategorySpec(
                    questions=asked[row.id, about.id],
                    **_copied(about, "id key name meaning restricted"),
                )
                for about in subcategories[row.id]
            ),
            **_copied(row, "id key name meaning prompts product phone_extension restricted"),
        )
        for row in RequestType.objects.filter(is_active=True)
    )


def _questions() -> Mapping[tuple[int, int | None], tuple[QuestionSpec, ...]]:
    """Return the questions that are asked, by the type and subcategory they belong to."""
    choices = _grouped(
        Choice.objects.filter(is_active=True).select_related("leads_to"), "question_id"
    )
    conditions = _grouped(
        ConditionRow.objects.select_related("parent").prefetch_related("choices"), "question_id"
    )
    found: dict[tuple[int, int | None], tuple[QuestionSpec, ...]] = defaultdict(tuple)
    for row in Question.objects.filter(is_active=True):
        found[row.request_type_id, row.subcategory_id] += (
            QuestionSpec(
                choices=tuple(
                    ChoiceSpec(choice.id, choice.label, _leads_to(choice))
                    for choice in choices[row.id]
                ),
                conditions=tuple(
                    Condition(
                        condition.parent.key,
                        frozenset(choice.label for choice in condition.choices.all()),
                    )
                    for condition in conditions[row.id]
                ),
                **_copied(row, "id key label hint error kind required format default"),
            ),
        )
    return found


def _leads_to(choice: Choice) -> str | None:
    return choice.leads_to.key if choice.leads_to and choice.leads_to.is_active else None


def _common(field: CommonField) -> CommonSpec:
    return CommonSpec(
        choices=tuple(Wording(**words) for words in field.choices),
        **_copied(field, "key label hint error"),
    )


def _grouped(rows: Iterable[Any], name: str) -> Mapping[int, list[Any]]:
    groups = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _copied(row: Any, names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names.split()}
