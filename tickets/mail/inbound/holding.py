"""The verbs of mails that wait for a person: on a ticket, or in quarantine.

The mail is read again for it, in its limited process; what it said before is never trusted more
than its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.querysets import normal_email
from tickets import clock, files, mailed
from tickets.mail.inbound import deciding
from tickets.mail.inbound.acting import TELLS, Outcome, State, Work, do, remember, within_limits
from tickets.mail.inbound.deciding import Decision, decide
from tickets.mail.inbound.enclosing import enclosed
from tickets.mail.inbound.facts import facts_of
from tickets.mail.inbound.mail import File, Mail, ReadingFailed, Unreadable
from tickets.mail.inbound.reading import a_reader, on_disk, opened
from tickets.mail.models import InboundEmail
from tickets.models import Message, Ticket
from tickets.services import NotTheirs, Refused, check_works


def confirm(mail: InboundEmail, *, by: User) -> Message:
    """Let a held mail be what it claims: a reply of its sender on the ticket that it waits on.

    Raises `Refused` where it waits no more or its sender does not see that ticket any more, and
    `NotTheirs` where `by` may not work on it.
    """
    ticket = _held_on(mail, by=by)
    sender = User.objects.filter(email=mail.sender, is_staff=False).first()
    if sender is None or not Ticket.objects.visible_to(sender).filter(pk=ticket.pk).exists():
        words = {"sender": mail.sender, "number": ticket.number}
        raise Refused(_("%(sender)s does not see %(number)s. File it apart.") % words)
    decision = Decision(deciding.ADDED, mail.reason, ticket.pk)
    with _read_again(mail) as said:
        row = _settle(mail, said, decision, by=by)
    if row.became is None:
        raise Refused(_("Nothing came of it. Look again."))
    return row.became


def file_apart(mail: InboundEmail, *, by: User) -> Ticket:
    """Make a held mail a ticket of its own, of its sender. Raises `Refused` as `confirm` does."""
    ticket = _held_on(mail, by=by)
    decision = Decision(deciding.OPENED, mail.reason, mentions=ticket.pk)
    with _read_again(mail) as said:
        return _ticket_of(_settle(mail, said, decision, by=by))


def release(mail: InboundEmail, *, by: User, sender: str = "") -> Ticket:
    """Let a mail out of quarantine and return its ticket: a new one, or the one it answers.

    An agent's becomes their own request. `sender` says whose it is where it names nobody, or
    cannot be read at all. Raises `Refused` where it waits no more, names nobody or its sender was
    shut out, and `NotTheirs` where `by` does not work on tickets.
    """
    _check_quarantined(mail, by=by)
    with _read_again(mail, or_as_a_file=True) as said:
        said = said if said.sender else replace(said, sender=_checked(sender))
        decision = decide(said, replace(facts_of(said, mail), released=True))
        if decision.outcome not in TELLS:
            raise Refused(_("Its sender was shut out, or is an address of ours."))
        decision = within_limits(said, replace(decision, reason=mail.reason))
        return _ticket_of(_settle(mail, said, decision, by=by))


@transaction.atomic
def discard(mail: InboundEmail, *, by: User) -> None:
    """Settle that nothing comes of a held mail, or of one in quarantine; its row stays."""
    if mail.is_held:
        _held_on(mail, by=by)
    else:
        _check_quarantined(mail, by=by)
    row = _locked(mail)
    row.state, row.outcome = State.DONE, Outcome.DISCARDED
    row.settled_by, row.settled_at = by, clock.now()
    row.save(update_fields=["state", "outcome", "settled_by", "settled_at"])


@transaction.atomic
def move(mail: InboundEmail, *, by: User, to: Ticket) -> Ticket:
    """Take what came with this mail to another ticket, and return that: see `mailed.move`."""
    if mail.became is None:
        raise Refused(_("No message came of this mail."))
    return mailed.move(mail.became, by=by, to=to).ticket


def _held_on(mail: InboundEmail, *, by: User) -> Ticket:
    if not mail.is_held or mail.ticket is None:
        raise Refused(_("This mail does not wait any more. Look again."))
    check_works(by, mail.ticket)
    return mail.ticket


def _check_quarantined(mail: InboundEmail, *, by: User) -> None:
    if not by.has_perm("tickets.work_ticket"):
        raise NotTheirs(_("You do not work on tickets."))
    if mail.state != State.QUARANTINED:
        raise Refused(_("This mail does not wait any more. Look again."))


def _settle(mail: InboundEmail, said: Mail, decision: Decision, *, by: User) -> InboundEmail:
    """Do what a person decided, once, and write down who that was."""
    with enclosed(said.files) as kept, transaction.atomic():
        row = _locked(mail)
        remember(row, said)
        do(Work(row, said, decision, kept), by=by)
    return row


def _locked(mail: InboundEmail) -> InboundEmail:
    """Lock a mail that still waits as it did when it was looked at. Raises `Refused`."""
    row = InboundEmail.objects.select_for_update(no_key=True).get(pk=mail.pk)
    if (row.state, row.outcome) != (mail.state, mail.outcome):
        raise Refused(_("Somebody else was faster: this mail does not wait any more."))
    return row


def _ticket_of(row: InboundEmail) -> Ticket:
    if row.ticket is None:
        raise Refused(_("Nothing came of it. Look again."))
    return row.ticket


@contextmanager
def _read_again(mail: InboundEmail, *, or_as_a_file: bool = False) -> Iterator[Mail]:
    """Read a mail once more; what cannot be read is refused, or a file with nothing around it."""
    with ExitStack() as stack:
        try:
            reader = stack.enter_context(a_reader())
            said = stack.enter_context(opened(reader, mail))
        except Unreadable:
            if not or_as_a_file:
                raise Refused(_("This mail cannot be read any more.")) from None
            folder = stack.enter_context(TemporaryDirectory(prefix="mail-"))
            said = _as_a_file(mail, folder=Path(folder))
        except ReadingFailed:
            raise Refused(_("This mail cannot be read just now. Try again in a while.")) from None
        yield said


def _as_a_file(mail: InboundEmail, *, folder: Path) -> Mail:
    """Return a mail of whose words nothing is known, with its bytes as its one file."""
    name = files.clean_name(_("mail as it came") + ".eml")
    whole = File(name, "message/rfc822", mail.size, mail.sha256, str(on_disk(mail, folder)))
    return Mail(
        sender=mail.sender,
        sender_name=mail.sender_name,
        subject=mail.subject or _("A mail that could not be read"),
        text=_("This mail could not be read. It is kept as a file for staff."),
        fingerprint=mail.fingerprint,
        files=(whole,),
    )


def _checked(sender: str) -> str:
    """Return the address that somebody of the staff gave. Raises `Refused` where it is none."""
    address = normal_email(sender)
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(_("Say whose it is: it names no sender.")) from None
    return address
