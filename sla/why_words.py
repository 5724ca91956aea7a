"""The words of an explanation: one plain sentence for each step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.calendars import Key
from sla.why_steps import (
    AHEAD,
    AT_ONCE,
    COUNTED,
    FRESH_WINDOW,
    FROM_START,
    LATE,
    SAME,
    SPARED,
    Breached,
    Cause,
    Due,
    Lapsed,
    NotDue,
    Paused,
    Ran,
    Reopened,
    Retargeted,
    Started,
    Step,
    Stopped,
    Terms,
    Warned,
)

UNITS = (("h", timedelta(hours=1)), ("min", timedelta(minutes=1)), ("s", timedelta(seconds=1)))

ACTORS = {"agent": "an agent", "requester": "the requester", "system": "the site"}
CHANGES = {
    "attributes": "What the request is about changed",
    "policy": "Another policy was applied",
    "calendar": "Other opening hours were applied",
    "status": "The ticket was reopened",
}
ENDS = {
    "created": "an agent had the customer on the line",
    "message": "an agent answered",
    "merged": "the ticket was merged into another",
    "deleted": "the ticket was deleted",
    "spam": "the ticket was marked as spam",
}
COUNTS = {
    FROM_START: "It counts from the start.",
    FRESH_WINDOW: "From the start it would be used up already, so it counts from here, "
    "and what was due before stays due.",
    AT_ONCE: "From the start it was used up already, so it was broken there and then.",
    SAME: "The target stays what it was.",
}
RUNS = {COUNTED: "Counted", AHEAD: "Will count", SPARED: "Would have counted"}
STOPS = {"met": "Met", LATE: "Ended, too late,", "void": "Ended without being met"}
NOT_DUE = {
    "paused": "There is no due time while it is paused.",
    "void": "There is no due time: it ended without being kept or broken.",
    "lapsed": "There is no due time: nothing is promised any longer.",
}


@dataclass(frozen=True)
class Names:
    """How instants and lengths are written, and what the policies and calendars are called.

    `calendar` is asked for None, too: round the clock.
    """

    when: Callable[[datetime], str]
    policy: Callable[[Key], str] = str
    calendar: Callable[[Key | None], str] = lambda key: (
        "round the clock" if key is None else f"by the calendar {key}"
    )
    length: Callable[[timedelta], str] = lambda span: length(span)


def sentence(step: Step, names: Names) -> str:
    """Say a step in a sentence or two, which do not hang on those before them."""
    when = names.when
    match step:
        case Started(at, _cause, None):
            return f"Counting from {when(at)}; nothing is promised yet."
        case Started(at, _cause, Terms() as terms):
            return f"Counting from {when(at)}: {_terms(terms, names)}."
        case Ran():
            return _ran(step, names)
        case Paused():
            return _paused(step, names)
        case Retargeted(at, cause, terms, how):
            return f"{_change(cause)} at {when(at)}: {_terms(terms, names)}. {COUNTS[how]}"
        case Lapsed(at, cause):
            return f"{_change(cause)} at {when(at)}: nothing is promised any longer."
        case Stopped(at, cause, how):
            return f"{STOPS[how]} at {when(at)}: {_end(cause)}."
        case Reopened(at, cause):
            return f"It counts again from {when(at)}: {_again(cause)}."
        case Warned(at, percent):
            return f"Worth a warning at {when(at)}: {percent} % of a target are used up."
        case Due():
            return _due(step, names)
        case NotDue(_at, why, left):
            return NOT_DUE[why] + (f" {names.length(left)} are left." if left else "")
        case Breached(at):
            return f"Broken at {when(at)}."
    raise TypeError(f"{step!r} is no step that has words")


def length(span: timedelta) -> str:
    """Write a length of time in hours, minutes and seconds: "1 h 30 min"."""
    parts = []
    for unit, size in UNITS[:-1]:
        number, span = divmod(span, size)
        parts.append(f"{number} {unit}" if number else "")
    seconds = span.total_seconds()
    parts.append(f"{seconds:.6f}".rstrip("0").rstrip(".") + " s" if seconds else "")
    return " ".join(filter(None, parts)) or "0 min"


def to_the_second(span: timedelta) -> str:
    """Write a length of time as people read it, who see no fractions of seconds on a clock."""
    return length(timedelta(seconds=round(span.total_seconds())))


def _terms(terms: Terms, names: Names) -> str:
    return (
        f"level {terms.level} has {names.length(terms.target)} {names.calendar(terms.calendar)}, "
        f"says the policy {names.policy(terms.policy)}"
    )


def _ran(step: Ran, names: Names) -> str:
    closed = f", {names.length(step.closed)} closed" if step.closed else ""
    days_off = ", ".join(f"{day} {name}".strip() for day, name in step.days_off)
    return (
        f"{RUNS[step.how]} from {names.when(step.at)} to {names.when(step.until)}: "
        f"{names.length(step.open)}{closed}{f' (closed on {days_off})' if days_off else ''}; "
        f"{names.length(step.total)} in all, {names.length(step.left)} left."
    )


def _paused(step: Paused, names: Names) -> str:
    since, status = names.when(step.at), _spaced(step.status)
    if step.until is None:
        return f"Paused since {since}, while it is {status}."
    return f"Paused from {since} to {names.when(step.until)}, while it was {status}."


def _due(step: Due, names: Names) -> str:
    due = "Would have been due" if step.met else "Due"
    window = f"{names.length(step.target)} {names.calendar(step.calendar)}"
    earliest = f", the earliest of {step.windows} that count" if step.windows > 1 else ""
    since = names.when(step.since)
    return f"{due} at {names.when(step.at)}: {window} from {since} on are used up{earliest}."


def _change(cause: Cause) -> str:
    if cause.type == "level":
        return f"The level became {cause.to}"
    return CHANGES.get(cause.type, "The promise changed")


def _end(cause: Cause) -> str:
    if cause.type == "status":
        return f"{ACTORS.get(cause.by or '', 'somebody')} set it to {_spaced(str(cause.to))}"
    return ENDS.get(cause.type, "the ticket came to its end")


def _again(cause: Cause) -> str:
    return "an agent answered" if cause.type == "message" else "the ticket was reopened"


def _spaced(status: str) -> str:
    return status.replace("_", " ")
