"""Claiming the next ticket: the most urgent one that nobody has, never the same for two agents."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from tickets import services
from tickets.events import hold
from tickets.models import Ticket
from tickets.permissions import can_work


@transaction.atomic
def next_ticket(*, by: User, beside: Ticket | None = None) -> Ticket | None:
    """Give an agent the most urgent ticket that is free, or None where there is none for them.

    Free is what has no agent, is not put off, does not wait for its customer and is not another
    team's; `beside` is never the next one. A ticket that somebody has in hand at this moment is
    passed over: ten who ask at once get ten tickets.
    """
    if not by.has_perm("tickets.work_ticket"):
        return None
    # The row that is found is locked until it is assigned, so nobody finds it meanwhile.
    free = Ticket.objects.free_for(by).select_for_update(
        skip_locked=True, no_key=True, of=("self",)
    )
    if beside is not None:
        free = free.exclude(pk=beside.pk)
    found = free.first()
    if found is None or not can_work(by, found):
        return None
    with hold(found) as moment:
        return services.assign(found, by=by, to=by, moment=moment)
