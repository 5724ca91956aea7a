"""The report that the demo company's manager is mailed every week, as it was when it was due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from accounts.models import User
from sla import editions, subscribing, zones
from sla.models import Subscription
from sla.subscription_times import Rhythm
from tickets import clock

MANAGER = "morgan@support.example"
HOUR, MONDAY = 7, 0
ZONE = "America/New_York"
# Long enough ago for a Monday to lie between.
SUBSCRIBED = timedelta(days=8)
SUBSCRIBE, REPORT = "subscribe", "report"


def times(now: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield when it was subscribed to, and when a report was written (UTC)."""
    yield now - SUBSCRIBED, SUBSCRIBE
    rhythm = Rhythm(hour=HOUR, zone=zones.zone(ZONE), weekday=MONDAY)
    at = rhythm.next(now - SUBSCRIBED)
    while at <= now:
        yield at, REPORT
        at = rhythm.next(at)


def subscribe(people: Mapping[str, User]) -> None:
    every = Subscription.Every.WEEK
    subscribing.subscribe(people[MANAGER], filters="", every=every, hour=HOUR, weekday=MONDAY)


def report(people: Mapping[str, User]) -> None:
    editions.write_due(clock.now())


REPORTS = {SUBSCRIBE: subscribe, REPORT: report}
