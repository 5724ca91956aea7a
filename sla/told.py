"""What the timeline tells agents of warnings, and of what was done about a broken promise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from sla.models import Acknowledgement, Clock, Escalation, EscalationStep
from sla.shown_clocks import clocks_of
from sla.words import ON_DESK, spell
from tickets.models import Ticket
from tickets.permissions import can_see_notes
from tickets.timeline import Entry


def told(ticket: Ticket, user: User) -> list[Entry]:
    """Say what was warned of and escalated, and when; nothing to customers."""
    if not can_see_notes(user, ticket):
        return []
    clocks = clocks_of([ticket])
    was_broken = any(clock.was_broken for clock in clocks)
    return [*_warnings(clocks), *(_escalations(ticket) if was_broken else ())]


def _warnings(clocks: Sequence[Clock]) -> list[Entry]:
    return [
        Entry(
            clock.warned_at,
            kind="told",
            sentence=_("Warned that little time was left for “%(what)s”")
            % {"what": ON_DESK[clock.metric]},
        )
        for clock in clocks
        if clock.warned_at
    ]


def _escalations(ticket: Ticket) -> list[Entry]:
    """One line for each step; a step that was retracted with its breach was taken all the same."""
    taken = Escalation.objects.filter(breach__clock__ticket=ticket).select_related(
        "breach__clock", "step__person"
    )
    return [
        Entry(each.created_at, kind="told", sentence=_escalation(each))
        for each in taken.order_by("created_at", "step__minutes", "id")
    ]


def _escalation(taken: Escalation) -> str:
    step = taken.step
    return _("“%(what)s” was %(late)s late, and went to %(whom)s") % {
        "what": ON_DESK[taken.breach.clock.metric],
        "late": spell(timedelta(minutes=step.minutes)),
        "whom": step.person
        if step.audience == EscalationStep.Audience.PERSON
        else step.get_audience_display(),
    }


def acknowledgements(ticket: Ticket) -> list[Entry]:
    """Return a line for each time that somebody said why; what was said of it before stays."""
    said = Acknowledgement.objects.filter(breach__clock__ticket=ticket).select_related(
        "breach__clock", "by", "reason", "action"
    )
    return [
        Entry(each.at, kind="told", sentence=_acknowledgement(each))
        for each in said.order_by("at", "id")
    ]


def _acknowledgement(said: Acknowledgement) -> str:
    return _("%(who)s said why “%(what)s” was missed: %(reason)s. Action: %(action)s") % {
        "who": said.by,
        "what": ON_DESK[said.breach.clock.metric],
        "reason": said.reason,
        "action": said.action,
    }
