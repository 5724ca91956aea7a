"""Write down that an event must be told, in the event's own transaction."""

from __future__ import annotations

from tickets.mail.kinds import kind_of
from tickets.mail.models import Notice
from tickets.models import Event


def on_event(event: Event) -> None:
    """Write the notice that this event asks for, if any: one insert, nothing that can fail."""
    kind = kind_of(event)
    if kind is None:
        return
    Notice.objects.bulk_create(
        [
            Notice(
                kind=kind,
                subject_id=event.pk,
                created_at=event.recorded_at,
                next_try_at=event.recorded_at,
            )
        ],
        ignore_conflicts=True,
    )
