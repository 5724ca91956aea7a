"""What a person decides about a mail that waits: each a POST to an address of its own."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.mail.desk import found, one
from tickets.mail.inbound import holding
from tickets.mail.models import InboundEmail
from tickets.models import Message, Ticket
from tickets.services import Refused


@require_POST
def confirm(request, pk):
    """Let a held mail be the reply that it says it is."""
    mail = _held(request, pk)
    return _done(request, mail, holding.confirm, _("Added as a reply."))


@require_POST
def file_apart(request, pk):
    """Make a held mail a ticket of its own."""
    mail = _held(request, pk)
    return _done(request, mail, holding.file_apart, _("Filed as a ticket of its own."))


@require_POST
def discard(request, pk):
    """Have nothing come of a mail that waits."""
    mail = found.to_work_on(request, pk)
    if not (mail.is_held or mail.state == InboundEmail.State.QUARANTINED):
        raise Http404
    return _done(request, mail, holding.discard, _("Discarded. The mail is kept in the list."))


@require_POST
def release(request, pk):
    """Let a mail out of quarantine, in the name of whom it says, or else of whom the form says."""
    mail = found.to_work_on(request, pk)
    if mail.state != InboundEmail.State.QUARANTINED:
        raise Http404
    if mail.sender:
        return _done(request, mail, holding.release, _("Let out of quarantine."))
    form = one.SenderForm(request.POST)
    if not form.is_valid():
        return one.page(request, mail, form=form, status=422)
    sender = form.cleaned_data["sender"]

    def in_their_name(mail, *, by):
        return holding.release(mail, by=by, sender=sender)

    return _done(request, mail, in_their_name, _("Let out of quarantine."))


def _held(request, pk) -> InboundEmail:
    mail = found.to_work_on(request, pk)
    if not mail.is_held:
        raise Http404
    return mail


def _done(request, mail: InboundEmail, verb: Callable[..., Message | Ticket | None], said: str):
    """Do it and show what came of it; what is refused is said where it was asked."""
    try:
        made = verb(mail, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found.url_of(mail))
    ticket = made.ticket if isinstance(made, Message) else made
    return found.back_to(request, ticket or mail.ticket, said)
