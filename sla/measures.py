"""How long promises took, and by how much they were over, as the database tells it of verdicts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract


def over(now: datetime) -> ExpressionWrapper:
    """Return how long a broken promise was over its time; one that is still open, until `now`."""
    until = Coalesce(F("ended_at"), Value(now, output_field=DateTimeField()))
    return ExpressionWrapper(until - F("decided_at"), output_field=DurationField())


def took(now: datetime) -> Case:
    """Return the seconds that a promise took; one that is still open, its target and what is over.

    What is over is told around the clock, so an open one is never told shorter than it is. Of an
    ended one that no fold has measured yet nothing is known: NULL.
    """
    so_far = F("target_seconds") + Cast(Extract(over(now), "epoch"), IntegerField())
    return Case(
        When(ended_at=None, then=so_far), default=F("took_seconds"), output_field=IntegerField()
    )
