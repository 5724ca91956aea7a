"""Words that were removed from a ticket are removed from its mails, sent or not."""

from __future__ import annotations

from collections.abc import Sequence

from tickets.forgetting import Removed
from tickets.mail.models import OutboundEmail


def forget(tickets: Sequence[int], removed: Removed) -> None:
    """Rewrite these tickets' mails; those of no ticket hold no words of one."""
    for mail in OutboundEmail.objects.filter(ticket__in=tickets).order_by("pk"):
        before = {"subject": mail.subject, "text": mail.text, "html": mail.html}
        after = {
            "subject": removed.out_of(mail.subject)[:300],
            "text": removed.out_of(mail.text),
            "html": removed.out_of_html(mail.html),
        }
        if after != before:
            OutboundEmail.objects.filter(pk=mail.pk).update(**after)
