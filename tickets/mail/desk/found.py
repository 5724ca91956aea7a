"""One mail of the desk, for who sees it there, and what its reader may do with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import User
from tickets import permissions, viewings
from tickets.mail.models import InboundEmail
from tickets.models import Ticket

LIST = "admin:mail_inboundemail_changelist"


def to_read(request, pk: int) -> InboundEmail:
    """A mail that is not there and one out of sight are the same."""
    seen = InboundEmail.objects.on_desk_of(request.user)
    found: InboundEmail = get_object_or_404(seen.select_related("ticket", "brand"), pk=pk)
    return found


def to_work_on(request, pk: int) -> InboundEmail:
    found = to_read(request, pk)
    if not can_work(request.user, found):
        raise Http404
    return found


def can_work(user: User, mail: InboundEmail) -> bool:
    """Whether this user decides what becomes of it: who works on its ticket, or on any."""
    if mail.ticket is not None:
        return permissions.can_work(user, mail.ticket)
    return user.has_perm("tickets.work_ticket")


def can_see_raw(user: User, mail: InboundEmail) -> bool:
    """Whether there is something to save, and this user may see mails as they came."""
    return bool(mail.raw) and user.has_perm("mail.view_raw_mail")


def note(request, mail: InboundEmail, what: str) -> None:
    """Write down who saw what of a mail on a restricted ticket."""
    if mail.ticket is not None:
        viewings.note(mail.ticket, request.user, what=f"{mail.ticket.number}: {what}")


def url_of(mail: InboundEmail) -> str:
    return reverse("admin:mail_inboundemail_change", args=[mail.pk])


def back_to(request, ticket: Ticket | None, said: str):
    """Say what was done, and show the ticket that it was done to, else the list it waited in."""
    messages.success(request, said)
    seen = Ticket.objects.on_desk_of(request.user)
    if ticket is None or not seen.filter(pk=ticket.pk).exists():
        return redirect(f"{reverse(LIST)}?waits=quarantine")
    return redirect(reverse("admin:tickets_ticket_change", args=[ticket.pk]))
