"""What the codes of mails that came in mean, in words for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Why a mail became what it became.
WORDS: dict[str, StrOrPromise] = {
    "answers_our_mail": _("It answers a mail of ours on this ticket, which its sender sees."),
    "reply_tag": _("It came to the signed address that we gave its sender on this ticket."),
    "new": _("It names no ticket."),
    "machine": _("A machine sent it by itself; it was not answered."),
    "closed": _("It answers a closed ticket, so it is a new one that goes on from that."),
    "tag_only": _("It names a ticket of its sender, but answers no mail of ours."),
    "outsider": _("It names a ticket that its sender does not see."),
    "check_failed": _("Our mail server found that it is not from whom it claims to be."),
    "agent": _("It claims to be from one of the staff. Nobody acts as an agent by mail."),
    "own_address": _("It came from an address of ours."),
    "shut_out": _("Its sender was shut out."),
    "too_many": _("Its sender sent very many within a short time."),
    "auto_reply": _("A mail program answered by itself."),
    "receipt": _("A mail program says that a mail was read."),
    "list": _("It came by a mailing list."),
    "bulk": _("It was sent to very many at once."),
    "report": _("A mail server reports what became of a mail of ours."),
    "report_of_nothing": _("A mail server reports of a mail that we do not know."),
    "double": _("The same mail came before."),
    "no_sender": _("It does not say whom it is from, or names several."),
    "unreadable": _("It could not be read."),
    "failed": _("It was read, but what it asks for could not be done."),
    "gave_up": _("Reading it never came to an end."),
    "confirmed": _("An agent confirmed its sender."),
    "filed_apart": _("An agent made it a ticket of its own."),
    "released": _("It was let out of quarantine."),
    "discarded": _("It was looked at and discarded."),
}


def words_of(code: str) -> str:
    """Return what a code means; a code that nobody knows as it is."""
    return str(WORDS.get(code, code))
