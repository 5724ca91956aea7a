"""What happens to tickets without anybody: closing solved ones, clearing what is left over."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from tickets import clock, services
from tickets.events import hold
from tickets.models import Attachment, Draft, Ticket
from tickets.states import Status

BATCH = 500
# How long a file may belong to nothing before it goes: a reply that was refused, a removed one.
LOST_FOR = timedelta(hours=24)


@shared_task(name="tickets.tasks.close_solved")
def close_solved() -> int:
    """Close tickets solved for settings.CLOSE_AFTER_DAYS; who reopens one first wins."""
    before = clock.now() - timedelta(days=settings.CLOSE_AFTER_DAYS)
    due = Ticket.objects.filter(status=Status.SOLVED, solved_at__lt=before)
    closed = 0
    for ticket in due.order_by("solved_at")[:BATCH]:
        with hold(ticket) as moment:
            solved_at = moment.ticket.solved_at
            if moment.ticket.status != Status.SOLVED or solved_at is None or solved_at >= before:
                continue  # reopened meanwhile, perhaps solved again
            services.set_status(ticket, by=None, to=Status.CLOSED, moment=moment)
        closed += 1
    return closed


@shared_task(name="tickets.tasks.clean_up")
def clean_up() -> int:
    """Remove expired drafts, and files that have belonged to nothing for a day."""
    now = clock.now()
    Draft.objects.filter(expires_at__lt=now).delete()
    lost = Attachment.objects.lost(before=now - LOST_FOR)[:BATCH]
    for attachment in lost:
        attachment.file.delete(save=False)
        attachment.delete()
    return len(lost)
