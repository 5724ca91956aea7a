"""Write the questions of a checked plan into the rows, with their choices and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tickets.catalog.models import Choice, Condition, Question, RequestType, Subcategory
from tickets.catalog.planning.plans import Plan, QuestionPlan
from tickets.catalog.syncing import Syncer

QuestionKey = tuple[str, str | None, str]  # request type, subcategory, key


class QuestionLoader:
    """Loads what the forms of one plan ask, once their types and subcategories are there."""

    def __init__(self, plan: Plan, rows: Syncer) -> None:
        self.plan = plan
        self.rows = rows

    def load(
        self,
        types: Mapping[str, RequestType],
        subcategories: Mapping[tuple[str, str], Subcategory],
    ) -> None:
        questions = self._questions(types, subcategories)
        choices = self._choices(questions, subcategories)
        self._conditions(questions, choices)

    def _question_plans(self) -> Iterable[tuple[QuestionKey, QuestionPlan]]:
        for type_key, plan in self.plan.types.items():
            for key, question in plan.questions.items():
                yield (type_key, None, key), question
            for about_key, about in plan.subcategories.items():
                for key, question in about.questions.items():
                    yield (type_key, about_key, key), question

    def _questions(
        self,
        types: Mapping[str, RequestType],
        subcategories: Mapping[tuple[str, str], Subcategory],
    ) -> dict[QuestionKey, Question]:
        wanted = {}
        for place, plan in self._question_plans():
            type_key, about_key, _key = place
            about = subcategories[type_key, about_key] if about_key else None
            wanted[place] = {
                "request_type_id": types[type_key].pk,
                "subcategory_id": about and about.pk,
                **plan.values,
            }
        return self.rows.sync(Question, wanted, key=_place, related=("request_type", "subcategory"))

    def _choices(
        self,
        questions: Mapping[QuestionKey, Question],
        subcategories: Mapping[tuple[str, str], Subcategory],
    ) -> dict[tuple[int, str], Choice]:
        """Make choices by their labels; an old label is archived, for tickets remember it."""
        wanted = {}
        for place, plan in self._question_plans():
            question = questions[place]
            for position, (label, leads_to) in enumerate(plan.choices.items()):
                about = subcategories[place[0], leads_to] if leads_to else None
                wanted[question.pk, label] = {
                    "question_id": question.pk,
                    "label": label,
                    "leads_to_id": about and about.pk,
                    "position": position,
                    "is_active": True,
                }
        old = [
            choice
            for choice in Choice.objects.filter(
                question__in=[question.pk for question in questions.values()], is_active=True
            )
            if (choice.question_id, choice.label) not in wanted
        ]
        for choice in old:
            choice.is_active = False
            self.rows.report.changed.append(f"choice '{choice}': no longer offered")
        Choice.objects.bulk_update(old, ["is_active"])
        return self.rows.sync(
            Choice, wanted, key=lambda row: (row.question_id, row.label), count_others=False
        )

    def _conditions(
        self, questions: Mapping[QuestionKey, Question], choices: Mapping[tuple[int, str], Choice]
    ) -> None:
        """Write the conditions of the file's questions anew where they differ at all."""
        standing: dict[int, dict[int, frozenset[int]]] = {}
        for row in Condition.objects.prefetch_related("choices"):
            standing.setdefault(row.question_id, {})[row.parent_id] = frozenset(
                choice.pk for choice in row.choices.all()
            )
        rows: list[tuple[Condition, frozenset[int]]] = []
        stale = []
        for place, plan in self._question_plans():
            question = questions[place]
            parents = {
                self._parent(questions, place, key): labels
                for key, labels in plan.conditions.items()
            }
            wanted = {
                parent.pk: frozenset(choices[parent.pk, label].pk for label in labels)
                for parent, labels in parents.items()
            }
            if wanted != standing.get(question.pk, {}):
                stale.append(question.pk)
                rows += [
                    (Condition(question=question, parent_id=parent), picked)
                    for parent, picked in wanted.items()
                ]
        self._replace_conditions(stale, rows)

    def _parent(
        self, questions: Mapping[QuestionKey, Question], place: QuestionKey, key: str
    ) -> Question:
        type_key, about_key, _key = place
        return questions.get((type_key, about_key, key)) or questions[type_key, None, key]

    def _replace_conditions(
        self, stale: list[int], rows: list[tuple[Condition, frozenset[int]]]
    ) -> None:
        deleted, _each = Condition.objects.filter(question__in=stale).delete()
        if deleted:
            self.rows.report.changed.append(f"the conditions of {len(stale)} questions")
        elif rows:
            self.rows.report.created["condition"] += len(rows)
        Condition.objects.bulk_create(condition for condition, _picked in rows)
        through = Condition.choices.through
        through._default_manager.bulk_create(
            through(condition_id=condition.pk, choice_id=choice)
            for condition, picked in rows
            for choice in picked
        )


def _place(question: Question) -> QuestionKey:
    about = question.subcategory
    return question.request_type.key, about.key if about else None, question.key
