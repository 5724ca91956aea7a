"""Whether promises are looked after: when they were last checked, what is late in that, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla.comparison import grace
from sla.models import Clock, Difference, Verification
from sla.words import moment
from tickets import counting, heartbeat
from tickets.mail.models import Notice, OutboundEmail
from tickets.models import Heartbeat

SWEEP = "sla.tasks.sweep"
REPLAY_LATE = timedelta(days=2)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Sign:
    """One thing that is looked after, in words; `url` leads to more about it."""

    words: str
    is_well: bool = True
    url: str = ""


@dataclass(frozen=True)
class _Seen:
    """What rows tell: when each job ran last, since when what waits, and the last replay."""

    beats: Mapping[str, datetime]
    unrecorded: Sequence[datetime]
    mails: Sequence[datetime]
    differences: Sequence[datetime]
    replayed: tuple[datetime, int] | None


def signs(brands: Collection[int | None], *, now: datetime) -> list[Sign]:
    """Say how promises are looked after, to who reads the tickets of these brands.

    In one query; nothing is counted further than anybody wants to know.
    """
    seen = _look(brands, now=now)
    return [
        _checked(seen.beats, now=now),
        _unrecorded(len(seen.unrecorded)),
        _mail(seen.mails, now=now),
        _replayed(seen.replayed, now=now),
        _differences(len(seen.differences)),
    ]


def _look(brands: Collection[int | None], *, now: datetime) -> _Seen:
    """Ask every table at once: each answers with a word, a time and a number."""
    late = Clock.objects.unrecorded(before=now - grace()).order_by("due_at")
    differing = Difference.objects.standing().filter(ticket__brand__in=brands).order_by("-pk")
    replays = Verification.objects.of_many().exclude(finished_at=None).order_by("-finished_at")
    answers = Heartbeat.objects.values_list("job", "at", Value(0)).union(
        _rows("#late", late, "due_at"),
        _rows("#mail", OutboundEmail.objects.to_send(now), "next_try_at"),
        _rows("#mail", Notice.objects.to_expand(now), "next_try_at"),
        _rows("#difference", differing, "found_at"),
        replays.values_list(Value("#replay"), "finished_at", "checked")[:1],
        all=True,
    )
    found: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for word, at, number in answers:
        found[word].append((at, number))
    times = {word: [at for at, _number in rows] for word, rows in found.items()}
    return _Seen(
        beats={job: max(at) for job, at in times.items() if not job.startswith("#")},
        unrecorded=times.get("#late", ()),
        mails=times.get("#mail", ()),
        differences=times.get("#difference", ()),
        replayed=found["#replay"][0] if "#replay" in found else None,
    )


def _rows(word: str, rows: QuerySet, at: str) -> QuerySet:
    return rows.values_list(Value(word), at, Value(0))[: counting.MOST]


def _checked(beats: Mapping[str, datetime], *, now: datetime) -> Sign:
    last = beats.get(SWEEP)
    if last is not None and now - last <= grace():
        return Sign(_("Checked %(ago)s ago") % {"ago": spell(now - last)})
    words = {"why": _why_not(beats, now=now)}
    if last is None:
        return Sign(_("Nobody has checked promises yet: %(why)s") % words, is_well=False)
    words["length"] = spell(now - last)
    said = _("Nobody has checked promises for %(length)s: %(why)s") % words
    return Sign(said, is_well=False)


def _why_not(beats: Mapping[str, datetime], *, now: datetime) -> str:
    """Tell, as far as rows can, which process is down: beat leaves a sign of its own.

    A job that ran well after the last sweep proves that workers run; one that ran just after
    it proves nothing, since most jobs note only now and then that they did.
    """
    working = now - timedelta(seconds=settings.WORKER_LATE_SECONDS)
    proven = max(working, beats[SWEEP] + grace()) if SWEEP in beats else working
    others = [at for job, at in beats.items() if job not in (SWEEP, heartbeat.BEAT)]
    if any(at > proven for at in others):
        return _("other jobs run, so the sweep itself fails; the workers' log says why")
    if heartbeat.BEAT not in beats:
        return _("beat or a worker is down")
    if beats[heartbeat.BEAT] < now - grace():
        return _("beat is down, or cannot reach the database; perhaps the workers, too")
    return _("beat is up, so the workers or Redis are down, or the sweep fails")


def _unrecorded(count: int) -> Sign:
    if not count:
        return Sign(_("0 late and not recorded"))
    words = {"count": counting.in_words(count)}
    return Sign(_("%(count)s late and not recorded as broken") % words, is_well=False)


def _mail(waiting: Collection[datetime], *, now: datetime) -> Sign:
    """Count what could be sent now; what was refused and waits for its next try is not late."""
    words = {"count": counting.in_words(len(waiting))}
    waits = now - min(waiting, default=now)
    if waits <= timedelta(seconds=settings.WORKER_LATE_SECONDS):
        return Sign(_("Mail queue %(count)s") % words)
    words["length"] = spell(waits)
    said = _("Mail queue %(count)s: the first has waited for %(length)s") % words
    return Sign(said, is_well=False)


def _replayed(last: tuple[datetime, int] | None, *, now: datetime) -> Sign:
    url = reverse("differences")
    if last is None:
        return Sign(_("Not yet held against the log"), is_well=False, url=url)
    at, checked = last
    if now - at > REPLAY_LATE:
        said = _("Last held against the log %(when)s: that is too long ago")
        return Sign(said % {"when": moment(at)}, is_well=False, url=url)
    said = ngettext(
        "Held against the log %(when)s: %(n)s ticket",
        "Held against the log %(when)s: %(n)s tickets",
        checked,
    )
    return Sign(said % {"when": moment(at), "n": f"{checked:,}"}, url=url)


def _differences(count: int) -> Sign:
    words = ngettext("%(count)s difference", "%(count)s differences", count)
    said = words % {"count": counting.in_words(count)}
    return Sign(said, is_well=not count, url=reverse("differences"))


def spell(length: timedelta) -> str:
    """Return a length as a glance wants it: "9 s", "3 min", "5 h", "2 d"."""
    if length < MINUTE:
        return _("%(n)d s") % {"n": max(length, timedelta(0)).total_seconds()}
    if length < HOUR:
        return _("%(n)d min") % {"n": length // MINUTE}
    if length < 2 * DAY:
        return _("%(n)d h") % {"n": length // HOUR}
    return _("%(n)d d") % {"n": length // DAY}
