"""A call that still waits on a ticket that is over is not made: it ends, and its customer reads so.

It writes rows and events alone and asks nobody, so that every verb may call it.
"""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from tickets.events import Moment, actor_of, record
from tickets.models import Callback, Event


def hang_up(moment: Moment, *, by: User | None) -> None:
    """End what waits on the held ticket, which is about to end."""
    for callback in moment.ticket.callbacks.waiting():
        end(callback, Callback.End.WITHDRAWN, at=moment.at)
        actor = actor_of(moment.ticket, by)
        record(moment, Event.Type.CALLBACK_ENDED, by=by, actor=actor, data={"is_over": True})


def end(callback: Callback, how: str, *, at: datetime) -> None:
    """Let a callback wait no more."""
    callback.ended_at, callback.end = at, how
    callback.save(update_fields=["ended_at", "end"])
