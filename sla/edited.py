"""What is edited with a preview: policies and calendars, in one shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from sla import editing
from sla.calendar_words import calendar_lines
from sla.models import Calendar, CalendarVersion, Policy, PolicyVersion
from sla.proposals import PolicyTerms, terms_of
from sla.readback import Names, policy_lines

Row = Policy | Calendar
Version = PolicyVersion | CalendarVersion


@dataclass(frozen=True)
class Edited:
    """How one of the two is read, said in words and saved. What is said is JSON."""

    name: str
    model: type[Any]
    permission: str
    read: Callable[[Any], Mapping[str, Any]]
    lines: Callable[[Mapping[str, Any]], dict[str, str]]
    save: Callable[..., Any]

    def edit_url(self, row: Row) -> str:
        return reverse(f"admin:sla_{self.name}_edit", args=[row.pk])

    def page_url(self, row: Row) -> str:
        return reverse(f"admin:sla_{self.name}_change", args=[row.pk])

    def proposal_url(self, row_id: int, job_id: int) -> str:
        return reverse(f"admin:sla_{self.name}_proposal", args=[row_id, job_id])

    def row(self, params: Mapping[str, Any]) -> Row:
        """Return the row that a job is about."""
        found: Row = self.model._default_manager.get(pk=params["id"])
        return found


def edited(params: Mapping[str, Any]) -> Edited:
    """Return which of the two a job is about."""
    return {each.name: each for each in (POLICY, CALENDAR)}[params["edited"]]


def names_of(terms: PolicyTerms) -> Names:
    people = {step.person for step in terms.steps if step.person is not None}
    return Names(
        calendars=dict(Calendar.objects.values_list("pk", "name")),
        people={user.pk: str(user) for user in User.objects.filter(pk__in=people)},
    )


def _policy_lines(said: Mapping[str, Any]) -> dict[str, str]:
    terms = terms_of(said)
    return policy_lines(terms, names_of(terms))


def _save_policy(row: Policy, *, said: Mapping[str, Any], **others: Any) -> PolicyVersion:
    return editing.save_policy(row, terms=terms_of(said), **others)


POLICY = Edited(
    name="policy",
    model=Policy,
    permission="sla.change_policy",
    read=lambda version: editing.terms_in_force(version).as_json(),
    lines=_policy_lines,
    save=_save_policy,
)
CALENDAR = Edited(
    name="calendar",
    model=Calendar,
    permission="sla.change_calendar",
    read=CalendarVersion.as_said,
    lines=calendar_lines,
    save=editing.save_calendar,
)
