"""The mails of one ticket: who was told what, when, why and how that went; and what came in."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.desk import verb_pages as pages
from tickets.keyset import is_key
from tickets.mail import ledger_words
from tickets.mail.models import InboundEmail, OutboundEmail

PAGE = 50


@require_safe
def mails(request, pk):
    """List what went out, the newest first, a page at a time; and the newest that came in."""
    ticket = pages.to_read(request, pk)
    after = request.GET.get("after", "")
    if after and not is_key(after):
        raise Http404
    sent = OutboundEmail.objects.filter(ticket=ticket).order_by("-pk")
    sent = sent.filter(pk__lt=int(after)) if after else sent
    rows: list[Any] = list(sent.defer("text", "html", "headers")[: PAGE + 1])
    for row in rows:
        row.told, row.told_because = ledger_words.kind(row.kind), ledger_words.why(row.why)
    came = InboundEmail.objects.on_desk_of(request.user).filter(ticket=ticket).order_by("-pk")
    return pages.show(
        request,
        "desk/mails/of_ticket.html",
        ticket,
        title=_("Mails"),
        sent=rows[:PAGE],
        came=() if after else came.defer("told", "error")[:PAGE],
        next=rows[PAGE - 1].pk if len(rows) > PAGE else None,
        is_first=not after,
        sees_ledger=request.user.has_perm("mail.view_outboundemail"),
    )
