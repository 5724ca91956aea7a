"""Differences between stored promises and the log, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sla import comparison
from sla.comparison import Found
from sla.models import Difference, Metric
from sla.words import moment
from tickets.clock import NEVER

COLUMNS: Mapping[str, Any] = {
    "policy_version_id": gettext_lazy("the policy version"),
    "calendar_version_id": gettext_lazy("the calendar version"),
    "level_id": gettext_lazy("the level"),
    "target_seconds": gettext_lazy("the target in seconds"),
    "started_at": gettext_lazy("the start"),
    "effective_from": gettext_lazy("what it counts from"),
    "due_at": gettext_lazy("the due time"),
    "warn_at": gettext_lazy("the time of the warning"),
    "paused_since": gettext_lazy("the begin of the pause"),
    "stopped_at": gettext_lazy("the end"),
    "stop_kind": gettext_lazy("how it ended"),
    "breached_at": gettext_lazy("when it was broken"),
    comparison.BREACH: gettext_lazy("its breach"),
    "next_due_at": gettext_lazy("the next due time in the queue"),
    "queue_rank": gettext_lazy("the rank in the queue"),
}
# Of a verdict, beside those: what it was said to be about, and for how long.
VERDICTS: Mapping[str, Any] = {
    "breach_id": gettext_lazy("the breach"),
    "brand_id": gettext_lazy("the brand"),
    "request_type_id": gettext_lazy("the request type"),
    "subcategory_id": gettext_lazy("the subcategory"),
    "product": gettext_lazy("the product"),
    "organization_id": gettext_lazy("the organization"),
    "team_id": gettext_lazy("the team"),
    "assignee_id": gettext_lazy("the agent"),
    "restricted": gettext_lazy("whether it is restricted"),
    "decided_at": gettext_lazy("when it was met or broken"),
    "ended_at": gettext_lazy("the end"),
    "took_seconds": gettext_lazy("the seconds that it took"),
}


def in_words(difference: Difference | Found) -> str:
    """Say what is stored and what the log says instead; times in the reader's active zone."""
    return _("%(whose)s: %(what)s") % {"whose": _whose(difference), "what": _what(difference)}


def _whose(difference: Difference | Found) -> str:
    if not difference.metric:
        return _("The ticket")
    label = str(Metric(difference.metric).label)
    if difference.cycle > 1:
        return _("%(metric)s, cycle %(cycle)d") % {"metric": label, "cycle": difference.cycle}
    return label


def _what(difference: Difference | Found) -> str:
    match difference.what:
        case comparison.MISSING:
            return _("no clock is stored; by the log there is one")
        case comparison.SUPERFLUOUS:
            return _("a clock is stored; by the log there is none")
        case comparison.UNRECORDED:
            when = {"when": _value(difference.folded)}
            return _("it was missed %(when)s, and no sweep has recorded that") % when
        case comparison.UNREADABLE:
            return _("the log cannot be folded (%(error)s)") % {"error": difference.stored}
        case comparison.VERDICT:
            return _verdict(difference)
    return _("%(what)s is stored as %(stored)s; the log says %(folded)s") % {
        "what": _named(difference.what),
        "stored": _value(difference.stored),
        "folded": _value(difference.folded),
    }


def _verdict(difference: Difference | Found) -> str:
    if difference.stored is None:
        return _("it was met or broken %(when)s, and is not counted") % {
            "when": _value(difference.folded)
        }
    return _("it is counted as met or broken %(when)s, which it was not") % {
        "when": _value(difference.stored)
    }


def _named(what: str) -> Any:
    of, _dot, column = what.rpartition(".")
    if of == comparison.VERDICT:
        named = VERDICTS.get(column) or COLUMNS.get(column, column)
        return _("%(column)s, as it is counted,") % {"column": named}
    return COLUMNS.get(what, what)


def _value(value: Any) -> str:
    if value in (None, "", []):
        return _("none")
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    if not isinstance(value, str):
        return str(value)
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return f"“{value}”"
    return _("none") if at == NEVER else moment(at)
