"""What an agent wrote on a ticket and did not send: kept until it is sent or thrown away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from accounts.models import User
from tickets import clock
from tickets.catalog.fields import Lines
from tickets.conversation import was_said, was_taken
from tickets.models import Ticket, TurnDraft

Data = Mapping[str, Sequence[str]]


def keep(ticket: Ticket, user: User, data: Data) -> datetime | None:
    """Keep what a form held, in place of what was kept before; returns when, or None.

    A page may write once more what was just sent: that is not unsent any more. Another text that
    is typed there, after going back to it, is; it is not of the form that was sent.
    """
    if _is_sent(ticket, data):
        return None
    if _is_taken(ticket, data):
        data = {**data, "key": [""]}
    now = clock.now()
    TurnDraft.objects.update_or_create(
        ticket=ticket, user=user, defaults={"data": dict(data), "updated_at": now}
    )
    return now


def still(ticket: Ticket, draft: TurnDraft | None) -> TurnDraft | None:
    """Return what was kept, unless it is sent: then its keeping ended after the sending."""
    if draft is None or not _is_sent(ticket, draft.data):
        return draft
    TurnDraft.objects.filter(pk=draft.pk, updated_at=draft.updated_at).delete()
    return None


def discard(ticket: Ticket, user: User) -> None:
    """Forget it: it was sent, or is not wanted any more."""
    TurnDraft.objects.filter(ticket=ticket, user=user).delete()


def clear(*, before: datetime) -> int:
    """Forget what nobody came back to."""
    return TurnDraft.objects.filter(updated_at__lt=before).delete()[0]


def _is_sent(ticket: Ticket, data: Data) -> bool:
    body = Lines().to_python("".join(data.get("body", ())))
    if not _is_taken(ticket, data):
        return False
    return not body or was_said(ticket, body, key=UUID(data["key"][0]))


def _is_taken(ticket: Ticket, data: Data) -> bool:
    try:
        return was_taken(ticket, UUID(data["key"][0]))
    except (KeyError, IndexError, ValueError):
        return False
