"""Which questions of a form are asked, given what was answered so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Condition:
    """An earlier question and the answers of it, any of which lets the next one be asked."""

    parent: str
    answers: frozenset[str]


@dataclass(frozen=True)
class ChoiceSpec:
    """One answer on offer; `leads_to` is the key of the subcategory to go on with, if any."""

    id: int
    label: str
    leads_to: str | None = None


@dataclass(frozen=True)
class QuestionSpec:
    """One question as its row says; all of its `conditions` must hold for it to be asked."""

    id: int
    key: str
    label: str
    kind: str
    hint: str = ""
    error: str = ""
    required: bool = True
    format: str = ""
    default: str = ""
    choices: tuple[ChoiceSpec, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class AnswerSpec:
    """One question as it was asked, with its answer as JSON value and as people read it."""

    question_id: int
    key: str
    label: str
    kind: str
    value: Any
    display: str


def visible(questions: Sequence[QuestionSpec], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys of the questions that are asked, in their order.

    `answers` maps keys to a label or, for a question with several answers, to labels. A hidden
    question counts as unanswered, whatever `answers` says. The order of the questions does not
    matter, and questions that wait for each other stay hidden.
    """
    asked = _Asked({question.key: question for question in questions}, answers)
    return tuple(question.key for question in questions if asked.is_asked(question.key))


class _Asked:
    def __init__(self, questions: Mapping[str, QuestionSpec], answers: Mapping[str, Any]) -> None:
        self.questions = questions
        self.answers = answers
        self.known: dict[str, bool] = {}

    def is_asked(self, key: str) -> bool:
        if key not in self.questions:
            return False
        if key not in self.known:
            self.known[key] = False  # stands while we look, and for good in a circle
            self.known[key] = all(map(self.holds, self.questions[key].conditions))
        return self.known[key]

    def holds(self, condition: Condition) -> bool:
        return self.is_asked(condition.parent) and not condition.answers.isdisjoint(
            self.given(condition.parent)
        )

    def given(self, key: str) -> tuple[Any, ...]:
        value = self.answers.get(key)
        if isinstance(value, (list, tuple, set, frozenset)):
            return tuple(value)
        return () if value is None else (value,)
