"""What tests of agents' mails say again and again."""

from __future__ import annotations

from datetime import time

from tickets.mail.models import OutboundEmail
from tickets.models import DeskWatch


def watch(ticket, user, now):
    DeskWatch.objects.create(ticket=ticket, user=user, created_at=now)


def mailed(*kinds):
    mails = OutboundEmail.objects.filter(kind__in=kinds or ("assigned", "customer_replied"))
    return list(mails.order_by("id").values_list("ticket", "kind", "recipient"))


def clock(hour):
    return time(hour)
