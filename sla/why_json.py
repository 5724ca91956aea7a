"""The steps of an explanation as JSON: instants as text in UTC, lengths of time in seconds."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sla.why_steps import Step
from sla.why_words import Names, sentence


def step(step: Step) -> dict[str, Any]:
    """Say a step: its kind, its values by their names, and the sentence that says the same."""
    return {"kind": step.kind, **_plain(step), "sentence": sentence(step, Names(when=_text))}


def instant(at: datetime | None) -> str | None:
    """Write an instant in UTC: "2026-03-02T09:00:00Z"."""
    return None if at is None else _text(at)


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    match value:
        case datetime():
            return _text(value)
        case date():
            return value.isoformat()
        case timedelta():
            seconds = value.total_seconds()
            return int(seconds) if seconds.is_integer() else seconds
    return value
