"""The verbs of mails that wait for a person: on a ticket, or in quarantine."""

from __future__ import annotations

from accounts.models import User
from tickets.mail.models import InboundEmail
from tickets.models import Message, Ticket


def confirm(mail: InboundEmail, *, by: User) -> Message:
    """Let a held mail be what it claims: a reply of its sender on the ticket that it waits on.

    Raises `Refused` where it waits no more, is not from whom the ticket is for, or `by` may not
    work on that ticket.
    """
    raise NotImplementedError


def file_apart(mail: InboundEmail, *, by: User) -> Ticket:
    """Make a held mail a ticket of its own, of its sender. Raises `Refused` as `confirm` does."""
    raise NotImplementedError


def release(mail: InboundEmail, *, by: User, sender: str = "") -> Ticket:
    """Let a mail out of quarantine and return its ticket: a new one, or the one it answers.

    An agent's becomes their own request. `sender` says whose it is where it names nobody, or
    cannot be read at all. Raises `Refused` where it waits no more, its sender was shut out, or `by`
    does not work on tickets.
    """
    raise NotImplementedError


def discard(mail: InboundEmail, *, by: User) -> None:
    """Settle that nothing comes of a held mail, or of one in quarantine; its row stays."""
    raise NotImplementedError


def move(mail: InboundEmail, *, by: User, to: Ticket) -> Ticket:
    """Take what came with this mail to another ticket, and return that: see `mailed.move`."""
    raise NotImplementedError
