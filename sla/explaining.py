"""Why the promises of a ticket are due when they are, as a page shows it: a list of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from sla import engine, history, why, zones
from sla.models import CalendarVersion, Metric, PolicyVersion
from sla.policies import Book
from sla.terms import BREACHED, MET, PAUSED, RUNNING, VOID, ClockState, Key
from sla.why_steps import Explanation, Retargeted, Started, Step
from sla.why_words import Names, sentence, to_the_second
from sla.words import moment
from tickets.models import Event

# What a badge shows of a state, and says.
BADGES: Mapping[str, tuple[str, str]] = {
    RUNNING: ("on_track", "Running"),
    PAUSED: ("paused", "Paused"),
    MET: ("met", "Met"),
    VOID: ("void", "No longer due"),
    BREACHED: ("late", "Missed"),
}


@dataclass(frozen=True)
class Line:
    """One step in words; `note` is what people said about it, `url` leads to the policy version."""

    sentence: str
    note: str = ""
    policy: str = ""
    url: str = ""


@dataclass(frozen=True)
class Explained:
    """One clock: what it is, how it stands, when it is due (UTC) and by which lines."""

    what: str
    badge: str
    words: str
    due_at: datetime | None
    lines: Sequence[Line]


def of_ticket(
    events: Sequence[Event],
    *,
    book: Book,
    as_of: datetime,
    version: Key | None = None,
    more: Sequence[engine.Event] = (),
) -> tuple[Explanation, ...]:
    """Explain the clocks of a ticket with these events, and perhaps `more`, at a moment (UTC).

    It goes by what the book said when the ticket was filed, or at `as_of` if it never was; or, with
    the key of a policy's `version`, as if that had been chosen.
    """
    terms = history.terms_of(events, book=book) or book.terms(as_of)
    rules = terms.rules if version is None else (engine.Rule({}, version),)
    log = [*history.told(events, book=book), *more]
    return why.explain(log, policies=terms.policies, rules=rules, as_of=as_of)


def in_words(
    explanations: Sequence[Explanation], *, reader: User, events: Iterable[Event] = ()
) -> list[Explained]:
    """Say explanations in sentences, times in the reader's active zone; in two queries.

    Where the clock on the wall of a calendar shows something else, that is said beside it.
    `events` tell who did what, and what they said about it.
    """
    happened = {event.pk: event for event in events}
    book = _Versions(explanations, links=reader.has_perm("sla.view_policyversion"))
    return [_explained(each, book=book, happened=happened) for each in explanations]


def _explained(
    explanation: Explanation, *, book: _Versions, happened: Mapping[Any, Event]
) -> Explained:
    state = explanation.clock
    badge, words = BADGES[state.state]
    names = Names(
        when=book.when(state),
        policy=book.policy,
        calendar=book.calendar,
        length=to_the_second,
    )
    return Explained(
        what=_what(state),
        badge=badge,
        words=_(words),
        due_at=state.due_at,
        lines=[
            _line(step, names=names, book=book, happened=happened) for step in explanation.steps
        ],
    )


def _what(state: ClockState) -> str:
    label = str(Metric(state.metric).label)
    if state.cycle == 1:
        return label
    return _("%(metric)s, cycle %(cycle)d") % {"metric": label, "cycle": state.cycle}


def _line(step: Step, *, names: Names, book: _Versions, happened: Mapping[Any, Event]) -> Line:
    cause = getattr(step, "cause", None)
    note = _note(happened.get(cause.event)) if cause else ""
    terms = step.terms if isinstance(step, Started | Retargeted) else None
    if terms is None:
        return Line(sentence(step, names), note)
    return Line(sentence(step, names), note, book.policy(terms.policy), book.url(terms.policy))


def _note(event: Event | None) -> str:
    """Say who did it, and why if that was asked."""
    if event is None or event.by is None:
        return ""
    reason = event.data.get("reason")
    if reason:
        return _("By %(who)s: %(reason)s") % {"who": event.by, "reason": reason}
    return _("By %(who)s") % {"who": event.by}


class _Versions:
    """The policies and calendars that explanations name, by the keys of their versions."""

    def __init__(self, explanations: Sequence[Explanation], *, links: bool) -> None:
        policies: set[Key] = set()
        calendars: set[Key | None] = set()
        for explanation in explanations:
            calendars.add(explanation.clock.calendar)
            for step in explanation.steps:
                terms = getattr(step, "terms", None)
                if terms is not None:
                    policies.add(terms.policy)
                    calendars.add(terms.calendar)
        found = PolicyVersion.objects.select_related("policy").filter(pk__in=policies)
        self.policies: dict[Key, PolicyVersion] = {version.pk: version for version in found}
        open_by = CalendarVersion.objects.select_related("calendar")
        self.calendars: dict[Key | None, CalendarVersion] = {
            version.pk: version
            for version in open_by.filter(pk__in=[key for key in calendars if key is not None])
        }
        self.links = links

    def policy(self, key: Key) -> str:
        return str(self.policies.get(key, key))

    def url(self, key: Key) -> str:
        return reverse("admin:sla_policyversion_change", args=[key]) if self.links else ""

    def calendar(self, key: Key | None) -> str:
        if key is None:
            return _("round the clock")
        return _("by the calendar %(calendar)s") % {"calendar": self.calendars.get(key, key)}

    def when(self, state: ClockState):
        """Write instants in the reader's zone, and by the calendar's wall where that differs."""
        version = self.calendars.get(state.calendar)
        zone = zones.zone(version.zone) if version else None

        def write(at: datetime) -> str:
            here = moment(at)
            if (
                zone is None
                or at.astimezone(zone).utcoffset() == timezone.localtime(at).utcoffset()
            ):
                return here
            with timezone.override(zone):
                return _("%(here)s (there %(there)s)") % {"here": here, "there": moment(at)}

        return write
