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
    "nobody": _("Its envelope names no sender, as that of a mail that did not arrive."),
    "report": _("A mail server reports what became of a mail of ours."),
    "report_of_nothing": _("A mail server reports of a mail that we do not know."),
    "double": _("The same mail came before."),
    "no_sender": _("It does not say whom it is from, or names several."),
    "empty": _("It is empty."),
    "too_large": _("It is larger than mails that are read."),
    "left_there": _(
        "It is larger than mails that are taken: it lies in its mailbox, with a flag. "
        "This is its head."
    ),
    "too_deep": _("Its parts lie in each other deeper than those of any mail program."),
    "too_slow": _("Reading it took too long."),
    "too_much_memory": _("Reading it took too much memory."),
    "unreadable": _("It could not be read."),
    "failed": _("Reading it, or doing what it asks for, did not work."),
    "gave_up": _("Reading it never came to an end."),
}

# What was left out of a mail, or made of it as well as it went.
NOTES: dict[str, StrOrPromise] = {
    "header_cut": _("Its addresses or references are more than are read."),
    "text_cut": _("Its text is longer than is shown."),
    "parts_cut": _("It has more parts than are read."),
    "files_cut": _("It has more files than are kept beside it."),
    "undecodable": _("Some of it cannot be decoded."),
    "flattened": _("Its layout could not be followed; the text is as it came."),
}

# What our own mail server found out about the sender: in a few words, and in a sentence.
CHECKED: dict[str, StrOrPromise] = {
    "pass": _("sender verified"),
    "fail": _("sender not verified: it is not who it claims to be"),
    "": _("sender not checked"),
}
CHECKED_AT_LENGTH: dict[str, StrOrPromise] = {
    "pass": _("Our mail server found that the sender is who it says."),
    "fail": _("Our mail server found that it is not from whom it claims to be."),
    "": _("Our mail server said nothing about the sender."),
}


def words_of(code: str) -> str:
    """Return what a code means; a code that nobody knows as it is."""
    return str(WORDS.get(code) or NOTES.get(code, code))
