"""The verbs of subscriptions: who is mailed which figures, when that is, and when it ends."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

from accounts.models import User
from sla import zones
from sla.compliance_form import ComplianceForm
from sla.models import Subscription
from sla.scope import Scope, may_see_breaches
from sla.subscription_times import Rhythm
from tickets import clock
from tickets.catalog import store

Reason = Subscription.Reason
# What stops one without a sign-in: its key alone could be guessed.
SALT = "sla.subscribing"


def subscribe(user: User, *, filters: str, every: str, hour: int, weekday: int) -> Subscription:
    """Have somebody mailed a view; of the same one, every day or every week, there is one."""
    wanted = {"hour": hour, "weekday": weekday}
    new = Subscription(user=user, every=every, **wanted)
    _begin(new)
    subscription, is_new = Subscription.objects.get_or_create(
        user=user,
        filters=filters,
        every=every,
        stopped_at=None,
        # Its hour is in the row from the first: a beat that comes at once must not find it due.
        defaults={
            **wanted,
            "zone": new.zone,
            "next_at": new.next_at,
            "created_at": clock.now(),
        },
    )
    if not is_new:
        change(subscription, every=every, **wanted)
    return subscription


def change(subscription: Subscription, *, every: str, hour: int, weekday: int) -> None:
    """Mail it at other times from now on."""
    subscription.every, subscription.hour, subscription.weekday = every, hour, weekday
    _begin(subscription)
    subscription.save(update_fields=["every", "hour", "weekday", "zone", "next_at", "retry_at"])


def stop(subscription: Subscription, *, reason: str = Reason.ASKED) -> None:
    """End it; one that has ended stays as it is."""
    subscription.stopped_at, subscription.stopped_for = clock.now(), reason
    going_on = Subscription.objects.going_on().filter(pk=subscription.pk)
    going_on.update(stopped_at=subscription.stopped_at, stopped_for=reason)


def start_again(subscription: Subscription) -> Subscription:
    """Go on with one that was stopped, or with the one that took its place meanwhile."""
    return subscribe(
        subscription.user,
        filters=subscription.filters,
        every=subscription.every,
        hour=subscription.hour,
        weekday=subscription.weekday,
    )


def rhythm(subscription: Subscription) -> Rhythm:
    is_daily = subscription.every == Subscription.Every.DAY
    return Rhythm(
        hour=subscription.hour,
        zone=zones.zone(subscription.zone),
        weekday=None if is_daily else subscription.weekday,
    )


def follow(subscription: Subscription, *, default: str = "") -> bool:
    """Let it keep its hour on its reader's clock, and say whether that is another clock now."""
    zone = zone_name(subscription.user, default=default)
    if zone == subscription.zone:
        return False
    subscription.zone = zone
    return True


def zone_name(user: User, *, default: str = "") -> str:
    """Name the zone that somebody's days are of: their own, else the default brand's."""
    own = user.own_time_zone
    return own if own in zones.names() else default or default_zone()


def default_zone() -> str:
    brand = store.current().default_brand
    return brand.time_zone if brand and brand.time_zone in zones.names() else "UTC"


def filters_of(params: QueryDict, *, scope: Scope) -> str:
    """Return the filters of a view as an address has them, but for its days and nonsense.

    What it is broken down by is no filter: the mail says the same, whatever that is.
    """
    return urlencode(ComplianceForm(params, scope=scope).narrowing())


def why_over(subscription: Subscription, *, scope: Scope) -> str:
    """Say why nobody may be mailed this any more; "" where somebody may.

    A filter that is not there any more would filter nothing, and tell of everything.
    """
    if not may_see_breaches(subscription.user) or not scope.brands:
        return Reason.RIGHT
    known = filters_of(QueryDict(subscription.filters), scope=scope)
    return "" if known == subscription.filters else Reason.FILTER


def token_of(subscription: Subscription) -> str:
    return Signer(salt=SALT).sign(str(subscription.pk))


def of_token(token: str) -> Subscription | None:
    """Return what a mailed link stops; None for what we never mailed."""
    try:
        pk = int(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        return None
    return Subscription.objects.select_related("user").filter(pk=pk).first()


def _begin(subscription: Subscription) -> None:
    follow(subscription)
    subscription.next_at = rhythm(subscription).next(clock.now())
    subscription.retry_at = None
