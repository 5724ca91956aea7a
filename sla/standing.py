"""How a promise stands at a moment: the state, words and times that a badge shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _

from sla.models import Clock, Metric
from sla.words import LABELS, spell

# Shares of the target that are left when a promise is due soon, and due now.
SOON, NOW = 0.25, 0.10


@dataclass(frozen=True)
class Standing:
    """`state` is one of the badge's: on_track, soon, now, late, paused, met, void.

    `due` is the promised time, which `lead` introduces; `came` is when it was kept. Both in UTC.
    `note` says, after them, what else must be known.
    """

    metric: str
    what: str | Lazy
    state: str
    words: str
    lead: str = ""
    due: datetime | None = None
    came: datetime | None = None
    note: str = ""


def standing(clock: Clock, *, now: datetime, left: timedelta | None = None) -> Standing:
    """Say how a clock stands; `left` is what it has left of its open time.

    Of a paused one that is what it goes on with. Without opening hours a running one needs none:
    it is the time until it is due. Lateness is read off the times, not off what a sweep has found
    so far.
    """
    if clock.stop_kind == Clock.StopKind.VOID:
        return _void(clock)
    if clock.stopped_at:
        return _kept(clock, came=clock.stopped_at)
    if clock.due_at is None:
        return _standing(clock, "paused", _paused(left), lead=_("while we wait for an answer"))
    if clock.due_at < now:
        return _standing(
            clock,
            "late",
            _("Late %(time)s") % {"time": spell(now - clock.due_at)},
            lead=_("was due"),
            due=clock.due_at,
        )
    return _running(clock, until_due=clock.due_at - now, left=left)


def _void(clock: Clock) -> Standing:
    if clock.breached_at:
        return _standing(clock, "late", _("Missed"), lead=_("was due"), due=clock.due_at)
    no_reply = clock.metric == Metric.FIRST_RESPONSE
    if no_reply:
        return _standing(clock, "void", _("No first reply"), note=_("it was solved without one"))
    return _standing(clock, "void", _("No longer due"))


def _kept(clock: Clock, *, came: datetime) -> Standing:
    times = {"lead": _("promised"), "due": clock.due_at, "came": came}
    if clock.breached_at is None:
        return _standing(clock, "met", _("Met"), **times)
    late = spell(came - clock.breached_at)
    return _standing(clock, "late", _("%(time)s late") % {"time": late}, **times)


def _running(clock: Clock, *, until_due: timedelta, left: timedelta | None) -> Standing:
    open_time = until_due if left is None else left
    share = open_time / timedelta(seconds=clock.target_seconds)
    state = "now" if share <= NOW else "soon" if share <= SOON else "on_track"
    return _standing(
        clock,
        state,
        _("%(time)s left") % {"time": spell(until_due)},
        lead=_("by"),
        due=clock.due_at,
    )


def _paused(left: timedelta | None) -> str:
    if left is None:
        return _("Paused")
    return _("Paused, %(time)s left") % {"time": spell(left)}


def _standing(clock: Clock, state: str, words: str, **times) -> Standing:
    return Standing(clock.metric, LABELS[clock.metric], state, words, **times)
