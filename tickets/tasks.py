"""What happens without anybody: tickets close, senders are reminded, long work goes on."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings

from tickets import clock, confirmations, expiry, jobs, presence, search, services, unsent, waking
from tickets.events import hold
from tickets.models import Attachment, Confirmation, Draft, Proposal, Ticket
from tickets.states import Status

logger = logging.getLogger(__name__)

# What one run takes; more than that is asked for again at once, not at the next turn.
BATCH = 500
# A request that found staged files a moment ago may still be binding them.
GRACE = timedelta(minutes=5)
SEARCH_FOR = timedelta(seconds=20)


@shared_task(name="tickets.tasks.close_solved")
def close_solved() -> tuple[str, bool]:
    """Close tickets solved for settings.CLOSE_AFTER_DAYS; who reopens one first wins."""
    before = clock.now() - timedelta(days=settings.CLOSE_AFTER_DAYS)
    solved = Ticket.objects.filter(status=Status.SOLVED, solved_at__lt=before)
    due = list(solved.order_by("solved_at")[:BATCH])
    closed = sum(_close(ticket, before=before) for ticket in due)
    return f"{closed} closed", closed > 0 and len(due) == BATCH


def _close(ticket: Ticket, *, before: datetime) -> bool:
    with hold(ticket) as moment:
        solved_at = moment.ticket.solved_at
        if moment.ticket.status != Status.SOLVED or solved_at is None or solved_at >= before:
            return False  # reopened meanwhile, perhaps solved again
        services.set_status(ticket, by=None, to=Status.CLOSED, moment=moment)
    return True


@shared_task(name="tickets.tasks.wake_snoozed")
def wake_snoozed() -> tuple[str, bool]:
    """Bring back tickets that were put off until now."""
    woken = waking.wake_due(clock.now(), limit=BATCH)
    return f"{woken} woken", woken == BATCH


@shared_task(name="tickets.tasks.work_on_jobs")
def work_on_jobs() -> tuple[str, bool]:
    """Do one slice of the long work that waits longest, so that other jobs have their turn."""
    job = jobs.work(clock.now())
    return f"{int(job is not None)} slices worked on", job is not None


@shared_task(name="tickets.tasks.remind")
def remind() -> tuple[str, bool]:
    """Remind once who sent a request signed out settings.REMIND_HOURS ago and did not confirm.

    An address that just got its fill of mails is reminded at a later turn.
    """
    before = clock.now() - timedelta(hours=settings.REMIND_HOURS)
    waiting = Confirmation.objects.to_remind(before=before).select_related("draft")
    due = list(waiting.order_by("asked_at")[:BATCH])
    reminded = sum(confirmations.mail_link(each, reminder=True).allowed for each in due)
    return f"{reminded} reminded", reminded > 0 and len(due) == BATCH


@shared_task(name="tickets.tasks.clean_up")
def clean_up() -> tuple[str, bool]:
    """Remove what expired (drafts, unsent texts, proposals), and files that belong to nothing.

    Such a file was removed from its draft, went with it, or came with a reply that was refused.
    """
    now = clock.now()
    expired = Draft.objects.filter(expires_at__lt=now).order_by("expires_at")[:BATCH]
    drafts = list(expired.values_list("pk", flat=True))
    Draft.objects.filter(pk__in=drafts).delete()
    Proposal.objects.filter(expires_at__lt=now).delete()
    presence.clear(before=now - presence.GONE_AFTER)
    unsent.clear(before=now - timedelta(days=settings.DRAFT_DAYS))
    lost_for = timedelta(hours=settings.LOST_FILE_HOURS)
    lost = list(Attachment.objects.lost(before=now - lost_for)[:BATCH])
    removed = sum(_removed(attachment) for attachment in lost)
    return (
        f"{len(drafts)} drafts and {removed} files deleted",
        BATCH in (len(drafts), removed),
    )


@shared_task(name="tickets.tasks.warn_of_expiry")
def warn_of_expiry() -> tuple[str, bool]:
    """Tell owners once of a draft that expires within settings.DRAFT_WARNING_DAYS."""
    due = list(Draft.objects.to_warn_of(now=clock.now())[:BATCH])
    warned = sum(expiry.warn(draft) for draft in due)
    return f"{warned} warned", len(due) == BATCH


@shared_task(name="tickets.tasks.clear_staged")
def clear_staged() -> tuple[str, bool]:
    """Remove files that waited under a token for longer than it opens anything."""
    before = clock.now() - timedelta(seconds=settings.STAGED_SECONDS) - GRACE
    late = list(Attachment.objects.staged().filter(created_at__lt=before)[:BATCH])
    removed = sum(_removed(attachment) for attachment in late)
    return f"{removed} files deleted", removed == BATCH


@shared_task(name="tickets.tasks.follow_names")
def follow_names() -> tuple[str, bool]:
    """Index anew the tickets of whoever is called otherwise now, and what waits for it."""
    indexed, more = search.catch_up(until=clock.now() + SEARCH_FOR)
    return f"{indexed} tickets indexed", more


def _removed(attachment: Attachment) -> bool:
    """Remove a file and its row; one that cannot be removed stays, and stops no other."""
    try:
        attachment.file.delete(save=False)
    except OSError as error:
        logger.error("The file of attachment %s cannot be removed: %s", attachment.pk, error)
        return False
    attachment.delete()
    return True
