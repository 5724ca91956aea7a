"""A checked catalog file, as the values that its rows must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class QuestionPlan:
    values: Values
    choices: Mapping[str, str | None] = field(default_factory=dict)  # label -> leads to
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # parent -> labels


@dataclass(frozen=True)
class SubcategoryPlan:
    values: Values
    questions: Mapping[str, QuestionPlan]


@dataclass(frozen=True)
class TypePlan:
    values: Values
    questions: Mapping[str, QuestionPlan]
    subcategories: Mapping[str, SubcategoryPlan]


@dataclass(frozen=True)
class BrandPlan:
    values: Values
    hosts: tuple[str, ...]
    mail_request_type: str | None


@dataclass(frozen=True)
class Plan:
    """Everything by its key, in the order of the file."""

    levels: Mapping[int, Values]
    hours: Mapping[int, tuple[int, int]]  # level -> first response, resolution
    rules: Mapping[tuple[str, str, bool], int]
    common: Mapping[str, Values]
    reminders: Mapping[str, Values]
    types: Mapping[str, TypePlan]
    brands: Mapping[str, BrandPlan]
