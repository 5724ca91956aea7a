"""What tests of promises look at, beside the fixtures that every test has."""

from __future__ import annotations

from datetime import timedelta

from conftest import MONDAY
from sla.models import Breach, Clock

START = MONDAY
HOURS = {1: (1, 24), 2: (2, 72), 3: (4, 120), 4: (48, 240)}


def after(**duration):
    """An instant so much later than the Monday on which tests begin."""
    return START + timedelta(**duration)


def clock_of(ticket, metric):
    return Clock.objects.get(ticket=ticket, metric=metric)


def breaches_of(ticket):
    """What was broken and when, standing breaches only."""
    rows = Breach.objects.standing().filter(clock__ticket=ticket)
    return list(rows.order_by("breached_at").values_list("clock__metric", "breached_at"))
