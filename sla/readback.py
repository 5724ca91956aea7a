"""A policy or a calendar in plain words, line by line, beside what was said before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sla.lengths import DAY, HOUR, MINUTE
from sla.models import EscalationStep, Metric, PolicyVersion
from sla.proposals import PolicyTerms, StepTerms, TargetTerms
from tickets.states import Status

LEVELS = (1, 2, 3, 4)
STATUSES = {
    Status.NEW: gettext_lazy("new"),
    Status.OPEN: gettext_lazy("open"),
    Status.PENDING: gettext_lazy("pending (waiting for the customer)"),
    Status.ON_HOLD: gettext_lazy("on hold"),
}
UNITS = (
    (DAY, gettext_lazy("day"), gettext_lazy("days")),
    (HOUR, gettext_lazy("hour"), gettext_lazy("hours")),
    (MINUTE, gettext_lazy("minute"), gettext_lazy("minutes")),
    (1, gettext_lazy("second"), gettext_lazy("seconds")),
)


@dataclass(frozen=True)
class Line:
    """One thing that is said; `was` is what was said of it before, where that was another."""

    about: str
    text: str
    was: str | None = None

    @property
    def is_changed(self) -> bool:
        return self.was is not None


@dataclass(frozen=True)
class Names:
    """What people call the calendars and persons that terms name by id."""

    calendars: Mapping[int, str]
    people: Mapping[int, str]


def policy_lines(terms: PolicyTerms, names: Names) -> dict[str, str]:
    """Return each thing that a policy says, by what it is about, in the order of reading."""
    lines = {
        _("Level %(level)d, %(metric)s")
        % {"level": level, "metric": Metric(metric).label.lower()}: _target(
            terms, level, metric, names
        )
        for level in LEVELS
        for metric in Metric.values
    }
    lines[_("Pauses")] = _pauses(terms)
    lines[_("Reopening")] = _reopening(terms)
    lines[_("Changes")] = _changes(terms)
    lines[_("Warning")] = _warning(terms)
    lines[_("When a promise was missed")] = _steps(terms.steps, names)
    return lines


def compared(before: Mapping[str, str] | None, after: Mapping[str, str]) -> list[Line]:
    """Put what is said beside what was said before; `before` None: nothing was."""
    if before is None:
        return [Line(about, text) for about, text in after.items()]
    return [
        Line(about, text, None if before.get(about) == text else before.get(about, ""))
        for about, text in after.items()
    ]


def in_words(seconds: int) -> str:
    """Return "1 hour", "90 minutes", "2 days"; a day is 24 hours."""
    unit, one, many = next(
        each for each in UNITS if seconds % each[0] == 0 and (each[0] < DAY or seconds >= 2 * DAY)
    )
    number = seconds // unit
    return f"{number} {one if number == 1 else many}"


def _target(terms: PolicyTerms, level: int, metric: str, names: Names) -> str:
    target = terms.target(level, metric)
    if target is None:
        return _("nothing is promised")
    words = _("within %(length)s, %(when)s") % {
        "length": in_words(target.seconds),
        "when": _when(target, names),
    }
    if metric in terms.pausable and terms.pause_statuses:
        words += "; " + _("pauses while %(statuses)s") % {"statuses": _statuses(terms)}
    return words


def _when(target: TargetTerms, names: Names) -> str:
    if target.calendar is None:
        return _("around the clock")
    return _("counted in the open time of “%(calendar)s”") % {
        "calendar": names.calendars[target.calendar]
    }


def _statuses(terms: PolicyTerms) -> str:
    return _(" or ").join(str(STATUSES[Status(status)]) for status in terms.pause_statuses)


def _pauses(terms: PolicyTerms) -> str:
    if not (terms.pausable and terms.pause_statuses):
        return _("No promise ever pauses.")
    return _("While a ticket is %(statuses)s, these stand still: %(metrics)s.") % {
        "statuses": _statuses(terms),
        "metrics": ", ".join(Metric(metric).label.lower() for metric in terms.pausable),
    }


def _reopening(terms: PolicyTerms) -> str:
    if terms.reopen == PolicyVersion.Reopen.NEW_CYCLE:
        return _("A ticket that is opened again gets a new time to be solved in, in full.")
    return _("A ticket that is opened again has the time that was left when it was solved.")


def _changes(terms: PolicyTerms) -> str:
    if terms.retarget == PolicyVersion.Retarget.FROM_START:
        return _(
            "A change of level, type or policy counts from the start of the ticket: it may break "
            "a promise there and then."
        )
    return _(
        "A change of level, type or policy never breaks a promise by itself: what would be used "
        "up already counts anew from the change."
    )


def _warning(terms: PolicyTerms) -> str:
    if terms.warn_percent is None:
        return _("Nobody is warned before a deadline.")
    return _("Warned when %(percent)d %% of the time is used up.") % {"percent": terms.warn_percent}


def _steps(steps: Iterable[StepTerms], names: Names) -> str:
    told = [_step(step, names) for step in sorted(steps, key=lambda step: step.minutes)]
    return "; ".join(told) or _("Nobody further is told.")


def _step(step: StepTerms, names: Names) -> str:
    who = (
        names.people[step.person]
        if step.person is not None
        else str(EscalationStep.Audience(step.audience).label)
    )
    which = [
        *([_("level %d") % step.level] if step.level else []),
        *([Metric(step.metric).label.lower()] if step.metric else []),
    ]
    words = _("%(length)s later: %(who)s") % {
        "length": in_words(step.minutes * MINUTE),
        "who": who,
    }
    return f"{words} ({', '.join(which)})" if which else words


def tickets_in_words(number: int) -> str:
    """Return "1 ticket", "34,000 tickets"."""
    return ngettext("%(shown)s ticket", "%(shown)s tickets", number) % {"shown": f"{number:,}"}
