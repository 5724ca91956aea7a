"""Along what tickets are looked for: the queue and its tabs, lists, what waits for its time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tickets.states import WORKING, Outcome, Status

INDEXES = [
    models.Index(
        fields=["queue_rank", "next_due_at", "id"],
        name="ticket_queue",
        include=["brand", "level", "status", "assignee", "snoozed_until", "restricted"],
        condition=Q(status__in=WORKING),
    ),
    models.Index(
        fields=["assignee", "queue_rank", "next_due_at", "id"],
        name="ticket_queue_of_agent",
        condition=Q(status__in=WORKING),
    ),
    # Nobody's: that a column is empty gives PostgreSQL no order by those behind it.
    models.Index(
        fields=["queue_rank", "next_due_at", "id"],
        name="ticket_queue_unassigned",
        include=["brand", "level", "status", "snoozed_until", "restricted"],
        condition=Q(status__in=WORKING, assignee=None),
    ),
    # Those that wait for their customer are last in the queue; their tab begins with them.
    models.Index(
        fields=["queue_rank", "next_due_at", "id"],
        name="ticket_queue_waiting",
        include=["brand", "level", "assignee", "snoozed_until", "restricted"],
        condition=Q(status=Status.PENDING),
    ),
    # Lists read one status after the other (tickets/lists.py), each in its own order.
    models.Index(
        fields=["requester", "brand", "status", "-updated_at", "-id"],
        name="ticket_of_requester",
        include=["request_type", "subcategory", "outcome"],
    ),
    models.Index(
        fields=["organization", "brand", "status", "-updated_at", "-id"],
        name="ticket_of_organization",
        include=["request_type", "subcategory", "outcome"],
        condition=Q(restricted=False),
    ),
    models.Index(fields=["follows"], name="ticket_following", condition=Q(follows__isnull=False)),
    models.Index(
        fields=["merged_into"],
        name="ticket_merged_into",
        condition=Q(merged_into__isnull=False),
    ),
    models.Index(fields=["split_from"], name="ticket_split", condition=Q(split_from__isnull=False)),
    models.Index(
        fields=["snoozed_until", "id"],
        name="ticket_to_wake",
        condition=Q(snoozed_until__isnull=False),
    ),
    # What may be about the same is looked for among these alone, newest first.
    *(
        models.Index(
            fields=[of, "-id"],
            name=f"ticket_open_of_{of}",
            condition=Q(status__in=WORKING),
        )
        for of in ("subcategory", "organization")
    ),
    models.Index(fields=["-id"], name="ticket_spam", condition=Q(outcome=Outcome.SPAM)),
    models.Index(fields=["solved_at"], name="ticket_to_close", condition=Q(status=Status.SOLVED)),
]
