"""How calls that customers wait for stand, as managers read it beside what is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q
from django.urls import reverse

from accounts.models import User
from tickets import counting
from tickets.models import Callback

# Over how long it is said how many were reached.
LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Calls:
    """Those that wait and are late are as many as their lists are long, to the same reader."""

    waiting: int
    late: int
    reached: int
    in_time: int
    calls_each: str

    @property
    def url(self) -> str:
        return reverse("admin:tickets_callbacks")

    @property
    def late_url(self) -> str:
        return f"{self.url}?when=late"

    @property
    def waiting_shown(self) -> str:
        return counting.in_words(self.waiting)

    @property
    def late_shown(self) -> str:
        return counting.in_words(self.late)


def calls(user: User, *, now: datetime) -> Calls:
    """Count the calls of the desk that this user sees; those that wait no further than needed."""
    theirs = Callback.objects.on_desk_of(user)
    waiting = theirs.to_make().order_by("call_before", "id")
    until = waiting.values_list("call_before", flat=True)[: counting.MOST]
    reached = theirs.filter(end=Callback.End.REACHED, ended_at__gte=now - LATELY)
    said = reached.order_by().aggregate(
        number=Count("pk", distinct=True),
        in_time=Count("pk", distinct=True, filter=Q(ended_at__lte=F("call_before"))),
        tries=Count("attempts"),
    )
    times = list(until)
    each = said["tries"] / said["number"] if said["number"] else 0
    return Calls(
        waiting=len(times),
        late=sum(at < now for at in times),
        reached=said["number"],
        in_time=said["in_time"],
        calls_each=f"{each:.1f}",
    )
