"""What stands in a question at first: a fixed answer, or what we know of who is asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from tickets.catalog import formats
from tickets.catalog.conditions import QuestionSpec

WORD = "requester."


def _organization(user: Any) -> str:
    return str(user.organization.name if user.organization_id else user.stated_organization)


# Nobody is asked for what they told us already: the words that a default may be, what they stand
# for, and the kinds of question that they fit.
KNOWN: Mapping[str, tuple[Callable[[Any], str], tuple[str, ...]]] = {
    "requester.name": (lambda user: str(user.name), ("text", "textarea")),
    "requester.email": (lambda user: str(user.email), ("email", "text")),
    "requester.phone": (lambda user: str(user.phone), ("phone", "text")),
    "requester.organization": (_organization, ("text", "textarea")),
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def default_of(question: QuestionSpec, *, user: Any) -> str:
    """Return what stands in a question at first, "" for nothing; `user` is None signed out."""
    if question.default not in KNOWN:
        return question.default
    tell, _kinds = KNOWN[question.default]
    return tell(user) if user is not None else ""


def why_not(default: str, *, kind: str, format: str, choices: Collection[str]) -> str | None:
    """Return why a question can't begin with this answer, or None if it can."""
    if default.startswith(WORD):
        return _why_not_known(default, kind)
    if kind in ("select", "multiselect"):
        return None if default in choices else f"'{default}' is none of its answers"
    if kind in ("checkbox", "datetime"):
        return f"a question of kind {kind} can't have one"
    return _why_not_typed(default, format if format in formats.KINDS else kind)


def _why_not_known(default: str, kind: str) -> str | None:
    if default not in KNOWN:
        return f"'{default}' is nothing we know; use {', '.join(KNOWN)}, or a fixed answer"
    kinds = KNOWN[default][1]
    if kind not in kinds:
        return f"'{default}' is only for questions of kind {' or '.join(kinds)}"
    return None


def _why_not_typed(default: str, check: str) -> str | None:
    checks: Mapping[str, Callable[[str], object]] = {
        "npi": formats.check_npi,
        "invoice": formats.check_invoice,
        "phone": formats.check_phone,
        "integer": int,
        "date": date.fromisoformat,
        "email": _check_email,
    }
    try:
        checks.get(check, str)(default)
    except ValueError:
        return f"'{default}' is no answer that it would take"
    return None


def _check_email(text: str) -> None:
    if not _EMAIL.fullmatch(text):
        raise ValueError
