"""The verb of a call that an agent writes down: its ticket, and what goes with it, in one go."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from tickets import calling, services
from tickets.calling import Wish
from tickets.events import hold
from tickets.models import Ticket
from tickets.submission import Submission


@dataclass(frozen=True)
class Call:
    """A call as its agent wrote it down: the request, a note, and whom to call again and when."""

    submission: Submission
    note: str = ""
    wish: Wish | None = None
    take: bool = True


def log_call(call: Call, *, by: User) -> Ticket:
    """File what was asked for on the phone, for its customer; sent twice it is filed once.

    The agent takes it, unless they leave it to others. All of it or nothing; raises `Refused`.
    """
    filed = Ticket.objects.filter(draft_key=call.submission.draft_key)
    if (ticket := filed.first()) is not None:
        return ticket
    try:
        return _file(call, by=by)
    except IntegrityError:
        # The other one of two presses was faster.
        if (ticket := filed.first()) is not None:
            return ticket
        raise


@transaction.atomic
def _file(call: Call, *, by: User) -> Ticket:
    requester = call.submission.requester
    if not requester.is_active:
        words = {"name": requester}
        raise services.Refused(_("%(name)s was shut out: nothing is filed for them.") % words)
    ticket = services.open_ticket(call.submission, by=by)
    with hold(ticket) as moment:
        if call.note:
            services.note(ticket, by=by, body=call.note, moment=moment)
        if call.take:
            services.assign(ticket, by=by, to=by, moment=moment)
        if call.wish:
            calling.ask(ticket, by=by, wish=call.wish, moment=moment)
        return moment.ticket
