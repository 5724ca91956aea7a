"""The verb of the breach desk: a broken promise is acknowledged with a reason and an action."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from sla.models import Acknowledgement, Action, Breach, Reason
from tickets.catalog.models import Brand
from tickets.events import Moment, hold
from tickets.models import Ticket
from tickets.permissions import can_see_restricted
from tickets.querysets import HIDDEN
from tickets.services import Refused


def acknowledge(
    breach: Breach, *, by: User, reason: Reason, action: Action, moment: Moment | None = None
) -> bool:
    """Say why a promise was broken and what is done about it; return whether that is new.

    What was said before is changed by it, and stays on record. No event: nothing that a promise
    depends on has changed, and whoever writes an answer meanwhile need not look again. Raises
    `Refused` where there is nothing to acknowledge, or not with this, or not by this person.
    """
    with hold(breach.clock.ticket, moment) as moment:
        breach = Breach.objects.get(pk=breach.pk)
        if why_not := _why_not(breach, moment.ticket, by=by):
            raise Refused(why_not)
        if (breach.reason_id, breach.action_id) == (reason.pk, action.pk):
            return False
        _check_offered(reason, action)
        breach.acknowledged_at = moment.at
        breach.acknowledged_by = by
        breach.reason = reason
        breach.action = action
        breach.save(update_fields=["acknowledged_at", "acknowledged_by", "reason", "action"])
        Acknowledgement.objects.create(
            breach=breach, at=moment.at, by=by, reason=reason, action=action
        )
        return True


def can_acknowledge(user: User, ticket: Ticket) -> bool:
    """Whether this user says why promises on this ticket were broken.

    Not on a restricted ticket that they may not read: who does not know what it is about cannot
    know why it was late.
    """
    return (
        user.has_perm("sla.change_breach")
        and Brand.objects.served_by(user).filter(pk=ticket.brand_id).exists()
        and (can_see_restricted(user) or not ticket.restricted)
    )


def _why_not(breach: Breach, ticket: Ticket, *, by: User) -> str:
    if not can_acknowledge(by, ticket):
        return _("You may not acknowledge what was broken on this ticket.")
    if breach.retracted_at is not None:
        return _("It was not broken after all.")
    if ticket.outcome in HIDDEN:
        return _("The ticket is spam or deleted, so that nothing was broken.")
    return ""


def _check_offered(*chosen: Reason | Action) -> None:
    """Raise `Refused` over what was archived, be it a moment ago."""
    for row in chosen:
        if type(row).objects.filter(pk=row.pk, is_archived=True).exists():
            raise Refused(_("“%(name)s” is no longer offered.") % {"name": row})
