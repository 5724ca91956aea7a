"""Words that were removed from a ticket are removed from its mails: sent or not, and come in."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils.translation import gettext as _

from tickets.forgetting import Removed
from tickets.mail.models import InboundEmail, OutboundEmail
from tickets.services import Refused

REWRITTEN = ("raw", "sha256", "fingerprint", "subject", "sender_name", "told", "error")


def forget(tickets: Sequence[int], removed: Removed) -> None:
    """Rewrite these tickets' mails; those of no ticket hold no words of one."""
    for mail in OutboundEmail.objects.filter(ticket__in=tickets).order_by("pk"):
        before = {"subject": mail.subject, "text": mail.text, "html": mail.html}
        after = {
            "subject": removed.out_of(mail.subject)[:300],
            "text": removed.out_of(mail.text),
            "html": removed.out_of_html(mail.html),
        }
        if after["text"] != mail.text:
            # Its HTML may hold them in pieces: cut short, or with a break behind each line.
            after["html"] = ""
        if after != before:
            OutboundEmail.objects.filter(pk=mail.pk).update(**after)
    _forget_what_came(tickets, removed)


def _forget_what_came(tickets: Sequence[int], removed: Removed) -> None:
    """Rewrite what was read of mails that came in, and delete their bytes.

    Of all of these tickets': words in bytes are written in many ways, and each answer may repeat
    what was said before. Who wrote when, and about what, stays. Raises `Refused` while one waits
    for an agent, who needs its bytes, and where bytes cannot be deleted now.
    """
    of_them = Q(ticket__in=tickets) | Q(about__ticket__in=tickets)
    rows = InboundEmail.objects.filter(of_them | Q(told__mentions__in=tickets)).order_by("pk")
    if any(mail.is_held for mail in rows):
        raise Refused(_("Decide first about the mails that wait on this ticket: they may hold it."))
    stored = [str(mail.raw.name) for mail in rows if mail.raw]
    for mail in rows:
        mail.raw, mail.sha256, mail.fingerprint = "", "", ""
        mail.subject = removed.out_of(mail.subject)[:200]
        mail.sender_name = removed.out_of(mail.sender_name)[:150]
        mail.told, mail.error = removed.out_of(mail.told), removed.out_of(mail.error)
        mail.save(update_fields=REWRITTEN)
    try:
        for name in stored:
            default_storage.delete(name)
    except OSError as error:
        raise Refused(_("A mail cannot be removed now. Try again later.")) from error
