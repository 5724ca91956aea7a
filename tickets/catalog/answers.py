"""What was answered, as JSON keeps it and as people read it."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Any

from django.utils import dateformat
from django.utils.translation import gettext as _

from tickets.catalog.conditions import AnswerSpec, QuestionSpec


def answer(question: QuestionSpec, value: Any, *, time_zone: tzinfo) -> AnswerSpec:
    """Return an answer with the question as it was asked; dates in words, in `time_zone`."""
    return AnswerSpec(
        question_id=question.id,
        key=question.key,
        label=question.label,
        kind=question.kind,
        value=as_json(value),
        display=in_words(value, time_zone=time_zone),
    )


def as_json(value: Any) -> Any:
    """Return a value as JSON keeps it: days as 2026-11-27, moments in UTC, the rest unchanged."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def as_typed(value: Any, *, kind: str, time_zone: tzinfo) -> list[str]:
    """Return what somebody would type into a form to answer the same once more."""
    if isinstance(value, list):
        return [str(each) for each in value]
    if kind == "datetime":
        return [f"{datetime.fromisoformat(value).astimezone(time_zone):%Y-%m-%dT%H:%M}"]
    return ["on"] if value is True else [str(value)]


def in_words(value: Any, *, time_zone: tzinfo) -> str:
    """Return a value as people read it, like "Fri 27 Nov 2026, 2:30 pm EST"."""
    if isinstance(value, datetime):
        local = value.astimezone(time_zone)
        half = dateformat.format(local, "A").lower()
        return f"{dateformat.format(local, 'D j M Y, g:i')} {half} {dateformat.format(local, 'T')}"
    if isinstance(value, date):
        return dateformat.format(value, "D j M Y")
    if value is True:
        return _("Yes")
    return ", ".join(value) if isinstance(value, list) else str(value)
