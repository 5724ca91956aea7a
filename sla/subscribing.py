"""The verbs of subscriptions: who is mailed which figures, and when that ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import QueryDict

from accounts.models import User
from sla import zones
from sla.forms import PERIOD, VerdictFilterForm
from sla.models import Subscription
from sla.scope import Scope, may_see_breaches
from sla.subscription_times import Rhythm
from tickets import clock
from tickets.catalog import store

Every, Reason = Subscription.Every, Subscription.Reason
# What stops one without a sign-in; the row's key alone is guessed.
SIGNER = Signer(salt="sla.subscribing")


def subscribe(user: User, *, filters: str, every: str, hour: int, weekday: int = 0) -> Subscription:
    """Have somebody mailed a view; of the same view every day or every week there is one."""
    now = clock.now()
    subscription = Subscription(user=user, filters=filters, every=every)
    when = {"hour": hour, "weekday": weekday, **_due(subscription, now=now, hour=hour, weekday=weekday)}
    subscription, is_new = Subscription.objects.get_or_create(
        user=user,
        filters=filters,
        every=every,
        stopped_at=None,
        defaults={**when, "created_at": now},
    )
    if not is_new:
        change(subscription, every=every, hour=hour, weekday=weekday)
    return subscription
