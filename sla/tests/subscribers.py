"""Subscriptions as tests make them, and the mails that come of them."""

from __future__ import annotations

from datetime import UTC, datetime

from django.urls import reverse

from sla import editions
from sla.models import Subscription
from sla.tests.managers import signed_in
from tickets.mail.models import OutboundEmail
from tickets.mail.relay import run_once

NEXT_MORNING = datetime(2026, 1, 6, 12, 0, tzinfo=UTC)  # 7 in New York


def subscribe(user, filters="", on="day", hour=7):
    address = reverse("subscriptions") + (f"?{filters}" if filters else "")
    response = signed_in(user).post(address, {"on": on, "hour": hour})
    assert response.status_code == 302
    return Subscription.objects.latest("id")


def mailed(time):
    """Let a minute's work be done, and return the mails that it made."""
    before = set(OutboundEmail.objects.values_list("pk", flat=True))
    editions.write_due(time.at)
    run_once(time.at)
    return list(OutboundEmail.objects.exclude(pk__in=before).filter(kind="report").order_by("id"))
