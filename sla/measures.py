"""How long promises took, and by how much they were over, as the database tells it of verdicts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, IntegerField, Value
from django.db.models.functions import Cast, Coalesce, Extract


def over(now: datetime) -> ExpressionWrapper:
    """Return how long a broken promise was over its time; one that is still open, until `now`."""
    until = Coalesce(F("ended_at"), Value(now, output_field=DateTimeField()))
    return ExpressionWrapper(until - F("decided_at"), output_field=DurationField())


def took(now: datetime) -> Coalesce:
    """Return the seconds that a promise took; one that is still open, its target and what is over.

    What is over is told around the clock, so an open one is never told shorter than it is.
    """
    so_far = F("target_seconds") + Cast(Extract(over(now), "epoch"), IntegerField())
    return Coalesce(F("took_seconds"), so_far, output_field=IntegerField())
