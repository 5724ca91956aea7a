"""Who has a ticket open: noted whenever its page is shown or writes, and told to the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import User
from tickets.models import Presence, Ticket

# Whose page said nothing for so long is taken to have left.
GONE_AFTER = timedelta(minutes=10)


def note(ticket: Ticket, user: User, *, seen: Iterable[Presence], at: datetime) -> None:
    """Note that this user has the ticket open now; since when, if they had left meanwhile."""
    own = next((each for each in seen if each.user_id == user.pk), None)
    if own is None:
        Presence.objects.bulk_create(
            [Presence(ticket=ticket, user=user, opened_at=at, seen_at=at)],
            update_conflicts=True,
            unique_fields=["ticket", "user"],
            update_fields=["seen_at"],
        )
        return
    came_back = own.seen_at < at - GONE_AFTER
    Presence.objects.filter(ticket=ticket, user=user).update(
        seen_at=at, **({"opened_at": at} if came_back else {})
    )


def others(seen: Iterable[Presence], user: User, *, at: datetime) -> list[Presence]:
    """Return who else has it open, who came first at the top."""
    here = [each for each in seen if each.user_id != user.pk and each.seen_at >= at - GONE_AFTER]
    return sorted(here, key=lambda each: each.opened_at)


def clear(*, before: datetime) -> int:
    """Forget who had tickets open and was not seen since."""
    return Presence.objects.filter(seen_at__lt=before).delete()[0]
