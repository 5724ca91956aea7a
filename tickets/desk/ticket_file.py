"""Tickets of the queue as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from tickets.clock import NEVER
from tickets.models import Ticket
from tickets.spreadsheet import BOM, Cell, written

JOINED = ("brand", "request_type", "requester", "organization", "team", "assignee")


def of(keys: Collection[int], *, by: User) -> HttpResponse:
    """Return those of the tickets that this agent sees, in the order of the queue.

    What a restricted one says leaves the desk in no file.
    """
    tickets = Ticket.objects.on_desk_of(by).filter(pk__in=keys).select_related(*JOINED)
    rows = [_head(), *map(_row, tickets.in_queue_order())]
    response = HttpResponse(BOM + written(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tickets.csv"'
    return response


def _head() -> Sequence[Cell]:
    return [
        _("Number"),
        _("Subject"),
        _("Brand"),
        _("Request type"),
        _("Product"),
        _("Requester"),
        _("Organization"),
        _("Level"),
        _("Status"),
        _("Team"),
        _("Agent"),
        _("Next deadline"),
        _("Received"),
    ]


def _row(ticket: Ticket) -> Sequence[Cell]:
    return [
        ticket.number,
        _("Restricted") if ticket.restricted else ticket.subject,
        ticket.brand.name,
        str(ticket.request_type),
        ticket.product,
        str(ticket.requester),
        str(ticket.organization or ""),
        ticket.level_id,
        ticket.status_in_agents_words,
        str(ticket.team or ""),
        str(ticket.assignee or ""),
        "" if ticket.next_due_at == NEVER or not ticket.is_working else _time(ticket.next_due_at),
        _time(ticket.created_at),
    ]


def _time(at: datetime) -> str:
    """Write a time as spreadsheets and programs read it, in the agent's zone."""
    return timezone.localtime(at).isoformat(timespec="seconds")
