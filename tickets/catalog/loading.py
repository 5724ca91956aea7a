"""Write a checked plan into the rows: what is missing is made, what differs is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import models

from tickets.catalog.models import (
    Brand,
    BrandHost,
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
from tickets.catalog.planning.plans import Plan, QuestionPlan, Values

Row = TypeVar("Row", bound=models.Model)
K = TypeVar("K", bound=Hashable)
QuestionKey = tuple[str, str | None, str]  # request type, subcategory, key


@dataclass
class Report:
    """What loading a file did."""

    created: Counter[str] = field(default_factory=Counter)
    changed: list[str] = field(default_factory=list)
    left_alone: Counter[str] = field(default_factory=Counter)

    @property
    def anything(self) -> bool:
        return bool(self.created or self.changed)

    def lines(self) -> list[str]:
        """Return the report as lines for people."""
        lines = [f"created {count} {_plural(name, count)}"
                 for name, count in self.created.items()]
        lines += [f"changed {what}" for what in self.changed]
        lines = lines or ["nothing to change"]
        return lines + [f"left alone {count} {_plural(name, count)} that the file does not name"
                        for name, count in self.left_alone.items() if count]


class Loader:
    """Loads one plan, in the order in which rows refer to each other."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.report = Report()

    def load(self) -> Report:
        self._levels()
        types = self._types()
        subcategories = self._subcategories(types)
        questions = self._questions(types, subcategories)
        choices = self._choices(questions, subcategories)
        self._conditions(questions, choices)
        self._brands(types)
        return self.report

    def _levels(self) -> None:
        plan = self.plan
        self._sync(PriorityLevel, plan.levels, key=lambda row: row.number)
        self._sync(
            ImpactRule, key=lambda row: (row.affected, row.ability, row.urgent),
            wanted={case: {"affected": case[0], "ability": case[1], "urgent": case[2],
                           "level_id": level} for case, level in plan.rules.items()})
        self._sync(CommonField, plan.common, key=lambda row: row.key)
        self._sync(ImpactReminder, plan.reminders, key=lambda row: row.affected)

    def _types(self) -> dict[str, RequestType]:
        wanted = {key: plan.values for key, plan in self.plan.types.items()}
        return self._sync(RequestType, wanted, key=lambda row: row.key)

    def _subcategories(self, types: Mapping[str, RequestType],
                       ) -> dict[tuple[str, str], Subcategory]:
        wanted = {
            (type_key, key): {"request_type_id": types[type_key].pk, **about.values}
            for type_key, plan in self.plan.types.items()
            for key, about in plan.subcategories.items()}
        return self._sync(Subcategory, wanted, key=lambda row: (row.request_type.key, row.key),
                          related=("request_type",))

    def _question_plans(self) -> Iterable[tuple[QuestionKey, QuestionPlan]]:
        for type_key, plan in self.plan.types.items():
            for key, question in plan.questions.items():
                yield (type_key, None, key), question
            for about_key, about in plan.subcategories.items():
                for key, question in about.questions.items():
                    yield (type_key, about_key, key), question

    def _questions(self, types: Mapping[str, RequestType],
                   subcategories: Mapping[tuple[str, str], Subcategory],
                   ) -> dict[QuestionKey, Question]:
        wanted = {}
        for place, plan in self._question_plans():
            type_key, about_key, _key = place
            about = subcategories[type_key, about_key] if about_key else None
            wanted[place] = {"request_type_id": types[type_key].pk,
                             "subcategory_id": about and about.pk, **plan.values}
        return self._sync(Question, wanted, key=_place, related=("request_type", "subcategory"))

    def _choices(self, questions: Mapping[QuestionKey, Question],
                 subcategories: Mapping[tuple[str, str], Subcategory],
                 ) -> dict[tuple[int, str], Choice]:
        """Make choices by their labels; an old label is archived, for tickets remember it."""
        wanted = {}
        for place, plan in self._question_plans():
            question = questions[place]
            for position, (label, leads_to) in enumerate(plan.choices.items()):
                about = subcategories[place[0], leads_to] if leads_to else None
                wanted[question.pk, label] = {
                    "question_id": question.pk, "label": label, "leads_to_id": about and about.pk,
                    "position": position, "is_active": True}
        old = [choice for choice in Choice.objects.filter(
                   question__in=[question.pk for question in questions.values()], is_active=True)
               if (choice.question_id, choice.label) not in wanted]
        for choice in old:
            choice.is_active = False
            self.report.changed.append(f"choice '{choice}': no longer offered")
        Choice.objects.bulk_update(old, ["is_active"])
        return self._sync(Choice, wanted, key=lambda row: (row.question_id, row.label),
                          count_others=False)

    def _conditions(self, questions: Mapping[QuestionKey, Question],
                    choices: Mapping[tuple[int, str], Choice]) -> None:
        """Write the conditions of the file's questions anew where they differ at all."""
        standing: dict[int, dict[int, frozenset[int]]] = {}
        for row in Condition.objects.prefetch_related("choices"):
            standing.setdefault(row.question_id, {})[row.parent_id] = frozenset(
                choice.pk for choice in row.choices.all())
        rows: list[tuple[Condition, frozenset[int]]] = []
        stale = []
        for place, plan in self._question_plans():
            question = questions[place]
            parents = {self._parent(questions, place, key): labels
                       for key, labels in plan.conditions.items()}
            wanted = {parent.pk: frozenset(choices[parent.pk, label].pk for label in labels)
                      for parent, labels in parents.items()}
            if wanted != standing.get(question.pk, {}):
                stale.append(question.pk)
                rows += [(Condition(question=question, parent_id=parent), picked)
                         for parent, picked in wanted.items()]
        self._replace_conditions(stale, rows)

    def _parent(self, questions: Mapping[QuestionKey, Question], place: QuestionKey,
                key: str) -> Question:
        type_key, about_key, _key = place
        return questions.get((type_key, about_key, key)) or questions[type_key, None, key]

    def _replace_conditions(self, stale: list[int],
                            rows: list[tuple[Condition, frozenset[int]]]) -> None:
        deleted, _each = Condition.objects.filter(question__in=stale).delete()
        if deleted:
            self.report.changed.append(f"the conditions of {len(stale)} questions")
        elif rows:
            self.report.created["condition"] += len(rows)
        Condition.objects.bulk_create(condition for condition, _picked in rows)
        through = Condition.choices.through
        through._default_manager.bulk_create(
            through(condition_id=condition.pk, choice_id=choice)
            for condition, picked in rows for choice in picked)

    def _brands(self, types: Mapping[str, RequestType]) -> None:
        wanted = {
            key: {**plan.values, "mail_request_type_id": (
                types[plan.mail_request_type].pk if plan.mail_request_type else None)}
            for key, plan in self.plan.brands.items()}
        self._yield_default(wanted)
        brands = self._sync(Brand, wanted, key=lambda row: row.key)
        self._sync(
            BrandHost, key=lambda row: row.host, name="host",
            wanted={host: {"host": host, "brand_id": brands[key].pk}
                    for key, plan in self.plan.brands.items() for host in plan.hosts})

    def _yield_default(self, wanted: Mapping[str, Values]) -> None:
        """Let go of the old default brand first: there may be only one at any moment."""
        chosen = [key for key, values in wanted.items() if values["is_default"]]
        if chosen:
            for old in Brand.objects.filter(is_default=True).exclude(key__in=chosen):
                old.is_default = False
                old.save(update_fields=["is_default"])
                self.report.changed.append(f"brand '{old}': is_default")

    def _sync(self, model: type[Row], wanted: Mapping[K, Values], *, key: Callable[[Row], K],
              related: tuple[str, ...] = (), name: str = "",
              count_others: bool = True) -> dict[K, Row]:
        """Make a model's rows say what is wanted, and return the wanted rows by key."""
        name = name or str(model._meta.verbose_name)
        rows = {key(row): row for row in model._default_manager.select_related(*related)}
        if count_others:
            self.report.left_alone[name] += len(rows.keys() - wanted.keys())
        new = {place: model(**values) for place, values in wanted.items() if place not in rows}
        for place, values in wanted.items():
            if place in rows:
                self._change(rows[place], values, what=f"{name} {_path(place)}")
        model._default_manager.bulk_create(new.values())
        if new:
            self.report.created[name] += len(new)
        return {place: rows.get(place) or new[place] for place in wanted}

    def _change(self, row: models.Model, values: Values, *, what: str) -> None:
        differing = [column for column, value in values.items() if getattr(row, column) != value]
        if differing:
            for column in differing:
                setattr(row, column, values[column])
            row.save(update_fields=differing)
            columns = ", ".join(column.removesuffix("_id") for column in differing)
            self.report.changed.append(f"{what}: {columns}")


def _place(question: Question) -> QuestionKey:
    about = question.subcategory
    return question.request_type.key, about.key if about else None, question.key


def _path(place: Hashable) -> str:
    """Return a key as people look for it in the file, like perfectserve/billing/topic."""
    parts = place if isinstance(place, tuple) else (place,)
    return "/".join(str(part) for part in parts if part is not None)


def _plural(name: str, count: int) -> str:
    if count == 1:
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
